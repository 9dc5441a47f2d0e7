import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Deps, Waking } from '../../src/activities/deps.ts'
import { relinkPair } from '../../src/activities/relink.ts'
import { createLog } from '../../src/config/log.ts'
import type { Provider } from '../../src/providers/contract.ts'
import { createLocal } from '../../src/providers/local/index.ts'
import { createMemory, MEMORY_USER } from '../../src/providers/memory/provider.ts'
import { type Fault, MemoryService } from '../../src/providers/memory/service.ts'
import { shownTasks } from '../../src/receiver/api/shown.ts'
import { list as conflicts } from '../../src/starter/commands/conflicts.ts'
import { explain } from '../../src/starter/commands/explain.ts'
import { logLines, readLog } from '../../src/starter/commands/log.ts'
import { list as listTasks } from '../../src/starter/local/task-list.ts'
import { readStatus, statusLines } from '../../src/starter/status-report.ts'
import { saveConnection, saveFacts } from '../../src/store/connections.ts'
import { inTransaction } from '../../src/store/database.ts'
import { changeTask, type TaskChange } from '../../src/store/local/change-task.ts'
import { deleteTask, restoreTask } from '../../src/store/local/delete-task.ts'
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
let deps: Omit<Deps, Waking>
let right: MemoryService
let worker: TestWorker
/** What happens to writes to the right. */
let fault: Fault
/** What happens while the next write is on its way there. */
let meanwhile: () => Promise<unknown> = async () => undefined

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

