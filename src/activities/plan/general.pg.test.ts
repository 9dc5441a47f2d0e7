import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { routeContext } from '../../../test/activities/route.ts'
import { remoteTask } from '../../../test/core/remote-task.ts'
import {
  addOps,
  addPair,
  addTestRoute,
  newOp,
  openTestRecord,
  START,
  type TestRecord,
  type TestRoute,
} from '../../../test/store/record.ts'
import { firstLook } from '../../core/observe.ts'
import { GENERAL_NAME } from '../../core/stage-homes.ts'
import { containersById, lockGeneral, markFull, setRemoteId } from '../../store/containers.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { saveMirror } from '../../store/mirror.ts'
import { openGeneral } from './general.ts'

let record: TestRecord
let ids: TestRoute

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  ids = await addTestRoute(record.db)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inTransaction(record.db, work)
const context = () => routeContext(ids)

/** Gives out places and counts them by the number of their shard. */
async function place(count: number, route = context()): Promise<Record<number, number>> {
  const given = await within(async (tx) => {
    const general = await openGeneral(tx, route, route.sides.right)
    const places: string[] = []
    for (let n = 0; n < count; n += 1) places.push(await general.place())
    return places
  })
  const shards = new Map(
    (await containersById(record.db, [...new Set(given)])).map((one) => [one.id, one.shard]),
  )
  const counts: Record<number, number> = {}
  for (const id of given) {
    const shard = shards.get(id) ?? 0
    counts[shard] = (counts[shard] ?? 0) + 1
  }
  return counts
}

const shards = () => within((tx) => lockGeneral(tx, ids.routeId))

/** The first shard exists at the service and holds this many open tasks (and one that is done). */
async function holding(open: number): Promise<string> {
  await place(1)
  const [first] = await shards()
  if (first === undefined) throw new Error('there is no shard')
  const lie = (remoteId: string, completed: boolean) => ({
    remoteId,
    row: firstLook(remoteTask({ completed, list: 'project-1' }), START, START),
  })
  await within(async (tx) => {
    await setRemoteId(tx, first.id, 'project-1')
    const tasks = Array.from({ length: open }, (_, n) => lie(`open-${n}`, false))
    await saveMirror(tx, ids.right, [...tasks, lie('done', true)], new Map())
  })
  return first.id
}

it('the first place is in a General that is only written down, with a name and a marker', async () => {
  expect(await place(1)).toEqual({ 1: 1 })
  expect(await shards()).toMatchObject([
    {
      name: GENERAL_NAME,
      marker: 'bare/account-left/general/1',
      remoteId: null,
      connectionId: ids.right,
      state: 'active',
    },
  ])
})

it('a shard takes 270, and then the next one does', async () => {
  expect(await place(541)).toEqual({ 1: 270, 2: 270, 3: 1 })
  expect((await shards()).map((one) => one.name)).toEqual([
    GENERAL_NAME,
    `${GENERAL_NAME} · 2`,
    `${GENERAL_NAME} · 3`,
  ])
})

it('a shard takes thirty less than the account allows', async () => {
  const route = context()
  const { right } = route.sides
  const facts = {
    ...right.connection.facts,
    limits: { tasksPerProject: 50 },
  } as typeof right.connection.facts
  const small = {
    ...route,
    sides: { ...route.sides, right: { ...right, connection: { ...right.connection, facts } } },
  }
  expect(await place(25, small)).toEqual({ 1: 20, 2: 5 })
})

it('what lies in a shard takes its room, and what is done does not', async () => {
  await holding(268)
  expect(await place(4)).toEqual({ 1: 2, 2: 2 })
})

it('what is on its way into a shard takes its room, until it is known not to arrive', async () => {
  const containerId = await holding(268)
  const pairs = await Promise.all(['a', 'b'].map((left) => addPair(record.db, ids, { left })))
  const ops = await addOps(
    record.db,
    ...pairs.map((pairId) => newOp(ids, pairId, { verb: 'create', containerId })),
  )
  expect(await place(1)).toEqual({ 2: 1 })
  await record.db`update op set status = 'refused' where id in ${record.db(ops)}`
  expect(await place(1)).toEqual({ 1: 1 })
})

it.each(['full', 'archived', 'gone'] as const)('a shard that is %s is passed over', async (state) => {
  const id = await holding(0)
  if (state === 'full') await within((tx) => markFull(tx, id))
  else await record.db`update container set state = ${state} where id = ${id}`
  expect(await place(2)).toEqual({ 2: 2 })
})

it('a shard that was full takes tasks again once one of them is done', async () => {
  const id = await holding(2)
  await within((tx) => markFull(tx, id))
  expect(await place(1)).toEqual({ 2: 1 })
  await record.db`
    update remote_task set seen = jsonb_set(seen, '{task,completed}', 'true')
    where connection_id = ${ids.right} and remote_id = 'open-0'`
  expect(await place(1)).toEqual({ 1: 1 })
})

it('a shard that was full is tried again after an hour', async () => {
  const id = await holding(2)
  await within((tx) => markFull(tx, id))
  await record.db`update container set full_at = full_at - interval '61 minutes' where id = ${id}`
  expect(await place(1)).toEqual({ 1: 1 })
})

it('an earlier shard that has room is filled first', async () => {
  await place(271)
  expect(await place(1)).toEqual({ 1: 1 })
})
