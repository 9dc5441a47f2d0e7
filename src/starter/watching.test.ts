import { expect, it, vi } from 'vitest'
import type { Answer } from './answer.ts'
import { followLog } from './follow-log.ts'
import { watchAnswers } from './watching.ts'

/** What was written while these answers came one after another. */
async function written(
  answers: readonly (readonly string[])[],
  { json = false, isTTY = false }: { readonly json?: boolean; readonly isTTY?: boolean } = {},
): Promise<{ readonly text: string; readonly outcome: number }> {
  const controller = new AbortController()
  let text = ''
  let next = 0
  const look = async (): Promise<Answer> => {
    const lines = answers[Math.min(next, answers.length - 1)] ?? []
    next += 1
    if (next >= answers.length) controller.abort()
    return { json: { lines }, lines, outcome: 3 }
  }
  const out = {
    isTTY,
    write: (more: string) => {
      text += more
      return true
    },
  }
  const outcome = await watchAnswers({ signal: controller.signal, look, json, out: out as never, everyMs: 1 })
  return { text, outcome }
}

const ANSWERS = [
  ['Settled.', '  a: ok'],
  ['Settled.', '  a: ok'],
  ['At work.', '  a: ok'],
]

it('draws a terminal anew when something has changed, and ends with 0', async () => {
  const { text, outcome } = await written(ANSWERS, { isTTY: true })
  expect(text.split('\u001b[H\u001b[2J')).toEqual(['', 'Settled.\n  a: ok\n', 'At work.\n  a: ok\n'])
  expect(outcome).toBe(0)
})

it('gives anybody else one line for each change', async () => {
  expect((await written(ANSWERS)).text).toBe('Settled.\n  a: ok\nno more: Settled.\nAt work.\n')
})

it('gives programs one document for each change', async () => {
  const documents = (await written(ANSWERS, { json: true })).text.trimEnd().split('\n')
  expect(documents.map((line) => JSON.parse(line).lines[0])).toEqual(['Settled.', 'At work.'])
})

it('shows each write of the log once, when it is over', async () => {
  const controller = new AbortController()
  const looks = [
    [
      { id: '1', status: 'confirmed' },
      { id: '2', status: 'sent' },
    ],
    [
      { id: '1', status: 'confirmed' },
      { id: '2', status: 'unknown' },
      { id: '3', status: 'planned' },
    ],
    [
      { id: '2', status: 'unknown' },
      { id: '3', status: 'refused' },
    ],
  ]
  const shown = vi.fn(async () => undefined)
  let next = 0
  await followLog({
    signal: controller.signal,
    seen: [{ id: '1', status: 'confirmed' }],
    read: async () => {
      next += 1
      if (next === looks.length) controller.abort()
      return looks[next - 1] ?? []
    },
    keyOf: ({ id, status }) => `${id} ${status}`,
    show: shown,
    everyMs: 1,
  })
  expect(shown.mock.calls).toEqual([[[{ id: '2', status: 'unknown' }]], [[{ id: '3', status: 'refused' }]]])
})
