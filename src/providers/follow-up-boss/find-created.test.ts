import { afterEach, describe, expect, test } from 'vitest'
import { testConnection } from '../../../test/follow-up-boss/connection.ts'
import { createOp } from '../../../test/follow-up-boss/ops.ts'
import {
  type ScriptedServer,
  scriptedServer,
  taskPage,
  taskRow,
} from '../../../test/follow-up-boss/scripted-server.ts'
import type { LostCreate } from '../contract.ts'
import { createFollowUpBoss } from './index.ts'

let server: ScriptedServer
afterEach(() => server.close())

const lost = (changes: Partial<LostCreate> = {}): LostCreate => ({
  op: createOp({ fields: { title: 'Call', type: 'Call', due: { kind: 'day', day: '2026-03-05' } } }),
  attemptedAt: '2026-03-02T15:00:00.000000Z',
  deadline: '2026-03-02T15:00:30.000000Z',
  settledAt: '2026-03-02T15:01:30.000000Z',
  emptyAt: null,
  known: new Set(),
  ...changes,
})
const arrived = { name: 'Call', created: '2026-03-02T15:00:01Z', assignedUserId: 1 }

async function search(rows: readonly unknown[][], about = lost()) {
  server = await scriptedServer(({ query }) => {
    const at = Number(query.next ?? 0)
    return taskPage(rows[at] ?? [], { next: at + 1 < rows.length ? String(at + 1) : null })
  })
  return createFollowUpBoss().findCreated(testConnection(server.baseUrl), about)
}

describe('a create whose answer was lost', () => {
  test('is found among the newest tasks of its person', async () => {
    const found = await search([[taskRow(9), taskRow(8, arrived)]])
    expect(found).toMatchObject({ kind: 'arrived', remoteId: '8', now: { task: { title: 'Call' } } })
    expect(server.asked[0]?.query).toEqual({ limit: '100', personId: '5001' })
  })

  test.each([
    ['made by somebody else', { createdById: 2 }],
    ['made before', { created: '2026-03-02T14:57:59Z' }],
    ['of another person, shown by a service that does not filter', { personId: 5002 }],
    ['with another name', { name: 'Call Tom' }],
    ['with another type', { type: 'Text' }],
    ['with another date', { dueDate: '2026-03-06' }],
    ['with a time', { dueDateTime: '2026-03-05T20:00:00Z' }],
  ])('is not a task %s', async (_what, changes) => {
    expect(await search([[taskRow(8, { ...arrived, ...changes })]])).toMatchObject({ kind: 'too-early' })
  })

  test('is not a task of another pair', async () => {
    const found = await search([[taskRow(8, arrived)]], lost({ known: new Set(['8']) }))
    expect(found.kind).toBe('too-early')
  })

  test('is ambiguous when two could be it', async () => {
    const found = await search([[taskRow(9, arrived), taskRow(8, arrived)]])
    expect(found).toEqual({ kind: 'ambiguous', candidates: ['9', '8'] })
  })

  test('is looked for until a task from before the attempt', async () => {
    const younger = taskRow(9, { created: '2026-03-02T15:10:00Z' })
    const older = taskRow(7, { created: '2026-03-02T14:00:00Z' })
    const found = await search([[younger], [taskRow(8, arrived), older], [taskRow(6)]])
    expect(found.kind).toBe('arrived')
    expect(server.asked).toHaveLength(2)
  })
})

describe('one that somebody has edited since', () => {
  const settled = lost({ emptyAt: '2026-03-02T15:00:40.000000Z', settledAt: '2026-03-02T14:59:00.000000Z' })
  const edited = { ...arrived, updated: '2026-03-02T15:00:09Z' }

  test('and has another date is it by its name', async () => {
    const rows = [[taskRow(8, { ...edited, dueDate: '2026-03-06' })]]
    expect(await search(rows, settled)).toMatchObject({ kind: 'arrived', remoteId: '8' })
  })

  test.each([
    ['edited', edited],
    ['never edited', arrived],
  ])(
    'and has its type and date, but another name, may be its user’s own (%s): a person is asked',
    async (_what, row) => {
      const rows = [[taskRow(8, { ...row, name: 'Call Tom' })]]
      expect(await search(rows, settled)).toEqual({ kind: 'ambiguous', candidates: ['8'] })
    },
  )

  test('and has little left of it may be it: a person is asked', async () => {
    const rows = [[taskRow(8, { ...edited, name: 'Text Ann', dueDate: '2026-03-09' })]]
    expect(await search(rows, settled)).toEqual({ kind: 'ambiguous', candidates: ['8'] })
  })

  test('within the second of its creation, in one thing, may be it as well', async () => {
    const undated = { ...settled, op: createOp({ fields: { title: 'Call', type: 'Call', due: null } }) }
    const rows = [[taskRow(8, { ...arrived, updated: arrived.created, name: 'Call Tom', dueDate: null })]]
    expect(await search(rows, undated)).toEqual({ kind: 'ambiguous', candidates: ['8'] })
  })

  test('within the second of its creation, in all but its name, is it', async () => {
    const changes = { updated: arrived.created, type: 'Text', dueDate: '2026-03-09' }
    const rows = [[taskRow(8, { ...arrived, ...changes })]]
    expect(await search(rows, settled)).toMatchObject({ kind: 'arrived', remoteId: '8' })
  })

  test('and has nothing left of it is another', async () => {
    const rows = [[taskRow(8, { ...edited, name: 'Text Ann', type: 'Text', dueDate: '2026-03-09' })]]
    expect((await search(rows, settled)).kind).toBe('not-arrived')
  })

  test('counts only when nothing that fits can come any more', async () => {
    const rows = [[taskRow(8, { ...edited, name: 'Call Tom' })]]
    expect((await search(rows)).kind).toBe('too-early')
  })
})

describe('that it did not arrive', () => {
  const EMPTY = { emptyAt: '2026-03-02T15:00:40.000000Z' }

  test.each([
    ['a first empty search', lost(), 'too-early'],
    ['a second one', lost(EMPTY), 'not-arrived'],
    [
      'a second one before the settle time',
      lost({ ...EMPTY, settledAt: '2999-01-01T00:00:00.000000Z' }),
      'too-early',
    ],
  ])('is for %s: %s', async (_what, about, kind) => {
    expect((await search([[]], about)).kind).toBe(kind)
  })

  test('is not said when a task that could be it cannot be read', async () => {
    const odd = taskRow(8, { ...arrived, dueDate: '2026-02-30' })
    expect((await search([[odd]], lost(EMPTY))).kind).toBe('too-early')
    await server.close()
    const long = taskRow(8, { dueDate: '2026-02-30' })
    expect((await search([[long]], lost(EMPTY))).kind).toBe('not-arrived')
  })
})
