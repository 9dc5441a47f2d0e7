import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Deps } from '../../src/activities/deps.ts'
import { createLog } from '../../src/config/log.ts'
import { createLocal } from '../../src/providers/local/index.ts'
import { createMemory, MEMORY_USER } from '../../src/providers/memory/provider.ts'
import { MemoryService } from '../../src/providers/memory/service.ts'
import { saveConnection, saveFacts } from '../../src/store/connections.ts'
import { inTransaction } from '../../src/store/database.ts'
import { changeTask, type TaskChange } from '../../src/store/local/change-task.ts'
import { deleteTask } from '../../src/store/local/delete-task.ts'
import { tasksById } from '../../src/store/local/task-rows.ts'
import { createLocalTaskStore } from '../../src/store/local/task-store.ts'
import { addMapping } from '../../src/store/mappings.ts'
import { addRoute, markFilled, setRouteState } from '../../src/store/routes.ts'
import { policy } from '../core/rules.ts'
import { type TestWorker, workerOver } from '../histories/worker.ts'
import { GENERAL, TIMING } from '../histories/world.ts'
import { addTitled, change } from '../store/local.ts'
import { openTestRecord, SECRET, type TestRecord } from '../store/record.ts'

/** Our own tasks on the left, a service with deltas on the right, and the engine between. */
let record: TestRecord
let right: MemoryService
let worker: TestWorker

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

beforeEach(async () => {
  const { db, clock } = record
  await db`truncate task, route, connection cascade`
  right = new MemoryService({ name: 'R', now: () => clock.iso })
  const local = createLocal(createLocalTaskStore(db))
  const feed = createMemory({ kind: 'feed', flavour: 'feed', service: right })
  const leftId = await connect('local')
  const rightId = await connect('feed')
  const route = await addRoute(db, { name: 'route', leftId, rightId, policy: policy() })
  await setRouteState(db, route.id, 'active')
  await markFilled(db, route.id)
  const [{ list } = { list: '' }] = await db<{ list: string }[]>`select default_list as list from local_store`
  const lists = { left: list, right: right.container(GENERAL), direction: 'both' } as const
  await inTransaction(db, (tx) => addMapping(tx, route, lists))
  const deps: Omit<Deps, 'wakeTasks'> = {
    db,
    providers: new Map([local, feed].map((one) => [one.kind, one])),
    secretKey: SECRET,
    timing: TIMING,
    log: createLog({ level: 'silent', format: 'json' }),
  }
  worker = workerOver({ leftId, rightId }, (wakeTasks) => ({ ...deps, wakeTasks }))
})

async function connect(kind: string): Promise<string> {
  const given = {
    name: kind,
    provider: kind,
    baseUrl: 'any:',
    credentials: {},
    pollSeconds: 30,
    webhooks: false,
  }
  const id = await saveConnection(record.db, given, SECRET)
  const facts = { zone: 'UTC', seesEveryone: true, domain: null, limits: {}, probes: {} }
  await saveFacts(record.db, id, { ...facts, accountId: kind, userId: MEMORY_USER })
  return id
}

/** Pulls both sides and settles, until nothing is left, past the time in which a look may be an old one. */
async function settle(): Promise<void> {
  for (const _ of [1, 2]) {
    await worker.pull('left', 'incremental')
    await worker.pull('right', 'incremental')
    while (await worker.work()) await record.clock.advance(10)
    await record.clock.advance(61_000)
  }
}

const edit = (id: string, given: TaskChange) => change(record.db, (writing) => changeTask(writing, id, given))
const mine = async (id: string) => (await tasksById(record.db, [id]))[0]
const theirs = () => right.alive().map(({ task }) => [task.title, task.completed])

/** A task of ours with its counterpart. */
async function linked(title: string): Promise<{ readonly id: string; readonly other: string }> {
  const id = await addTitled(record.db, title)
  await settle()
  expect(theirs()).toEqual([[title, false]])
  return { id, other: right.alive()[0]?.id ?? '' }
}

it('edits go both ways, and a sync says who wrote', async () => {
  const { id, other } = await linked('One')
  await edit(id, { content: { title: 'Two', labels: ['vip'], due: { kind: 'day', day: '2027-01-04' } } })
  await settle()
  expect(right.get(other)?.task).toMatchObject({ title: 'Two', labels: ['vip'], due: { day: '2027-01-04' } })
  right.edit(other, { notes: 'Gate code 12', completed: true })
  await settle()
  expect(await mine(id)).toMatchObject({
    title: 'Two',
    notes: 'Gate code 12',
    status: 'done',
    updatedBy: 'sync',
  })
})

it('a blocked task stays blocked while it is edited elsewhere', async () => {
  const { id, other } = await linked('One')
  await edit(id, { content: { status: 'blocked' } })
  right.edit(other, { title: 'Two' })
  await settle()
  expect(await mine(id)).toMatchObject({ title: 'Two', status: 'blocked' })
  expect(theirs()).toEqual([['Two', false]])
})

it('an archived task is let go of, its counterpart stays, and taken back it is kept in step again', async () => {
  const { id, other } = await linked('One')
  await edit(id, { archived: true })
  await settle()
  right.edit(other, { title: 'Elsewhere' })
  await settle()
  expect([(await mine(id))?.title, theirs()]).toEqual(['One', [['Elsewhere', false]]])
  await edit(id, { archived: false })
  await settle()
  expect([(await mine(id))?.title, theirs()]).toEqual(['Elsewhere', [['Elsewhere', false]]])
})

it('a deleted task is deleted elsewhere', async () => {
  const { id } = await linked('One')
  await change(record.db, (writing) => deleteTask(writing, id))
  await settle()
  expect(theirs()).toEqual([])
})

it('a second pass writes nothing', async () => {
  const { id } = await linked('One')
  const before = await mine(id)
  const changes = right.changes
  await settle()
  expect([await mine(id), right.changes]).toEqual([before, changes])
})
