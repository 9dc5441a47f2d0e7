import type { TodoistApi } from '@doist/todoist-sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refusalOf, sdkAccount } from './sdk-client.ts'
import type { TestClient } from './test-client.ts'

let api: TodoistApi
let client: TestClient
beforeEach(async () => {
  ;({ api, client } = await sdkAccount())
})
afterEach(() => client.sim.close())

const ids = (page: { results: readonly { id: string }[] }) => page.results.map(({ id }) => id)

it('reads the user', async () => {
  expect(await api.getUser()).toMatchObject({
    id: '39768711',
    isPremium: true,
    tzInfo: { timezone: 'America/New_York', hours: -5 },
  })
})

describe('one task', () => {
  it('is added with everything, read, and changed', async () => {
    const project = await api.addProject({ name: 'P' })
    const section = await api.addSection({ name: 'S', projectId: project.id })
    const task = await api.addTask({
      content: 'Call Dana',
      description: 'about *inspection*',
      sectionId: section.id,
      labels: ['crm', 'call'],
      priority: 4,
      dueDatetime: '2026-12-03T19:00:00Z',
      duration: 30,
      durationUnit: 'minute',
      deadlineDate: '2026-12-10',
    })
    expect(task).toMatchObject({
      content: 'Call Dana',
      projectId: project.id,
      sectionId: section.id,
      parentId: null,
      labels: ['crm', 'call'],
      priority: 4,
      due: { date: '2026-12-03T19:00:00.000000Z', timezone: 'America/New_York', isRecurring: false },
      duration: { amount: 30, unit: 'minute' },
      deadline: { date: '2026-12-10', lang: 'en' },
      checked: false,
      isUncompletable: false,
    })
    expect(await api.getTask(task.id)).toEqual(task)

    const changed = await api.updateTask(task.id, {
      content: 'Call Dana again',
      labels: ['call'],
      priority: 1,
      dueString: null,
      deadlineDate: null,
      order: 7,
    })
    expect(changed).toMatchObject({
      content: 'Call Dana again',
      description: 'about *inspection*',
      labels: ['call'],
      priority: 1,
      due: null,
      deadline: null,
      childOrder: 7,
    })
    expect(await api.updateTask(task.id, { dueDate: '2026-12-04' })).toMatchObject({
      due: { date: '2026-12-04', timezone: null, string: 'Dec 4' },
    })
    expect(await api.updateTask(task.id, { dueString: 'every monday at 9' })).toMatchObject({
      due: { date: '2026-11-23T09:00:00.000000', isRecurring: true },
    })
    expect((await api.addTask({ content: 'note', isUncompletable: true })).isUncompletable).toBe(true)
  })

  it('is closed with its sub-tasks, reopened, deleted', async () => {
    const parent = await api.addTask({ content: 'parent' })
    const child = await api.addTask({ content: 'child', parentId: parent.id })
    expect(await api.closeTask(parent.id)).toBe(true)
    expect(await api.getTask(child.id)).toMatchObject({ checked: true, completedAt: expect.any(Date) })
    expect(await api.reopenTask(parent.id)).toBe(true)
    expect(await api.getTask(parent.id)).toMatchObject({ checked: false, completedAt: null })
    expect(await api.getTask(child.id)).toMatchObject({ checked: true })
    expect(await api.deleteTask(parent.id)).toBe(true)
    expect(await api.getTask(parent.id)).toMatchObject({ isDeleted: true })
    expect(await api.deleteTask(parent.id)).toBe(true)
  })

  it('moves on when it recurs', async () => {
    const task = await api.addTask({ content: 'weekly', dueString: 'every friday' })
    expect(task.due?.date).toBe('2026-11-20')
    await api.closeTask(task.id)
    await api.closeTask(task.id)
    expect(await api.getTask(task.id)).toMatchObject({ checked: false, due: { date: '2026-12-04' } })
  })

  it('goes to a project, a section, a parent, alone or with others', async () => {
    const project = await api.addProject({ name: 'P' })
    const section = await api.addSection({ name: 'S', projectId: project.id })
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((content) => api.addTask({ content })))
    const id = (task: { id: string } | undefined) => task?.id ?? ''
    expect(await api.moveTask(id(a), { projectId: project.id })).toMatchObject({ projectId: project.id })
    expect(await api.moveTask(id(b), { parentId: id(a) })).toMatchObject({
      projectId: project.id,
      parentId: id(a),
    })
    const moved = await api.moveTasks([id(a), id(c)], { sectionId: section.id })
    expect(new Map(moved.map((task) => [task.id, task.sectionId]))).toEqual(
      new Map([
        [id(a), section.id],
        [id(c), section.id],
      ]),
    )
    expect(await api.getTask(id(b))).toMatchObject({ sectionId: section.id })
  })
})

