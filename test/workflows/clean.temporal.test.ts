import { afterAll, beforeAll, expect, it } from 'vitest'
import { beginLeaving } from '../../src/activities/connect.ts'
import { TASK_QUEUE, workflowIds } from '../../src/config/temporal-names.ts'
import { connectionById } from '../../src/store/connections.ts'
import { type Db, inTransaction } from '../../src/store/database.ts'
import { cleanProgress } from '../../src/store/leftovers.ts'
import { keepHistory } from './histories.ts'
import { type OpenWorld, openWorld, type RunningWorld, until } from './running-world.ts'

let open: OpenWorld
let db: Db
let world: RunningWorld

beforeAll(async () => {
  open = await openWorld({ writeDeadlineMs: 2_000 })
  db = open.db
  world = open.world
  await world.startConnection('left')
  await world.startConnection('right')
})

afterAll(() => open[Symbol.asyncDispose]())

const COUNT = 40

it('waits for a key, goes on after the end of its workflow, and takes everything back whatever answers are lost', async () => {
  for (let n = 0; n < COUNT; n += 1)
    world.left.create({
      fields: { title: `Task ${n}` },
      person: 'p1',
      container: null,
      marker: null,
      madeBy: 'user',
    })
  await world.nudge('left')
  await until(
    'all tasks are on the right',
    () => world.right.alive().filter(({ marker }) => marker !== null).length === COUNT,
  )

  const { rightId } = world
  await inTransaction(db, async (tx) => beginLeaving(tx, await connectionById(tx, rightId)))
  await world.client.workflow.getHandle(workflowIds.connection(rightId)).terminate()
  let refused = true
  let writes = 0
  world.faults.next = (call) => {
    if (refused) return 'auth'
    writes += call === 'write' ? 1 : 0
    return call === 'write' && writes % 2 === 1 ? 'reply-lost' : null
  }
  const workflowId = workflowIds.clean(rightId)
  const start = () =>
    world.client.workflow.start('clean', {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [{ connectionId: rightId }],
    })
  const first = await start()
  await until(
    'the refused key is noted',
    async () => (await connectionById(db, rightId)).state === 'auth-failed',
  )
  expect((await cleanProgress(db, rightId)).done).toBe(0)
  await first.terminate('the end of a workflow')
  const second = await start()
  refused = false
  await second.signal('retry')
  await second.result()
  expect(world.right.alive()).toHaveLength(COUNT)
  expect(world.right.alive().filter(({ marker, block }) => marker !== null || block.length > 0)).toEqual([])
  expect(await db`select from connection where id = ${rightId} and removed_at is null`).toHaveLength(0)
  expect(await cleanProgress(db, rightId)).toEqual({ total: 0, done: 0, kept: 0 })
  await keepHistory('clean', second)
}, 60_000)