beforeEach(async () => {
  const { db, clock } = record
  await db`truncate task, route, connection cascade`
  fault = null
  right = new MemoryService({
    name: 'R',
    now: () => clock.iso,
    fault: (call) => (call === 'write' ? fault : null),
  })
  const local = createLocal(createLocalTaskStore(db))
  const memory = createMemory({ kind: 'feed', flavour: 'feed', service: right })
  const feed: Provider = {
    ...memory,
    async write(connection, ops) {
      const happens = meanwhile
      meanwhile = async () => undefined
      await happens()
      return memory.write(connection, ops)
    },
  }
  const leftId = await connect('local')
  const rightId = await connect('feed')
  const route = await addRoute(db, { name: 'route', leftId, rightId, policy: policy() })
  await setRouteState(db, route.id, 'active')
  await markFilled(db, route.id)
  const [{ list } = { list: '' }] = await db<{ list: string }[]>`select default_list as list from local_store`
  const theirList = { kind: 'project', name: 'Theirs', parent: null, marker: null, state: 'active' } as const
  const lists = { left: list, right: right.make(GENERAL, theirList).remoteId, direction: 'both' } as const
  await inTransaction(db, (tx) => addMapping(tx, route, lists))
  deps = {
    db,
    providers: new Map([local, feed].map((one) => [one.kind, one])),
    secretKey: SECRET,
    timing: TIMING,
    log: createLog({ level: 'silent', format: 'json' }),
  }
  worker = workerOver({ leftId, rightId }, (wakeTasks) => ({
    ...deps,
    wakeTasks,
    wakeDeals: async () => undefined,
  }))
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
/** As the API shows it. */
const shown = async (id: string) => {
  const [task] = await shownTasks(record.db, await tasksById(record.db, [id]))
  return task
}
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

it('a task that is brought back stays here alone, until a person links it again', async () => {
  const { id } = await linked('One')
  await change(record.db, (writing) => deleteTask(writing, id))
  await settle()
  await change(record.db, (writing) => restoreTask(writing, id))
  await settle()
  expect(theirs()).toEqual([])
  const [pair] = await record.db<{ id: string }[]>`select id from pair`
  await inTransaction(record.db, (tx) => relinkPair(tx, deps, pair?.id ?? ''))
  await settle()
  expect(theirs()).toEqual([['One', false]])
})

it('a second pass writes nothing', async () => {
  const { id } = await linked('One')
  const before = await mine(id)
  const changes = right.changes
  await settle()
  expect([await mine(id), right.changes]).toEqual([before, changes])
})

const REFUSED = 'The call makes no sense'

/** A task of ours whose completion the other side has refused for good; `at`: when it was taken back. */
async function rolledBack(status: 'open' | 'blocked' = 'open') {
  const { id, other } = await linked('One')
  if (status === 'blocked') await edit(id, { content: { status } })
  await settle()
  fault = 'refused-for-good'
  await edit(id, { content: { status: 'done' } })
  await settle()
  fault = null
  return { id, other }
}

it('a completion is accepted at once, and pending until the other side has it', async () => {
  const { id } = await linked('One')
  expect(await shown(id)).toMatchObject({ status: 'open', pending: null, rolledBack: null })
  await edit(id, { content: { status: 'done' } })
  const since = (await mine(id))?.completedAt
  // A later edit of something else does not make the wait look shorter.
  await record.clock.advance(1_000)
  await edit(id, { content: { notes: 'Gate code 12' } })
  expect(await shown(id)).toMatchObject({ status: 'done', pending: { since, waitsFor: ['feed'] } })
  const { lines } = await listTasks({ deps, nudge: async () => 0 }, { all: true })
  expect(lines.join('\n')).toMatch(/ done, pending {2}.*\n {10}waits for feed since /u)
  await settle()
  expect(await shown(id)).toMatchObject({ status: 'done', pending: null, rolledBack: null })
  await edit(id, { content: { status: 'open' } })
  expect(await shown(id)).toMatchObject({ status: 'open', pending: { waitsFor: ['feed'] } })
})

it('what the other side completes, or the route does not carry, is not pending', async () => {
  const { id, other } = await linked('One')
  right.edit(other, { completed: true })
  await worker.pull('right', 'incremental')
  await settle()
  expect(await shown(id)).toMatchObject({ status: 'done', pending: null })
  await record.db`update mapping set direction = 'toLeft'`
  await edit(id, { content: { status: 'open' } })
  expect(await shown(id)).toMatchObject({ status: 'open', pending: null })
})

it('a completion that is refused for good is taken back, with the reason wherever its user may look', async () => {
  const { id, other } = await rolledBack()
  expect(right.get(other)?.task.completed).toBe(false)
  expect(await shown(id)).toMatchObject({
    status: 'open',
    completed: false,
    completedAt: null,
    pending: null,
    rolledBack: { by: 'feed', completed: true, reason: REFUSED },
  })
  const log = await logLines({ deps }, await readLog({ deps }, {}))
  expect(log.at(-2)).toContain(
    `feed: completed no -> yes, because it was changed in Dealbridge tasks (not done: ${REFUSED})`,
  )
  expect(log.at(-1)).toContain(
    `Dealbridge tasks: completed yes -> no, because feed would not take the change (${REFUSED})`,
  )
  const list = (await listTasks({ deps, nudge: async () => 0 }, {})).lines.join('\n')
  expect(list).toMatch(
    new RegExp(`open, taken back .*\n {10}not done: feed refused it at .*: ${REFUSED}\n`, 'u'),
  )
  const { lines, json, outcome } = await conflicts({ deps }, {})
  expect(lines.join('\n')).toMatch(
    /1 change was taken back[\s\S]*“One”: completed is no again, as feed refused it/u,
  )
  expect([json, outcome]).toMatchObject([{ rolledBack: [{ fields: ['completed'], reason: REFUSED }] }, 0])
  const report = await readStatus(record.db)
  expect(report.routes[0]).toMatchObject({ rolledBack: 1 })
  expect(statusLines(report).join('\n')).toContain('1 change was taken back')
  const asked = { deps, secretKey: async () => SECRET, signal: new AbortController().signal }
  expect((await explain(asked, id)).lines.join('\n')).toContain(
    'taken back in Dealbridge tasks: completed is no again, as feed refused it at',
  )
})

it('what was taken back is told until it is changed again', async () => {
  const { id } = await rolledBack()
  await edit(id, { content: { title: 'Two' } })
  await settle()
  expect(await shown(id)).toMatchObject({ rolledBack: { completed: true } })
  await edit(id, { content: { status: 'done' } })
  expect(await shown(id)).toMatchObject({ pending: { waitsFor: ['feed'] }, rolledBack: null })
  await settle()
  expect(await shown(id)).toMatchObject({ status: 'done', pending: null, rolledBack: null })
  expect((await readStatus(record.db)).routes[0]).not.toHaveProperty('rolledBack')
})

it('a blocked task whose completion is taken back is blocked again', async () => {
  const { id, other } = await rolledBack('blocked')
  expect(await mine(id)).toMatchObject({ status: 'blocked', completedAt: null })
  // One that was completed everywhere and is reopened outside is open.
  await edit(id, { content: { status: 'done' } })
  await settle()
  right.edit(other, { completed: false })
  await settle()
  expect(await mine(id)).toMatchObject({ status: 'open' })
})

it('a completion that was refused after somebody changed it again is left as it is then', async () => {
  const { id } = await linked('One')
  fault = 'refused-for-good'
  meanwhile = () => edit(id, { content: { status: 'blocked' } })
  await edit(id, { content: { status: 'done' } })
  await settle()
  expect(await shown(id)).toMatchObject({ status: 'blocked', pending: null, rolledBack: null })
  expect(await record.db`select from op where status = 'refused'`).not.toHaveLength(0)
})

it('a lost reply takes nothing back: what was done stays done on both sides', async () => {
  const { id } = await linked('One')
  fault = 'reply-lost'
  await edit(id, { content: { status: 'done' } })
  await worker.pull('left', 'incremental')
  while (await worker.work()) fault = null
  expect(await mine(id)).toMatchObject({ status: 'done' })
  await settle()
  await settle()
  expect(await shown(id)).toMatchObject({ status: 'done', pending: null, rolledBack: null })
  expect(theirs()).toEqual([['One', true]])
  expect(await record.db`select from op where cause = 'rollback'`).toHaveLength(0)
})
