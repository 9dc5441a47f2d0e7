import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openLocalDatabase } from '../../../test/store/local.ts'
import { addConnection } from '../../../test/store/record.ts'
import type { ShownList, ShownTask } from '../../receiver/api/schemas.ts'
import type { Db } from '../../store/database.ts'
import type { Answer } from '../answer.ts'
import type { Keeping } from './keeping.ts'
import { addNamed, remove, rename, restore, showLists } from './lists.ts'
import { type ListFlags, list } from './task-list.ts'
import { act, add, edit, purge } from './task-writes.ts'

let bed: Awaited<ReturnType<typeof openLocalDatabase>>
let db: Db
let nudged: string[]
let reached: 0 | 4
let keeping: Keeping

beforeAll(async () => {
  bed = await openLocalDatabase()
  db = bed.db
})
afterAll(() => bed[Symbol.asyncDispose]())
beforeEach(async () => {
  await db`truncate task, task_comment, delivery, connection cascade`
  await db`delete from task_list where id <> (select default_list from local_store)`
  nudged = []
  reached = 0
  keeping = {
    deps: { db },
    nudge: async (ids) => {
      nudged.push(...ids)
      return reached
    },
  }
})

const tasksOf = (answer: Answer) => (answer.json as { tasks: ShownTask[] }).tasks
const made = async (title: string, flags: Parameters<typeof add>[2] = {}): Promise<ShownTask> => {
  const [task] = tasksOf(await add(keeping, title, flags))
  if (task === undefined) throw new Error('nothing was added')
  return task
}
const titles = async (flags: ListFlags = {}) => tasksOf(await list(keeping, flags)).map(({ title }) => title)
const short = ({ id }: { readonly id: string }) => id.slice(0, 8)

describe('a task', () => {
  it('is added with what a person types', async () => {
    const parent = await made('Above')
    const task = await made('Call Dana', {
      notes: 'Gate code 12',
      due: '2027-01-31 15:30',
      start: '2027-01-30',
      priority: '1',
      labels: 'vip, later',
      type: 'call',
      status: 'blocked',
      flags: 'crm',
      parent: short(parent),
    })
    expect(task).toMatchObject({
      title: 'Call Dana',
      notes: 'Gate code 12',
      due: { kind: 'fixed', at: '2027-01-31T15:30:00Z', zone: 'UTC' },
      start: { kind: 'day', day: '2027-01-30' },
      priority: 1,
      labels: ['later', 'vip'],
      type: 'Call',
      status: 'blocked',
      flags: ['crm'],
      parent: parent.id,
    })
  })

  it('is edited; what is left out stays, and none takes a value away', async () => {
    const task = await made('A', { due: '2027-01-31', labels: 'vip', type: 'Call' })
    const after = tasksOf(await edit(keeping, task.id, { title: 'B', due: 'none', type: 'none' }))
    expect(after).toMatchObject([{ title: 'B', due: null, type: null, labels: ['vip'] }])
  })

  it('is completed, reopened, archived, taken back, deleted, restored, purged', async () => {
    const task = await made('A')
    const ids = [short(task)]
    const now = async (doing: Parameters<typeof act>[1]) => tasksOf(await act(keeping, doing, ids, {}))[0]
    expect((await now('done'))?.status).toBe('done')
    expect((await now('reopen'))?.status).toBe('open')
    expect((await now('archive'))?.archivedAt).not.toBeNull()
    expect((await now('unarchive'))?.archivedAt).toBeNull()
    expect((await now('rm'))?.deletedAt).not.toBeNull()
    await expect(now('done')).rejects.toMatchObject({ code: 'TASKS_DELETED', exitCode: 2 })
    expect((await now('restore'))?.deletedAt).toBeNull()
    expect((await purge(keeping, ids, {})).json).toEqual({ purged: [task.id] })
    await expect(now('restore')).rejects.toMatchObject({ code: 'NO_SUCH_TASK', exitCode: 2 })
  })

  it('is one of several, which are all changed, or none', async () => {
    const [one, two] = [await made('One'), await made('Two')]
    await act(keeping, 'rm', [two.id], {})
    await expect(act(keeping, 'done', [one.id, two.id], {})).rejects.toMatchObject({ exitCode: 2 })
    expect(await titles()).toEqual(['One'])
    const { lines } = await act(keeping, 'done', [one.id], {})
    expect(lines).toEqual([`${short(one)} “One” is done.`])
  })

  it.each<[string, Parameters<typeof add>[2]]>([
    ['due', { due: 'soon' }],
    ['priority', { priority: '7' }],
    ['labels', { labels: 'no-sync' }],
    ['type', { type: 'nap' }],
    ['status', { status: 'asleep' }],
    ['flags', { flags: 'needs-person' }],
  ])('takes no %s that is none', async (field, flags) => {
    await expect(add(keeping, 'A', flags)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(field),
    })
  })

  it('without words is refused, and one that is not clearly named', async () => {
    await expect(add(keeping, ' ', {})).rejects.toMatchObject({ exitCode: 2 })
    await expect(edit(keeping, 'abc', {})).rejects.toMatchObject({ code: 'NO_TASK_ID', exitCode: 2 })
    await made('A')
    await made('B')
    await db`update task set id = ('12345678' || substr(id::text, 9))::uuid`
    await expect(edit(keeping, '12345678', {})).rejects.toMatchObject({ code: 'SEVERAL_TASKS', exitCode: 2 })
  })
})

