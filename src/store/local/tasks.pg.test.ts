import { afterAll, beforeAll, expect, it } from 'vitest'
import { addTitled, change, openLocalDatabase } from '../../../test/store/local.ts'
import { addConnection } from '../../../test/store/record.ts'
import { LocalRefusal } from '../../core/local-refusal.ts'
import type { LocalTask } from '../../core/local-task.ts'
import type { Db } from '../database.ts'
import { addList, changeList } from './change-list.ts'
import { addTask, changeTask } from './change-task.ts'
import { deleteList, purgeList, restoreList } from './delete-list.ts'
import { deleteTask, purgeTask, restoreTask } from './delete-task.ts'
import { tasksById } from './task-rows.ts'

let bed: Awaited<ReturnType<typeof openLocalDatabase>>
let db: Db

beforeAll(async () => {
  bed = await openLocalDatabase()
  db = bed.db
})
afterAll(() => bed[Symbol.asyncDispose]())

const now = async (id: string): Promise<LocalTask | undefined> => (await tasksById(db, [id]))[0]
const newList = async (name: string) => (await change(db, (writing) => addList(writing, { name }))).id
const edit = (id: string, given: Parameters<typeof changeTask>[2]) =>
  change(db, (writing) => changeTask(writing, id, given))
const refusal = (done: Promise<unknown>) =>
  done.then(
    () => 'done',
    (error: unknown) => (error instanceof LocalRefusal ? error.code : error),
  )

it('a change that changes nothing leaves no trace', async () => {
  const id = await addTitled(db, 'A')
  const before = await now(id)
  await edit(id, { content: { title: 'A', status: 'open' }, archived: false })
  expect(await now(id)).toEqual(before)
  const after = await edit(id, { content: { title: 'B' } })
  expect([after.version, Number(after.changedSeq) > Number(before?.changedSeq)]).toEqual([2, true])
})

it('is completed, and reopened, with the time of the first', async () => {
  const id = await addTitled(db, 'A')
  const done = await edit(id, { content: { status: 'done' } })
  expect(done.completedAt).not.toBeNull()
  expect((await edit(id, { content: { title: 'B', status: 'done' } })).completedAt).toBe(done.completedAt)
  expect((await edit(id, { content: { status: 'blocked' } })).completedAt).toBeNull()
})

it('sub-tasks lie in the list of their parent, and go with it', async () => {
  const [one, two] = [await newList('One'), await newList('Two')]
  const parent = await addTitled(db, 'parent', { list: one })
  const child = await addTitled(db, 'child', { parent })
  const grandchild = await addTitled(db, 'grandchild', { parent: child })
  expect(await refusal(addTitled(db, 'other', { parent, list: two }))).toBe('other-list')
  await edit(parent, { place: { list: two } })
  expect([(await now(child))?.list, (await now(grandchild))?.list]).toEqual([two, two])
  expect(await refusal(edit(parent, { place: { parent: grandchild } }))).toBe('below-itself')
  expect(await refusal(edit(parent, { place: { parent } }))).toBe('below-itself')
  // A child that goes elsewhere alone leaves its parent.
  await edit(child, { place: { list: one } })
  expect([await now(child), await now(grandchild)]).toMatchObject([
    { list: one, parent: null },
    { list: one, parent: child },
  ])
})

it.each(['deleted', 'purged'] as const)('sub-tasks of one that is %s move up', async (how) => {
  const above = await addTitled(db, 'above')
  const id = await addTitled(db, 'it', { parent: above })
  const child = await addTitled(db, 'child', { parent: id })
  const gone = await addTitled(db, 'gone', { parent: id })
  await change(db, (writing) => deleteTask(writing, gone))
  await change<unknown>(db, (writing) =>
    how === 'deleted' ? deleteTask(writing, id) : purgeTask(writing, id),
  )
  expect(await now(child)).toMatchObject({ parent: above, deletedAt: null })
  expect(await now(gone)).toMatchObject({ parent: null })
})

