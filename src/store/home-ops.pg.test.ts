import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { addTestRoute, openTestRecord, type TestRecord, type TestRoute } from '../../test/store/record.ts'
import { plusMs } from '../core/db-time.ts'
import { clockNow } from './clock.ts'
import { addContainer } from './containers.ts'
import { inTransaction, type Tx } from './database.ts'
import {
  type ClaimedHomeOp,
  claimHomeOp,
  closeHomeOp,
  dropHomeOp,
  type HomeOp,
  homeOpById,
  insertHomeOp,
  putOffFor,
  putOffHomeOp,
  releaseHomeOp,
} from './home-ops.ts'
import { refusedProjects, refusedWithin, wasRefusedLately } from './home-refusals.ts'
import { refusedSince, tallyOps } from './op-tally.ts'
import { NO_REFUSALS } from './ops.ts'
import { opCounts } from './status.ts'
import { writtenTo } from './sync-report.ts'

const DEADLINE_MS = 40_000

let record: TestRecord
let route: TestRoute
/** Of a stage's project, which was never made. */
let containerId: string

beforeAll(async () => {
  record = await openTestRecord()
})
beforeEach(async () => {
  route = await addTestRoute(record.db)
  const given = {
    routeId: route.routeId,
    connectionId: route.right,
    role: 'stage',
    subject: 'stage/1',
    shard: 1,
    name: 'Offer',
    marker: 'stage/1',
  } as const
  containerId = (await within((tx) => addContainer(tx, given))).id
})
afterAll(() => record[Symbol.asyncDispose]())

const within = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(record.db, work)

function addMake(): Promise<HomeOp> {
  const { routeId, right: connectionId } = route
  const change = { kind: 'make', deal: '7' } as const
  const given = { routeId, containerId, connectionId, remoteId: null, side: 'right', change } as const
  return within((tx) => insertHomeOp(tx, { ...given, cause: 'room', before: {} }))
}

async function close(kind: string): Promise<void> {
  const op = await addMake()
  await within((tx) => closeHomeOp(tx, op, { kind, message: 'It was not done', hint: null }))
}

describe('a write to a container', () => {
  it.each(NO_REFUSALS)('that was closed as %s was refused by nobody', async (kind) => {
    await close(kind)
    const { db } = record
    expect(await refusedWithin(db, containerId, 'make', 1)).toBe(0)
    expect(await wasRefusedLately(db, containerId, 'make')).toBe(false)
    expect(await refusedProjects(db, route.routeId)).toEqual(new Set())
  })

  it('that its service did not take counts for the kind of change that it was, for as long as it was asked for', async () => {
    await close('invalid')
    const { db } = record
    expect(await refusedWithin(db, containerId, 'make', 1)).toBe(1)
    expect(await refusedWithin(db, containerId, 'rename', 1)).toBe(0)
    expect(await refusedProjects(db, route.routeId)).toEqual(new Set(['stage/1']))
    await record.clock.advance(2 * 60 * 60_000)
    expect(await refusedWithin(db, containerId, 'make', 1)).toBe(0)
    expect(await wasRefusedLately(db, containerId, 'make')).toBe(true)
  })
})

test('what nobody has refused is told as refused nowhere', async () => {
  const since = await clockNow(record.db)
  for (const kind of [...NO_REFUSALS, 'invalid']) await close(kind)
  const [{ name } = { name: '' }] = await record.db<{ name: string }[]>`
    select name from route where id = ${route.routeId}`
  const own = <T extends { readonly route: string }>(rows: readonly T[]) =>
    rows.filter((row) => row.route === name)
  expect(own(await refusedSince(record.db, since))).toMatchObject([{ kind: 'invalid', count: 1 }])
  expect(own(await tallyOps(record.db, since, null))).toMatchObject([{ status: 'refused', count: 1 }])
  // What a sync and the status count is of tasks.
  await record.db`update op set subject = 'pair' where route_id = ${route.routeId}`
  const span = { routeIds: [route.routeId], since, until: null }
  expect(await writtenTo(record.db, null, span)).toMatchObject({ refused: 1 })
  expect(own(await opCounts(record.db, since))).toMatchObject([{ status: 'refused', count: 1 }])
})

describe('an attempt', () => {
  let id: string
  beforeEach(async () => {
    id = (await addMake()).id
  })

  async function claim(): Promise<ClaimedHomeOp> {
    const op = await within((tx) => claimHomeOp(tx, id, DEADLINE_MS))
    if (op === null) throw new Error('it was not free')
    return op
  }

  it('that did nothing is none: what follows a write is counted from the one that left', async () => {
    const first = await claim()
    expect(first).toMatchObject({ mayBeDone: false, attempts: 1 })
    await within((tx) => releaseHomeOp(tx, first, 'planned'))
    await record.clock.advance(60_000)
    const sentAt = await clockNow(record.db)
    expect(await claim()).toMatchObject({ mayBeDone: false, attempts: 1, sentAt })
  })

  it('that did nothing leaves a write that may still be dropped', async () => {
    const first = await claim()
    expect(await within((tx) => dropHomeOp(tx, id))).toBe(false)
    await within((tx) => releaseHomeOp(tx, first, 'planned'))
    expect(await within((tx) => dropHomeOp(tx, id))).toBe(true)
  })

  it('of which nobody knows what came counts from when it left', async () => {
    const first = await claim()
    await within((tx) => releaseHomeOp(tx, first, 'unknown'))
    await record.clock.advance(60_000)
    const deadlineAt = plusMs(await clockNow(record.db), DEADLINE_MS)
    const { sentAt } = first
    expect(await claim()).toMatchObject({ mayBeDone: true, attempts: 2, sentAt, deadlineAt })
  })

  it('that is put off is nobody’s until then', async () => {
    const first = await claim()
    expect(await putOffFor(record.db, id)).toBeNull()
    const until = plusMs(await clockNow(record.db), 2_000)
    await within((tx) => putOffHomeOp(tx, first, until))
    await record.clock.advance(500)
    expect(await within((tx) => claimHomeOp(tx, id, DEADLINE_MS))).toBeNull()
    expect(await putOffFor(record.db, id)).toBe(1_500)
    await record.clock.advance(1_500)
    expect(await putOffFor(record.db, id)).toBeNull()
    expect(await claim()).toMatchObject({ mayBeDone: true })
  })

  it('that was slow says nothing of the one after it, unless that all is done', async () => {
    const slow = await claim()
    await record.clock.advance(DEADLINE_MS)
    const { sentAt, deadlineAt } = await claim()
    const error = { kind: 'invalid', message: 'It was not done', hint: null }
    await within((tx) => releaseHomeOp(tx, slow, 'planned'))
    await within((tx) => putOffHomeOp(tx, slow, plusMs(deadlineAt ?? '', 60_000)))
    expect(await within((tx) => closeHomeOp(tx, slow, error))).toBe(false)
    expect(await homeOpById(record.db, id)).toMatchObject({ status: 'sent', attempts: 2, sentAt, deadlineAt })
    expect(await within((tx) => closeHomeOp(tx, slow, null))).toBe(true)
  })
})
