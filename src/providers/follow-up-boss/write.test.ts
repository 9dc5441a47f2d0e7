import { afterEach, describe, expect, test } from 'vitest'
import { FACTS, testConnection } from '../../../test/follow-up-boss/connection.ts'
import { createOp, deleteOp, updateOp } from '../../../test/follow-up-boss/ops.ts'
import {
  type Asked,
  type Reply,
  type ScriptedServer,
  scriptedServer,
  taskRow,
} from '../../../test/follow-up-boss/scripted-server.ts'
import type { WriteOp } from '../contract.ts'
import { createFollowUpBoss } from './index.ts'
import { decodeTask } from './mapping.ts'

let server: ScriptedServer
afterEach(() => server.close())

const IDENTITY = { account: { id: 987654321 }, user: { id: 1 } }

/** Writes to a server that knows its account; `asked` leaves out that question. */
async function write(
  ops: WriteOp[],
  answer: (asked: Asked, nth: number) => Reply | Promise<Reply>,
  options = {},
) {
  let nth = 0
  server = await scriptedServer((one) => {
    if (one.path === '/identity') return { body: IDENTITY }
    nth += 1
    return answer(one, nth)
  })
  const reply = await createFollowUpBoss().write(testConnection(server.baseUrl, options), ops)
  return {
    ...reply,
    asked: server.asked.slice(1),
    outcomes: reply.results.map((one) => one.steps.map((s) => s.outcome)),
  }
}
const merged = ({ path, body }: Asked): Reply => ({
  body: taskRow(Number(path.split('/').at(-1)), body as object),
})

describe('a create', () => {
  test('is one request, assigned to the user of the key', async () => {
    const fields = { title: 'Call', completed: true, due: { kind: 'day', day: '2028-02-29' } } as const
    const { asked, results } = await write([createOp({ fields })], ({ body }) => ({
      status: 201,
      body: taskRow(7, body as object),
    }))
    expect(asked.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      {
        method: 'POST',
        path: '/tasks',
        body: {
          personId: 5001,
          assignedUserId: 1,
          name: 'Call',
          type: 'Follow Up',
          isCompleted: true,
          dueDate: '2028-02-29',
        },
      },
    ])
    expect(results[0]).toMatchObject({
      remoteId: '7',
      now: { task: fields },
      steps: [{ outcome: 'confirmed' }],
    })
  })

  test.each([
    ['is cut off', () => 'cut'],
    ['is a failure', () => ({ status: 503 })],
    ['names no task', () => ({ body: {} })],
    ['is no JSON', () => ({ body: '<html>' })],
  ] as [string, () => Reply][])('whose answer %s may have been done', async (_what, answer) => {
    const { results } = await write([createOp({})], answer)
    const error = { kind: 'ambiguous-write' }
    expect(results[0]).toMatchObject({ remoteId: null, now: null, steps: [{ outcome: 'unknown', error }] })
  })

  test.each([null, '0', 'x'])('for no real person (%s) is refused without a request', async (person) => {
    const { asked, results } = await write([createOp({ person })], () => ({}))
    expect(results[0]?.steps[0]).toMatchObject({ outcome: 'refused', error: { kind: 'invalid' } })
    expect(asked).toEqual([])
  })

  test.each([
    [404, 'invalid'],
    [403, 'not-visible'],
    [400, 'invalid'],
  ])('that the service answers with %i is refused: %s', async (status, kind) => {
    const { results } = await write([createOp({})], () => ({ status }))
    expect(results[0]?.steps[0]).toMatchObject({ outcome: 'refused', error: { kind, status } })
  })
})