describe('lists', () => {
  it('filter by place, label and ids, and page by cursor', async () => {
    const project = await api.addProject({ name: 'P' })
    const section = await api.addSection({ name: 'S', projectId: project.id })
    const a = await api.addTask({ content: 'a', sectionId: section.id, labels: ['x'] })
    const b = await api.addTask({ content: 'b', projectId: project.id })
    const c = await api.addTask({ content: 'c', parentId: b.id })
    await api.addTask({ content: 'elsewhere' })
    expect(ids(await api.getTasks({ projectId: project.id }))).toEqual([a.id, b.id, c.id])
    expect(ids(await api.getTasks({ sectionId: section.id }))).toEqual([a.id])
    expect(ids(await api.getTasks({ parentId: b.id }))).toEqual([c.id])
    expect(ids(await api.getTasks({ label: 'x' }))).toEqual([a.id])
    expect(ids(await api.getTasks({ ids: [c.id, a.id] }))).toEqual([a.id, c.id])
    const first = await api.getTasks({ projectId: project.id, limit: 2 })
    expect(ids(first)).toEqual([a.id, b.id])
    const last = await api.getTasks({ projectId: project.id, limit: 2, cursor: first.nextCursor })
    expect([ids(last), last.nextCursor]).toEqual([[c.id], null])
  })

  it('understand a filter', async () => {
    const late = await api.addTask({ content: 'Call late', dueDate: '2026-11-18', priority: 4 })
    const soon = await api.addTask({ content: 'Call soon', dueDate: '2026-11-22' })
    await api.addTask({ content: 'Never' })
    const found = async (query: string) => ids(await api.getTasksByFilter({ query }))
    expect(await found('overdue & p1')).toEqual([late.id])
    expect(await found('(overdue | 7 days) & search: call')).toEqual([late.id, soon.id])
    const page = await api.getTasksByFilter({ query: '!no date', limit: 1 })
    expect(ids(await api.getTasksByFilter({ query: '!no date', limit: 1, cursor: page.nextCursor }))).toEqual(
      [soon.id],
    )
    expect(await refusalOf(api.getTasksByFilter({ query: 'today, tomorrow' }))).toEqual([
      400,
      'INVALID_SEARCH_QUERY',
      expect.any(Number),
    ])
  })

  it('hold what was completed, under items', async () => {
    const project = await api.addProject({ name: 'P' })
    const task = await api.addTask({ content: 'Report', projectId: project.id, dueDate: '2026-11-19' })
    const recurring = await api.addTask({ content: 'Report daily', dueString: 'every day' })
    await api.closeTask(task.id)
    await api.closeTask(recurring.id)
    const span = { since: '2026-11-01T00:00:00Z', until: '2026-12-01T00:00:00Z' }
    const completed = await api.getCompletedTasksByCompletionDate({ ...span, projectId: project.id })
    expect(completed.items).toMatchObject([{ id: task.id, checked: true }])
    expect(completed.nextCursor).toBeUndefined()
    const filtered = await api.getCompletedTasksByCompletionDate({ ...span, filterQuery: 'p1' })
    expect(filtered.items).toEqual([])
    expect((await api.getCompletedTasksByDueDate(span)).items).toMatchObject([{ id: task.id }])
    expect((await api.searchCompletedTasks({ query: 'rep*t' })).items).toMatchObject([{ id: task.id }])
    const legacy = await api.getAllCompletedTasks({
      projectId: project.id,
      since: new Date('2026-11-20T00:00:00Z'),
    })
    // The SDK rewrites the letters of ids that are keys, so only the values are looked at.
    expect(legacy).toMatchObject({ items: [{ id: task.id }], sections: {} })
    expect(Object.values(legacy.projects)).toMatchObject([{ id: project.id, name: 'P' }])
    expect((await api.getAllCompletedTasks({ until: new Date('2026-11-20T00:00:00Z') })).items).toEqual([])
    expect((await api.getAllCompletedTasks({ offset: 1 })).items).toEqual([])
    expect(await api.getProductivityStats()).toMatchObject({
      completedCount: 1,
      daysItems: [
        { date: '2026-11-20', totalCompleted: 1, items: [{ id: project.id, completed: 1 }] },
        ...more(6),
      ],
    })
  })
})

