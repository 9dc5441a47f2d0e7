import { afterAll, beforeAll, expect, it } from 'vitest'
import { Caller } from '../../../test/contract/caller.ts'
import { addTitled, change, openLocalDatabase } from '../../../test/store/local.ts'
import { addConnection } from '../../../test/store/record.ts'
import type { FieldValues } from '../../core/task.ts'
import type { WriteOp } from '../../providers/contract.ts'
import { createLocal } from '../../providers/local/index.ts'
import { type Db, openDatabase } from '../database.ts'
import { addList } from './change-list.ts'
import { changeTask } from './change-task.ts'
import { deleteTask, purgeTask, restoreTask } from './delete-task.ts'
import { tasksById } from './task-rows.ts'
import { createLocalTaskStore } from './task-store.ts'

let bed: Awaited<ReturnType<typeof openLocalDatabase>>
let db: Db
let sync: Caller

beforeAll(async () => {
  bed = await openLocalDatabase()
  db = bed.db
  sync = await Caller.checked({
    provider: createLocal(createLocalTaskStore(db)),
    account: { id: '1', baseUrl: 'local:', credentials: {} },
    zone: 'UTC',
    person: null,
  })
})
afterAll(() => bed[Symbol.asyncDispose]())

const statusOf = async (id: string) => (await tasksById(db, [id]))[0]?.status
const write = async (id: string, fields: Parameters<Caller['updateOp']>[2]) =>
  sync.write(sync.updateOp(id, await sync.look(id), fields))
const moving = async (id: string, to: Pick<FieldValues, 'list' | 'parent'>): Promise<WriteOp> =>
  sync.updateOp(id, await sync.look(id), to)

it('a blocked task is open outside, and stays blocked until it is completed', async () => {
  const id = await addTitled(db, 'A')
  await change(db, (writing) => changeTask(writing, id, { content: { status: 'blocked' } }))
  expect((await sync.look(id)).task.completed).toBe(false)
  await write(id, { title: 'B' })
  await write(id, { completed: false })
  expect(await statusOf(id)).toBe('blocked')
  await write(id, { completed: true })
  expect(await statusOf(id)).toBe('done')
  await write(id, { completed: false })
  expect(await statusOf(id)).toBe('open')
})

it('what its user has typed since the sync looked is not written over, nor deleted; what he left alone is written', async () => {
  const id = await addTitled(db, 'A')
  const before = await sync.look(id)
  await change(db, (writing) => changeTask(writing, id, { content: { title: 'His' } }))
  const outcomes = async (op: WriteOp) => (await sync.write(op)).steps.map(({ outcome }) => outcome)
  expect(await outcomes(sync.updateOp(id, before, { title: 'Ours', priority: 1 }))).toEqual(['skipped'])
  expect(await outcomes({ ...sync.deleteOp(id), before })).toEqual(['skipped'])
  expect((await sync.look(id)).task).toMatchObject({ title: 'His', priority: null })
  expect(await outcomes(sync.updateOp(id, before, { notes: 'Ours' }))).toEqual(['confirmed'])
  expect((await sync.look(id)).task).toMatchObject({ title: 'His', notes: 'Ours' })
})

it('an archived task is there, and taken out of every sync, until it is taken back', async () => {
  const id = await addTitled(db, 'A')
  await change(db, (writing) => changeTask(writing, id, { archived: true, content: { flags: ['crm'] } }))
  expect((await sync.look(id)).flags).toEqual(['crm', 'no-sync'])
  await change(db, (writing) => changeTask(writing, id, { archived: false }))
  expect((await sync.look(id)).flags).toEqual(['crm'])
})

it('a deleted task is gone for certain, a restored one is there again, a purged one is gone for ever', async () => {
  const id = await addTitled(db, 'A')
  await change(db, (writing) => deleteTask(writing, id))
  expect(await sync.observe(id)).toEqual({ kind: 'gone', remoteId: id, certain: true })
  await change(db, (writing) => restoreTask(writing, id))
  expect(await sync.observe(id)).toMatchObject({ kind: 'present' })
  await change(db, (writing) => purgeTask(writing, id))
  expect(await sync.observe(id)).toEqual({ kind: 'gone', remoteId: id, certain: true })
})

it.each(['deleted', 'purged'] as const)(
  'a create that comes again makes none anew when it is %s',
  async (how) => {
    const op = sync.createOp({ title: 'Once' })
    const { remoteId } = await sync.write(op)
    const id = remoteId ?? ''
    await change<unknown>(db, (writing) =>
      how === 'deleted' ? deleteTask(writing, id) : purgeTask(writing, id),
    )
    expect(await sync.write(op)).toMatchObject({ remoteId: id, now: null, steps: [{ outcome: 'confirmed' }] })
    expect(await db`select id from task where title = 'Once' and deleted_at is null`).toEqual([])
  },
)

it('a write moves a task with what lies below it; the list of the task above counts for more', async () => {
  const list = (await change(db, (writing) => addList(writing, { name: 'Other' }))).id
  const [id, above] = [await addTitled(db, 'A'), await addTitled(db, 'above')]
  const child = await addTitled(db, 'child', { parent: id })
  await sync.write(await moving(id, { list, parent: null }))
  expect([await sync.look(id), await sync.look(child)]).toMatchObject([
    { task: { list, parent: null } },
    { task: { list, parent: id } },
  ])
  const { now } = await sync.write(await moving(id, { list, parent: above }))
  expect(now?.task).toMatchObject({ parent: above })
  expect(now?.task.list).not.toBe(list)
})

it.each([
  ['a list that is none', { list: 'nowhere' }],
  ['a task that is none', { parent: 'nothing' }],
])('a move to %s is refused, and the task stays', async (_what, to) => {
  const id = await addTitled(db, 'A')
  const before = await sync.look(id)
  const { steps } = await sync.write(await moving(id, to))
  expect(steps).toMatchObject([{ outcome: 'refused', error: { kind: 'invalid' } }])
  expect(await sync.look(id)).toEqual(before)
})

it('a write of a sync leaves no word for syncs: its own answer tells what is there', async () => {
  await addConnection(db, 'local')
  await sync.write(sync.createOp({ title: 'By a sync' }))
  expect(await db`select from delivery`).toHaveLength(0)
  await addTitled(db, 'By a user')
  expect(await db`select from delivery`).toHaveLength(1)
})

it('a deletion leaves what lies below, whether or not anybody knew of it', async () => {
  const id = await addTitled(db, 'A')
  const child = await addTitled(db, 'child', { parent: id })
  await sync.write(sync.deleteOp(id))
  expect(await sync.look(child)).toMatchObject({ task: { parent: null } })
})

it('a database that does not answer is a service that is away, and nothing was done', async () => {
  // Nobody listens there.
  const nowhere = openDatabase({ url: 'postgres://127.0.0.1:9/none', max: 1 })
  const away = createLocal(createLocalTaskStore(nowhere))
  const connection = sync.connect()
  const ids = ['00000000-0000-4000-8000-000000000001']
  await expect(away.read(connection, ids)).rejects.toMatchObject({ kind: 'transient' })
  const write = away.write(connection, [sync.createOp({ title: 'A' })])
  await expect(write).rejects.toMatchObject({ kind: 'transient' })
  await nowhere.end()
})