describe('an update', () => {
  const due = { kind: 'fixed', at: '2026-03-05T20:00:00Z', zone: null } as const

  test('sends only what changed, the due date apart', async () => {
    const op = updateOp({ steps: { fields: { title: 'New', completed: true }, due: { due } } })
    const { asked, outcomes, results } = await write([op], merged)
    expect(asked.map(({ method, body }) => ({ method, body }))).toEqual([
      { method: 'PUT', body: { name: 'New', isCompleted: true } },
      { method: 'PUT', body: { dueDateTime: '2026-03-05T20:00:00Z' } },
    ])
    expect(outcomes).toEqual([['confirmed', 'confirmed']])
    expect(results[0]?.now?.task.due).toEqual(due)
  })

  test.each([
    [
      '400',
      () => ({ status: 400, body: { errorMessage: 'Invalid fields in the request body: dueDateTime.' } }),
    ],
    ['the old date', () => ({ body: taskRow(4066) })],
  ] as [string, () => Reply][])(
    'whose due date is answered with %s is refused, the rest stays',
    async (_what, answer) => {
      const op = updateOp({ steps: { fields: { title: 'New' }, due: { due } } })
      const { outcomes, results } = await write([op], (one, nth) => (nth === 1 ? merged(one) : answer()))
      expect(outcomes).toEqual([['confirmed', 'refused']])
      expect(results[0]?.steps[1]?.error?.hint).toContain('does not accept a new due date')
      expect(results[0]?.now?.task.title).toBe('New')
    },
  )

  test('with a due date that is there already is confirmed', async () => {
    const op = updateOp({ steps: { due: { due: { kind: 'day', day: '2026-03-05' } } } })
    expect((await write([op], () => ({ body: taskRow(4066) }))).outcomes).toEqual([['confirmed']])
  })

  test('whose answer shows no task is looked at', async () => {
    const op = updateOp({ steps: { due: { due } } })
    const row = taskRow(4066, { dueDateTime: due.at })
    const shown = await write([op], ({ method }) => ({ body: method === 'GET' ? row : {} }))
    expect(shown.outcomes).toEqual([['confirmed']])
    await server.close()
    const hidden = await write([op], ({ method }) => (method === 'GET' ? { status: 500 } : {}))
    expect(hidden.outcomes).toEqual([['unknown']])
  })

  test('of a task that is not there any more is refused as gone, and its other steps skipped', async () => {
    const op = updateOp({ steps: { fields: { title: 'New' }, due: { due } } })
    const { outcomes, results } = await write([op], () => ({ status: 404 }))
    expect(outcomes).toEqual([['refused', 'skipped']])
    expect(results[0]?.steps[0]?.error?.kind).toBe('gone')
  })

  test('that would only replace a type of the account by the same looks instead', async () => {
    const row = taskRow(4066, { type: 'Meeting' })
    const op = updateOp({ before: decodeTask(row)?.seen ?? null, steps: { fields: { type: 'Follow Up' } } })
    const { asked, outcomes } = await write([op], () => ({ body: row }))
    expect(asked.map(({ method }) => method)).toEqual(['GET'])
    expect(outcomes).toEqual([['confirmed']])
  })

  test('without an answer may have been done', async () => {
    const op = updateOp({ steps: { fields: { title: 'New' } } })
    expect((await write([op], () => 'cut')).outcomes).toEqual([['unknown']])
  })
})

test.each([200, 204, 404])('a delete answered with %i is done', async (status) => {
  const { results } = await write([deleteOp()], () => ({ status, body: '' }))
  expect(results[0]).toMatchObject({ remoteId: '4066', now: null, steps: [{ outcome: 'confirmed' }] })
})

describe('a call with several ops', () => {
  const three = ['a', 'b', 'c'].map((opId) => createOp({ opId, fields: { title: opId } }))

  test('sends those of one person one after another', async () => {
    let open = 0
    const { results } = await write(three, async ({ body }, nth) => {
      open += 1
      expect(open).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      open -= 1
      return { body: taskRow(nth, body as object) }
    })
    expect(results.map((one) => [one.opId, one.remoteId])).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ])
  })

  test.each([429, 401])('throws %i when nothing was done', async (status) => {
    await expect(write(three, () => ({ status }))).rejects.toMatchObject({ status })
    expect(server.asked).toHaveLength(2)
  })

  test('keeps what was done when the limit is reached, and sends nothing more', async () => {
    const { outcomes, asked, results } = await write(three, ({ body }, nth) =>
      nth === 1 ? { body: taskRow(1, body as object) } : { status: 429, headers: { 'retry-after': '2' } },
    )
    expect(outcomes).toEqual([['confirmed'], ['skipped'], ['skipped']])
    expect(asked).toHaveLength(2)
    expect(results[2]?.steps[0]?.error).toMatchObject({ kind: 'rate-limited', retryAfterMs: 2000 })
    expect(results.every((one) => one.askedAt !== '')).toBe(true)
  })

  test('throws when there is no slot at all', async () => {
    await expect(write(three, () => ({}), { slots: 1 })).rejects.toMatchObject({ kind: 'rate-limited' })
  })
})

test('a key of another account writes nothing', async () => {
  const facts = { ...FACTS, accountId: '5' }
  await expect(write([createOp({})], () => ({ body: taskRow(1) }), { facts })).rejects.toMatchObject({
    kind: 'auth',
  })
  expect(server.asked.map(({ path }) => path)).toEqual(['/identity'])
})
