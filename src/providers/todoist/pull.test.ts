import { afterEach, expect, test } from 'vitest'
import { type ScriptedServer, scriptedServer } from '../../../test/follow-up-boss/scripted-server.ts'
import { todoistConnection } from '../../../test/todoist/connection.ts'
import type { Page } from '../contract.ts'
import { createTodoist } from './index.ts'

let server: ScriptedServer
afterEach(() => server.close())

/** A complete walk over two answers of the service. */
async function walk(...answers: readonly Record<string, unknown>[]): Promise<Page> {
  server = await scriptedServer((_asked, nth) => ({ body: { sync_token: `t${nth}`, ...answers[nth - 1] } }))
  const connection = todoistConnection(new URL(server.baseUrl).origin)
  const pull = (position: string | null) =>
    createTodoist().pull(connection, { mode: 'complete', cursor: null, position })
  return pull((await pull(null)).position)
}

const task = { id: 'a', content: 'A task' }
const nameless = { content: 'A task without an id' }

test('a walk in which every row says which task it is has shown everything', async () => {
  expect(await walk({ full_sync: true, items: [task] }, { items: [] })).toMatchObject({
    complete: true,
    cursor: 't2',
  })
})

test.each([
  ['first', [{ full_sync: true, items: [nameless, task] }, { items: [] }]],
  ['second', [{ full_sync: true, items: [task] }, { items: [nameless] }]],
] as const)('a row without an id on the %s page is a task that was not shown', async (_which, answers) => {
  expect(await walk(...answers)).toMatchObject({ complete: false, cursor: 't2' })
})

test('a completed task that a delta shows as deleted too is completed', async () => {
  const completed = { ...task, checked: true, completed_at: '2027-01-04T10:00:00Z', is_deleted: true }
  const { observations } = await walk({ full_sync: true, items: [task] }, { items: [completed] })
  expect(observations).toMatchObject([
    { kind: 'present', remoteId: 'a', seen: { task: { completed: true } } },
  ])
})

test('an answer in full that lacks the tasks is no answer', async () => {
  await expect(walk({ full_sync: true, projects: [] })).rejects.toMatchObject({ kind: 'transient' })
})

test('a delta may leave out what did not change', async () => {
  expect(await walk({ full_sync: true, items: [task] }, {})).toMatchObject({ complete: true })
})
