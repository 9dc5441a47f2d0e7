import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { addLeft, settleIn } from '../../../test/activities/in-world.ts'
import { makeWorld, type World } from '../../../test/histories/world.ts'
import { decidingIn, pairOf, type TestDeciding } from '../../../test/starter/deciding.ts'
import { addOps, newOp, openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { entryJson } from '../../activities/shown/log-entry.ts'
import { plusMs } from '../../core/db-time.ts'
import { inTransaction } from '../../store/database.ts'
import { closeOp, opsById } from '../../store/ops.ts'
import { log, logLines, readLog } from './log.ts'

let record: TestRecord
let world: World
let deciding: TestDeciding
let pair: string
let edited: string

/** A task that was made on the right, and whose date was then changed on the left. */
beforeAll(async () => {
  record = await openTestRecord()
  world = await makeWorld(record.db, record.clock)
  deciding = decidingIn(world)
  const id = addLeft(world, 'One')
  addLeft(world, 'Other')
  await settleIn(world, record.clock)
  pair = await pairOf(deciding, world.leftId, id)
  await record.clock.advance(3_600_000)
  edited = plusMs(record.clock.iso, 0)
  world.left.edit(id, { due: { kind: 'day', day: '2026-12-03' } })
  await settleIn(world, record.clock)
})
afterAll(() => record[Symbol.asyncDispose]())

it('has one line for each write: when, which task, where, from what to what, and why', async () => {
  const lines = await logLines(deciding, await readLog(deciding, { pair }))
  expect(lines).toEqual([
    expect.stringMatching(/^2026-.* op \d+ {2}pair \d+ “One” {2}Feed: made, title “One”/),
    expect.stringMatching(/Feed: due none -> 2026-12-03, because it was changed in Bare$/),
  ])
})

it('calls the sides of each write as its own route does', async () => {
  const other = await makeWorld(record.db, record.clock)
  const mine = addLeft(other, 'Elsewhere')
  await settleIn(other, record.clock)
  const elsewhere = await pairOf(deciding, other.leftId, mine)
  const both = [...(await readLog(deciding, { pair })), ...(await readLog(deciding, { pair: elsewhere }))]
  // The providers of this world do not know the services of the other one, which go by their kinds.
  expect((await logLines(deciding, both)).map((line) => / {2}(\S+): made/u.exec(line)?.[1])).toEqual([
    'Feed',
    undefined,
    expect.stringMatching(/^feed-\d+$/u),
  ])
  await record.db`delete from route where id = ${other.routeId}`
})

it('has the promised names for programs', async () => {
  const [op] = (await readLog(deciding, { pair, since: { at: edited } })).map(entryJson)
  expect(op).toMatchObject({
    pair,
    side: 'right',
    verb: 'update',
    status: 'confirmed',
    before: { title: 'One', due: null },
    after: { due: { kind: 'day', day: '2026-12-03' } },
    cause: 'change',
  })
})

it('is of one pair, since a time, and of the newest so many', async () => {
  const count = async (flags: Parameters<typeof readLog>[1]) => (await readLog(deciding, flags)).length
  expect(await count({})).toBe(3)
  expect(await count({ pair })).toBe(2)
  expect(await count({ since: { at: edited } })).toBe(1)
  expect(await count({ since: { agoMs: 1_000 } })).toBe(1)
  const [newest] = await readLog(deciding, { limit: 1 })
  expect(newest?.verb).toBe('update')
})

it('says when there is more than it shows', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const since = { agoMs: 7_200_000 }
  await log(deciding, { since, limit: 2 })
  expect(printed.mock.calls.join('').trimEnd().split('\n')).toHaveLength(2)
  expect(told.mock.calls.join('')).toContain('These are the newest 2; there are more')
  told.mockClear()
  await log(deciding, { since, limit: 3 })
  expect(told.mock.calls).toEqual([])
  vi.restoreAllMocks()
})

it('has writes of one second in the order of their numbers', async () => {
  const ids = (await readLog(deciding, {})).map((op) => op.id)
  const [first = '', second = ''] = ids
  await record.db`update op set closed_at = closed_at + interval '0.2 s' where id = ${first}`
  expect((await readLog(deciding, {})).map((op) => op.id)).toEqual(ids)
  await record.db`update op set closed_at = closed_at + interval '2 s' where id = ${first}`
  expect((await readLog(deciding, {})).map((op) => op.id).slice(0, 2)).toEqual([second, first])
  await record.db`update op set closed_at = closed_at - interval '2.2 s' where id = ${first}`
})

it('leaves out what was planned anew before it was sent, unless asked', async () => {
  const route = { routeId: world.routeId, left: world.leftId, right: world.rightId }
  const [id = ''] = await addOps(record.db, newOp(route, pair))
  const [op] = await opsById(record.db, [id])
  if (op === undefined) throw new Error('the op was not stored')
  await inTransaction(record.db, (tx) =>
    closeOp(tx, op, { kind: 'replanned', message: 'It was planned anew', hint: null }),
  )
  expect((await readLog(deciding, { pair })).map((one) => one.id)).not.toContain(id)
  const all = await readLog(deciding, { pair, all: true })
  expect((await logLines(deciding, all)).at(-1)).toContain('(not done: It was planned anew)')
})

it('of nothing says so', async () => {
  expect(await logLines(deciding, [])).toEqual(['Nothing was written.'])
})
