import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { remoteTask } from '../../test/core/remote-task.ts'
import {
  addPair,
  addTestRoute,
  mirrorTask,
  openTestRecord,
  type TestRecord,
  type TestRoute,
} from '../../test/store/record.ts'
import type { Tx } from './database.ts'
import { heirsOf, pairsElsewhere } from './pair-locks.ts'
import { lockPairs, wakeElsewhere } from './pairs.ts'

let record: TestRecord
let route: TestRoute

beforeAll(async () => {
  record = await openTestRecord()
})
beforeEach(async () => {
  route = await addTestRoute(record.db)
})
afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

/** A pair of a task on the left that lies below another one. */
async function addBelow(remoteId: string, parent: string): Promise<string> {
  const id = await addPair(record.db, route, { left: remoteId })
  await mirrorTask(record.db, route.left, remoteId, { seen: remoteTask({ parent }) })
  return id
}

describe('pairs whose tasks lie below others', () => {
  it('are all that have no person yet, through every generation, and no others', async () => {
    const { db } = record
    const above = await addPair(db, route, { left: 'above' })
    const child = await addBelow('child', 'above')
    const grandchild = await addBelow('grandchild', 'child')
    const known = await addBelow('known', 'above')
    await addBelow('below the known', 'known')
    await addBelow('elsewhere', 'another')
    await db`update pair set person = 'p1' where id = ${known}`
    expect((await heirsOf(db, [above])).sort()).toEqual([child, grandchild].sort())
    expect(await heirsOf(db, [child])).toEqual([grandchild])
    await db`update pair set memory = 'linked' where id = ${child}`
    expect(await heirsOf(db, [above])).toEqual([])
  })

  it('are found below a task that is in no pair', async () => {
    const child = await addBelow('child', 'alone')
    const of = (connectionId: string) => heirsOf(record.db, [], { connectionId, remoteIds: ['alone'] })
    expect(await of(route.left)).toEqual([child])
    expect(await of(route.right)).toEqual([])
  })

  it('are on the same route, and their tasks are current', async () => {
    const { db } = record
    const above = await addPair(db, route, { left: 'above' })
    const child = await addPair(db, route, { left: 'child', right: 'its other' })
    await mirrorTask(db, route.left, 'child', { seen: remoteTask({ parent: 'above' }) })
    expect(await heirsOf(db, [above])).toEqual([child])
    const other = await addTestRoute(db)
    await db`update pair_member set route_id = ${other.routeId} where pair_id = ${child}`
    expect(await heirsOf(db, [above])).toEqual([])
    await db`update pair_member set route_id = ${route.routeId} where pair_id = ${child}`
    await db`update pair_member set role = 'former' where pair_id = ${child} and side = 'left'`
    expect(await heirsOf(db, [above])).toEqual([])
  })
})

/** With the other's pair in hand each would wait for the other's commit; Postgres would end one of them. */
it('of two routes that share a task are locked together: who wakes the other’s waits for nobody who waits for him', async () => {
  const { db } = record
  const other = await addTestRoute(db)
  const [one, two] = [
    await addPair(db, route, { left: 'shared' }),
    await addPair(db, { ...other, left: route.left }, { left: 'shared' }),
  ]
  await db`update pair set memory = 'linked' where id in ${db([one, two])}`
  expect(await pairsElsewhere(db, [one])).toEqual([two])
  const lock = async (tx: Tx, id: string) => lockPairs(tx, [id, ...(await pairsElsewhere(tx, [id]))])
  const reached = { second: false }
  let second: Promise<unknown> = Promise.resolve()
  await db.begin(async (tx) => {
    await lock(tx, one)
    second = db.begin(async (later) => {
      await lock(later, two)
      reached.second = true
      await wakeElsewhere(later, [two])
    })
    while (!reached.second && !(await isSomebodyWaiting()));
    await wakeElsewhere(tx, [one])
  })
  await second
  const woken = await db`select from pair where id in ${db([one, two])} and wake_at is not null`
  expect(woken).toHaveLength(2)
})

async function isSomebodyWaiting(): Promise<boolean> {
  const [row] = await record.db<{ waiting: boolean }[]>`
    select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waiting`
  return row?.waiting === true
}
