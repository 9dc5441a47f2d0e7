import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { type TestWorker, testWorker } from '../../test/histories/worker.ts'
import { makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { inTransaction } from '../store/database.ts'
import { dispatch } from './dispatch.ts'
import { resumeStopped } from './mass-change.ts'

const TASKS = 12
/** So many may end in one go, of so few. */
const LIMIT = 10

let record: TestRecord
let world: World
let worker: TestWorker

beforeAll(async () => {
  record = await openTestRecord()
})

/** Tasks on both sides, of which each would be deleted on the left if it were on the right. */
beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  worker = testWorker(world, async () => undefined)
  for (let n = 0; n < TASKS; n += 1) addLeft(world, `Task ${n}`)
  await settleIn(world, record.clock)
  await record.db`
    update route set policy = jsonb_set(policy, '{deletes,right}', '"propagate"') where id = ${world.routeId}`
  await record.clock.advance(60_000)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

async function deleteOnTheRight(count: number): Promise<void> {
  for (const { id } of world.right.alive().slice(0, count)) world.right.delete(id)
  await worker.pull('right', 'incremental')
}

async function routeState(): Promise<string | undefined> {
  const [route] = await record.db<{ state: string }[]>`select state from route where id = ${world.routeId}`
  return route?.state
}

const pairs = () => record.db<{ id: string; memory: string }[]>`
  select id, memory from pair where route_id = ${world.routeId} order by id`

describe('so many deletions that they may be a mistake', () => {
  it('stop the route in the pull that finds them, before anything is taken up', async () => {
    await deleteOnTheRight(LIMIT + 1)
    expect(await routeState()).toBe('stopped')
    expect(await dispatch(plainDeps(world), { connectionId: world.leftId, room: 25 })).toMatchObject({
      batches: [],
    })
  })

  it('that were found by and by stop it in the plan that counts them, and none of that plan is done', async () => {
    await deleteOnTheRight(LIMIT / 2)
    await deleteOnTheRight(LIMIT / 2 + 1)
    expect(await routeState()).toBe('active')
    await worker.settle((await pairs()).map((pair) => pair.id))
    expect(await routeState()).toBe('stopped')
    expect(world.left.alive()).toHaveLength(TASKS)
    expect(new Set((await pairs()).map((pair) => pair.memory))).toEqual(new Set(['linked']))
  })

  it('leave a pair of the same plan as it was, whose deleted task would have been made again', async () => {
    const [edited] = world.left.alive()
    world.left.edit(edited?.id ?? '', { title: 'Edited, and deleted elsewhere' })
    await deleteOnTheRight(LIMIT / 2)
    await deleteOnTheRight(TASKS - LIMIT / 2)
    // Everything was looked at just now, so that one plan decides it all.
    await worker.pull('left', 'complete')
    await worker.settle((await pairs()).map((pair) => pair.id))
    expect(await routeState()).toBe('stopped')
    expect(new Set((await pairs()).map((pair) => pair.memory))).toEqual(new Set(['linked']))
    const members = await record.db`
      select count(*)::int as count from pair_member where role = 'current' and route_id = ${world.routeId}`
    expect(members).toEqual([{ count: 2 * TASKS }])
  })

  it('are as many as may be: one less is carried over', async () => {
    await deleteOnTheRight(LIMIT)
    await worker.settle((await pairs()).map((pair) => pair.id))
    expect(await routeState()).toBe('active')
    expect(world.left.alive()).toHaveLength(TASKS - LIMIT)
  })

  it('that were let through are so for one pass: what was brought back is asked about again', async () => {
    const edited = world.left.alive().map((task) => task.id)
    for (const { id } of world.right.alive()) world.right.delete(id)
    // Edit beats delete: these come back on the right.
    for (const id of edited) world.left.edit(id, { title: `Edited ${id}` })
    await worker.pull('right', 'incremental')
    expect(await routeState()).toBe('stopped')
    await inTransaction(record.db, (tx) =>
      resumeStopped(tx, plainDeps(world), { routeId: world.routeId, once: true }),
    )
    await settleIn(world, record.clock)
    expect(world.right.alive()).toHaveLength(TASKS)
    await record.clock.advance(24 * 60 * 60_000)
    await settleIn(world, record.clock)
    await deleteOnTheRight(TASKS)
    expect(await routeState()).toBe('stopped')
  })
})