const more = (count: number) => Array.from({ length: count }, () => ({ totalCompleted: 0 }))

it('reads a line of text', async () => {
  const project = await api.addProject({ name: 'Under contract' })
  const section = await api.addSection({ name: 'Dana', projectId: project.id })
  const task = await api.quickAddTask({
    text: 'Call Dana tomorrow 14:30 #Under contract /Dana @call p1 {2026-12-10} // ask for the keys',
    note: 'typed fast',
  })
  expect(task).toMatchObject({
    content: 'Call Dana',
    description: 'ask for the keys',
    projectId: project.id,
    sectionId: section.id,
    labels: ['call'],
    priority: 4,
    due: { date: '2026-11-21T14:30:00.000000', string: 'tomorrow 14:30' },
    deadline: { date: '2026-12-10' },
  })
  expect((await api.getComments({ taskId: task.id })).results).toMatchObject([{ content: 'typed fast' }])
})

it('looks up what happened, and ids of before', async () => {
  const task = await api.addTask({ content: 'daily', dueString: 'every day' })
  await api.updateTask(task.id, { labels: ['x'] })
  await api.updateTask(task.id, { content: 'each day' })
  await api.closeTask(task.id)
  const { results } = await api.getActivityLogs({ objectEventTypes: ['task:'] })
  expect(results.map((event) => [event.objectType, event.eventType])).toEqual([
    ['task', 'completed'],
    ['task', 'updated'],
    ['task', 'added'],
  ])
  expect(results[0]).toMatchObject({ objectId: task.id, extraData: { isRecurring: true } })
  expect(results[1]?.extraData).toMatchObject({ content: 'each day', lastContent: 'daily' })
  const first = await api.getActivityLogs({ objectId: task.id, limit: 2 })
  const rest = await api.getActivityLogs({ objectId: task.id, limit: 2, cursor: first.nextCursor })
  expect([first.results.length, rest.results.length, rest.nextCursor]).toEqual([2, 1, null])
  expect((await api.getActivityLogs({ dateTo: '2026-11-20' })).results).toEqual([])
  expect(await api.getIdMappings({ objName: 'tasks', objIds: [task.id, '918273645'] })).toEqual([])
  expect(await api.getMovedIds({ objName: 'sections', oldIds: ['918273645'] })).toEqual([])
})

describe('refusals', () => {
  it('say what is wrong', async () => {
    expect(await refusalOf(api.getTask('6XGgm6PHrGgMpCFX'))).toEqual([404, 'NOT_FOUND', 478])
    expect(await refusalOf(api.getTask('123'))).toEqual([400, 'INVALID_ARGUMENT_VALUE', 20])
    expect(await refusalOf(api.getTasks({ limit: 201 }))).toEqual([400, 'INVALID_ARGUMENT_VALUE', 20])
    expect(await refusalOf(api.addTask({ content: 'x', dueString: 'blursday' }))).toEqual([
      400,
      'INVALID_DATE',
      480,
    ])
    await client.settings({ tasksPerProject: 1 })
    await api.addTask({ content: 'fits' })
    expect(await refusalOf(api.addTask({ content: 'too many' }))).toEqual([
      403,
      'MAX_ITEMS_LIMIT_REACHED',
      49,
    ])
  })

  it('come for a bad key and for too many requests', async () => {
    await client.settings({ restRequestsPerWindow: 1 })
    await api.getTasks()
    expect(await refusalOf(api.getTasks())).toEqual([429, 'LIMITS_REACHED', 35])
    await client.admin('keys', { keys: ['other'] })
    expect(await refusalOf(api.getTasks())).toEqual([401, 'UNAUTHORIZED', 477])
  })

  it('a call whose answer is lost is sent again, and makes a second task', async () => {
    await client.admin('faults', [{ match: 'POST /api/v1/tasks', nth: 1, do: 'reply-lost' }])
    await api.addTask({ content: 'twice' })
    expect((await api.getTasks()).results.map((task) => task.content)).toEqual(['twice', 'twice'])
  })
})
