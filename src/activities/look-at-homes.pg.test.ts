import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, settleIn } from '../../test/activities/in-world.ts'
import { type TestWorker, testWorker } from '../../test/histories/worker.ts'
import { makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'

let record: TestRecord
let world: World
let worker: TestWorker
let taskId: string

beforeAll(async () => {
  record = await openTestRecord()
})
/** A task on both sides, which its user then deletes on the right, while the cursor is lost: no walk tells of it. */
beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  worker = testWorker(world, async () => undefined)
  addLeft(world, 'One')
  await settleIn(world, record.clock)
  await record.clock.advance(60_000)
  taskId = world.right.alive()[0]?.id ?? ''
  world.right.delete(taskId)
})
afterAll(() => record[Symbol.asyncDispose]())

/** Projects that we have made, and that somebody has deleted meanwhile. */
async function addGone(count: number): Promise<void> {
  await record.db`
    insert into container (route_id, connection_id, role, subject, shard, name, marker, remote_id)
    select ${world.routeId}, ${world.rightId}, 'stage', 'stage/' || n, 1, 'Stage', 'stage/' || n, 'gone-' || n
    from generate_series(1, ${count}::int) n`
}

/** A complete walk, as after a cursor that the service does not know any more. */
async function walk(): Promise<void> {
  await record.clock.advance(1_000)
  await record.db`delete from sync_state where connection_id = ${world.rightId}`
  await worker.pull('right', 'complete')
}

async function taskIs(): Promise<string | undefined> {
  const [row] = await record.db<{ presence: string }[]>`
    select presence from remote_task where connection_id = ${world.rightId} and remote_id = ${taskId}`
  return row?.presence
}

async function leftToLookAt(): Promise<number> {
  const rows = await record.db`
    select from container where connection_id = ${world.rightId} and role = 'stage' and state = 'active'`
  return rows.length
}

describe('tasks that a complete walk did not show', () => {
  it('are judged once all projects that it did not show either are looked at', async () => {
    await addGone(2)
    await walk()
    expect(await leftToLookAt()).toBe(0)
    expect(await taskIs()).toBe('gone')
  })

  it('wait for a further walk while there are more of these than one pull looks at', async () => {
    await addGone(101)
    await walk()
    expect(await leftToLookAt()).toBe(1)
    expect(await taskIs()).toBe('present')
    await walk()
    expect(await leftToLookAt()).toBe(0)
    expect(await taskIs()).toBe('gone')
  })

  it('wait while a look at one of these fails; the others are looked at all the same', async () => {
    await addGone(3)
    let looks = 0
    world.faults.next = (call) => {
      if (call !== 'containers') return null
      looks += 1
      return looks === 1 ? 'refused' : null
    }
    await walk()
    expect(await leftToLookAt()).toBe(1)
    expect(await taskIs()).toBe('present')
    await walk()
    expect(await leftToLookAt()).toBe(0)
    expect(await taskIs()).toBe('gone')
  })
})