it('a change is told to the connections to our tasks; one on trial changes nothing and tells nobody', async () => {
  const connection = await addConnection(db, 'local')
  const trial = await add(keeping, 'Trial', { dryRun: true })
  expect([trial.lines[0], nudged, await titles()]).toEqual([
    'Nothing is changed; without --dry-run this is done:',
    [],
    [],
  ])
  reached = 4
  const { outcome } = await add(keeping, 'Real', {})
  expect([outcome, nudged, await titles()]).toEqual([4, [connection], ['Real']])
})

describe('the list of tasks', () => {
  it('shows what is not done, or what is asked for', async () => {
    const [open, done, shelved, gone] = [
      await made('open', { due: '2027-01-02', labels: 'vip' }),
      await made('done'),
      await made('shelved'),
      await made('gone'),
    ]
    await act(keeping, 'done', [done.id], {})
    await act(keeping, 'archive', [shelved.id], {})
    await act(keeping, 'rm', [gone.id], {})
    expect(await titles()).toEqual(['open'])
    expect(await titles({ status: 'done' })).toEqual(['done'])
    expect(await titles({ all: true })).toEqual(['open', 'done', 'shelved'])
    expect(await titles({ archived: true })).toEqual(['shelved'])
    expect(await titles({ deleted: true })).toEqual(['gone'])
    expect(await titles({ label: 'vip', text: 'OPEN', dueFrom: '2027-01-02', dueTo: '2027-01-02' })).toEqual([
      'open',
    ])
    expect((await list(keeping, {})).lines).toEqual([
      'id        status  due         p  title  list   labels',
      `${short(open)}  open    2027-01-02     open   Tasks  vip`,
      '1 task.',
    ])
  })

  it('says when there are more, and when there is none', async () => {
    expect((await list(keeping, {})).lines.join('\n')).toContain('tasks add')
    await made('One')
    await made('Two')
    const { json, lines } = await list(keeping, { limit: 1 })
    expect(json).toMatchObject({ more: true })
    expect(lines.at(-1)).toContain('There are more')
    await expect(list(keeping, { dueFrom: 'soon' })).rejects.toMatchObject({ exitCode: 2 })
    await expect(list(keeping, { status: 'x' })).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('a list', () => {
  const lists = async () => ((await showLists(keeping, {})).json as { lists: ShownList[] }).lists
  const names = async () => (await lists()).map(({ name }) => name)

  it('is added, renamed, found by its name, and deleted with a word about its tasks', async () => {
    await addNamed(keeping, 'Work', { colour: 'red' })
    await made('A', { list: 'work' })
    await rename(keeping, 'WORK', 'Office', {})
    expect(await names()).toEqual(['Tasks', 'Office'])
    expect(await titles({ list: 'Office' })).toEqual(['A'])
    await expect(remove(keeping, 'Office', {})).rejects.toMatchObject({
      code: 'TASKS_LIST_IN_USE',
      exitCode: 2,
    })
    await expect(remove(keeping, 'Tasks', {})).rejects.toMatchObject({
      code: 'TASKS_DEFAULT_LIST',
      exitCode: 2,
    })
    const trial = await remove(keeping, 'Office', { tasks: 'delete', dryRun: true })
    expect(trial.lines[1]).toMatch(/is deleted, and with it 1 task, also where it is kept in step/)
    await remove(keeping, 'Office', { tasks: 'keep', hard: true })
    expect([await names(), await titles()]).toEqual([['Tasks'], ['A']])
  })

  it('that was deleted comes back by its name, without the tasks that went with it', async () => {
    await addNamed(keeping, 'Work', {})
    await made('A', { list: 'Work' })
    const { lines } = await remove(keeping, 'Work', { tasks: 'delete' })
    expect(lines[0]).toMatch(/"npx dealbridge tasks lists restore [0-9a-f]{8}" brings it back/)
    await expect(restore(keeping, 'Tasks', {})).rejects.toMatchObject({ code: 'NO_SUCH_LIST', exitCode: 2 })
    await restore(keeping, 'work', {})
    expect([await names(), await titles()]).toEqual([['Tasks', 'Work'], []])
  })

  it('of a name that several have is not guessed', async () => {
    expect((await addNamed(keeping, 'Work', {})).lines).toHaveLength(1)
    expect((await addNamed(keeping, 'WORK', {})).lines[1]).toContain('Another list has that name')
    await expect(made('A', { list: 'Work' })).rejects.toMatchObject({ code: 'SEVERAL_LISTS', exitCode: 2 })
    const [, first, second] = await lists()
    await expect(made('A', { list: 'Work' })).rejects.toMatchObject({
      hints: [expect.stringContaining(`${short(first ?? { id: '' })}, ${short(second ?? { id: '' })}`)],
    })
    expect((await made('A', { list: short(second ?? { id: '' }) })).list).toBe(second?.id)
    await expect(made('A', { list: 'Home' })).rejects.toMatchObject({ code: 'NO_SUCH_LIST', exitCode: 2 })
    await expect(addNamed(keeping, ' ', {})).rejects.toMatchObject({ exitCode: 2 })
  })
})