it('a deleted one takes no change, and comes back to where it can lie', async () => {
  const list = await newList('Short-lived')
  const above = await addTitled(db, 'above', { list })
  const id = await addTitled(db, 'it', { parent: above })
  for (const _again of [1, 2]) await change(db, (writing) => deleteTask(writing, id))
  expect((await now(id))?.version).toBe(2)
  expect(await refusal(edit(id, { content: { title: 'B' } }))).toBe('deleted')
  expect(await change(db, (writing) => restoreTask(writing, id))).toMatchObject({
    list,
    parent: above,
    deletedAt: null,
  })
  await change(db, (writing) => deleteTask(writing, id))
  await change(db, (writing) => deleteList(writing, list, 'delete'))
  const back = await change(db, (writing) => restoreTask(writing, id))
  expect([back.parent, back.list === list]).toEqual([null, false])
})

it('a list with tasks is deleted only with a word about them', async () => {
  const list = await newList('Full')
  const [id, deleted] = [await addTitled(db, 'it', { list }), await addTitled(db, 'deleted', { list })]
  const child = await addTitled(db, 'child', { parent: id })
  await change(db, (writing) => deleteTask(writing, deleted))
  expect(await refusal(change(db, (writing) => deleteList(writing, list, null)))).toBe('list-in-use')
  await change(db, (writing) => deleteList(writing, list, 'keep'))
  const kept = await now(id)
  expect([kept?.deletedAt, kept?.list === list, (await now(child))?.parent]).toEqual([null, false, id])
  await change(db, (writing) => restoreList(writing, list))
  await edit(id, { place: { list } })
  await change(db, (writing) => purgeList(writing, list, 'delete'))
  expect([await now(id), await now(child), await now(deleted)]).toEqual([undefined, undefined, undefined])
})

it('an archived list takes no tasks, and the default one is always there', async () => {
  const list = await newList('Shelf')
  await change(db, (writing) => changeList(writing, list, { archived: true }))
  expect(await refusal(addTitled(db, 'A', { list }))).toBe('archived-list')
  const [home] = await db<{ id: string }[]>`select default_list as id from local_store`
  const given = home?.id ?? ''
  expect(await refusal(change(db, (writing) => deleteList(writing, given, 'keep')))).toBe('default-list')
  expect(await refusal(change(db, (writing) => purgeList(writing, given, 'keep')))).toBe('default-list')
  expect(await refusal(change(db, (writing) => changeList(writing, given, { archived: true })))).toBe(
    'default-list',
  )
})

it('of another version than the one that was seen is refused, with what is there', async () => {
  const id = await addTitled(db, 'A')
  const stale = change(db, (writing) => changeTask(writing, id, { content: { title: 'B' } }, [7]))
  await expect(stale).rejects.toMatchObject({ code: 'stale', current: { id, version: 1, title: 'A' } })
  for (const expected of [[7, 1], '*'] as const)
    await change(db, (writing) => changeTask(writing, id, { content: { title: String(expected) } }, expected))
  expect((await now(id))?.title).toBe('*')
})

it('each change of a user leaves word with the connections to our tasks, and what changes nothing leaves none', async () => {
  await db`truncate connection cascade`
  await addConnection(db, 'elsewhere')
  const connection = await addConnection(db, 'local')
  const id = (await change(db, (writing) => addTask(writing, { title: 'A' }))).id
  await edit(id, { content: { title: 'A' } })
  await edit(id, { archived: true })
  await change(db, (writing) => deleteTask(writing, id))
  await newList('Alone')
  const told = await db`
    select connection_id as to, remote_ids as ids, made, deleted from delivery order by id`
  expect(told.map(({ to, ids, made, deleted }) => [to, ids, made, deleted])).toEqual([
    [connection, [id], true, false],
    [connection, [id], false, false],
    [connection, [id], false, true],
    [connection, [], false, false],
  ])
})
