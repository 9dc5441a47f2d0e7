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
import { heirsOf } from './pair-locks.ts'

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
