import { createCommand, type SyncCommand, type TodoistApi, TodoistSyncError } from '@doist/todoist-sdk'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sdkAccount } from './sdk-client.ts'
import type { TestClient } from './test-client.ts'

let api: TodoistApi
let client: TestClient
beforeEach(async () => {
  ;({ api, client } = await sdkAccount())
})
afterEach(() => client.sim.close())

const RESOURCES = [
  'items',
  'projects',
  'sections',
  'labels',
  'notes',
  'project_notes',
  'user',
  'user_plan_limits',
  'collaborators',
  'collaborator_states',
  'completed_info',
  'reminders',
  'filters',
] as const
const read = (syncToken: string) => api.sync({ syncToken, resourceTypes: [...RESOURCES] })
const run = (...commands: SyncCommand[]) => api.sync({ commands, resourceTypes: ['items', 'sections'] })
/** Runs one command; gives the id it made. */
async function made(type: Parameters<typeof createCommand>[0], args: object): Promise<string> {
  const answer = await api.sync({ commands: [createCommand(type, args as never, 'temp')] })
  return answer.tempIdMapping?.temp ?? ''
}

it('reads everything, then what changed', async () => {
  const project = await api.addProject({ name: 'P' })
  const task = await api.addTask({ content: 'x', projectId: project.id })
  await api.addComment({ taskId: task.id, content: 'on the task' })
  await api.addComment({ projectId: project.id, content: 'on the project' })
  await api.addLabel({ name: 'crm' })
  const full = await read('*')
  expect(full).toMatchObject({
    fullSync: true,
    items: [{ id: task.id }],
    projects: [{ inboxProject: true }, { id: project.id }],
    sections: [],
    labels: [{ name: 'crm' }],
    notes: [{ itemId: task.id }],
    projectNotes: [{ projectId: project.id }],
    user: { id: '39768711' },
    userPlanLimits: { current: { maxProjects: 300, maxSections: 20, maxTasks: 300 } },
    collaborators: [{ id: '39768711' }],
    collaboratorStates: [],
    completedInfo: [],
    reminders: [],
    filters: [],
    incompleteItemIds: [],
    incompleteProjectIds: [],
  })
  await api.closeTask(task.id)
  await api.deleteProject(project.id)
  const delta = await read(full.syncToken ?? '')
  expect(delta).toMatchObject({
    fullSync: false,
    items: [{ id: task.id, checked: true, isDeleted: true }],
    projects: [{ id: project.id, isDeleted: true }],
    labels: [],
  })
})

it('runs every command for projects and sections', async () => {
  const projectId = await made('project_add', { name: 'P' })
  const other = await made('project_add', { name: 'Q' })
  const sectionId = await made('section_add', { name: 'S', projectId })
  const task = await api.addTask({ content: 'x', sectionId })
  const moved = await run(createCommand('section_move', { id: sectionId, projectId: other }))
  expect(moved.sections).toMatchObject([{ id: sectionId, projectId: other }])
  expect(await api.getTask(task.id)).toMatchObject({ projectId: other, sectionId })
  await run(
    createCommand('section_update', { id: sectionId, name: 'T' }),
    createCommand('section_reorder', { sections: [{ id: sectionId, sectionOrder: 5 }] }),
    createCommand('section_archive', { id: sectionId }),
  )
  expect(await api.getSection(sectionId)).toMatchObject({ name: 'T', sectionOrder: 5, isArchived: true })
  await run(createCommand('section_unarchive', { id: sectionId }))
  expect(await api.getSection(sectionId)).toMatchObject({ isArchived: false })
  await run(createCommand('section_delete', { id: sectionId }))
  expect(await api.getTask(task.id)).toMatchObject({ isDeleted: true })
  await run(
    createCommand('project_update', { id: projectId, name: 'R' }),
    createCommand('project_move', { id: projectId, parentId: other }),
    createCommand('project_reorder', { projects: [{ id: other, childOrder: 4 }] }),
    createCommand('project_archive', { id: other }),
  )
  expect(await api.getProject(projectId)).toMatchObject({ name: 'R', parentId: other, isArchived: true })
  await run(
    createCommand('project_unarchive', { id: other }),
    createCommand('project_delete', { id: projectId }),
  )
  expect((await api.getProjects()).results.map(({ name }) => name)).toEqual(['Inbox', 'Q'])
})

it('runs every command for tasks', async () => {
  const projectId = await made('project_add', { name: 'P' })
  const id = await made('item_add', { content: 'x', projectId, labels: ['a'], due: { date: '2026-11-27' } })
  const child = await made('item_add', { content: 'y', parentId: id })
  await run(createCommand('item_update', { id, content: 'z', priority: 3, due: { string: 'every friday' } }))
  expect(await api.getTask(id)).toMatchObject({ content: 'z', priority: 3, due: { isRecurring: true } })
  await run(
    createCommand('item_update_date_complete', {
      id,
      due: { date: '2026-12-04', string: 'every friday' },
      isForward: true,
    }),
  )
  expect(await api.getTask(id)).toMatchObject({ checked: false, due: { date: '2026-12-04' } })
  await run(createCommand('item_complete', { id, completedAt: '2026-11-20T16:00:00.000000Z' }))
  expect(await api.getTask(id)).toMatchObject({
    checked: true,
    completedAt: new Date('2026-11-20T16:00:00Z'),
  })
  await run(createCommand('item_complete_undo', { id, descendants: [{ id: child, checked: false }] }))
  expect(await api.getTask(child)).toMatchObject({ checked: false })
  await run({ ...createCommand('item_uncomplete', { id }), type: 'item_close' } as SyncCommand)
  expect(await api.getTask(id)).toMatchObject({ checked: false, due: { date: '2026-12-11' } })
  await run(createCommand('item_complete', { id: child, completedAt: '2026-11-20T16:00:00Z' }))
  await run(
    createCommand('item_uncomplete', { id: child }),
    createCommand('item_move', { id: child, projectId }),
    createCommand('item_reorder', { items: [{ id: child, childOrder: 8 }] }),
  )
  expect(await api.getTask(child)).toMatchObject({ checked: false, parentId: null, childOrder: 8 })
  await run(createCommand('item_delete', { id }))
  expect(await api.getTask(id)).toMatchObject({ isDeleted: true })
  // The SDK rewrites the letters of ids that are keys, so this one is sent by hand.
  await client.command('item_update_day_orders', { ids_to_orders: { [child]: 2 } })
  expect(await api.getTask(child)).toMatchObject({ dayOrder: 2 })
  const parsed = await made('item_add', { content: 'Call @dana now', autoParseLabels: true })
  expect(await api.getTask(parsed)).toMatchObject({ content: 'Call now', labels: ['dana'] })
})

it('runs every command for labels, comments and reminders', async () => {
  const task = await api.addTask({ content: 'x', labels: ['old', 'gone'] })
  const id = await made('label_add', { name: 'crm' })
  await run(
    createCommand('label_update', { id, name: 'CRM', color: 'red' }),
    createCommand('label_update_orders', { idOrderMapping: { [id]: 4 } }),
    createCommand('label_rename', { nameOld: 'old', nameNew: 'new' }),
    createCommand('label_delete_occurrences', { name: 'gone' }),
  )
  expect(await api.getLabel(id)).toMatchObject({ name: 'CRM', color: 'red', order: 4 })
  expect((await api.getTask(task.id)).labels).toEqual(['new'])
  await run(createCommand('label_delete', { id }))
  expect((await api.getLabels()).results).toEqual([])

  const note = await made('note_add', { itemId: task.id, content: 'a', postedAt: '2026-11-20T16:00:00Z' })
  await run(
    createCommand('note_update', { id: note, content: 'b' }),
    createCommand('note_reaction_add', { id: note, reaction: '👍' }),
  )
  expect(await api.getComment(note)).toMatchObject({ content: 'b', reactions: { '👍': ['39768711'] } })
  await run(createCommand('note_reaction_remove', { id: note, reaction: '👍' }))
  expect(await api.getComment(note)).toMatchObject({ reactions: null })
  await run(createCommand('note_delete', { id: note }))
  expect((await api.getComments({ taskId: task.id })).results).toEqual([])

  const reminder = await made('reminder_add', { itemId: task.id, type: 'relative', minuteOffset: 30 })
  await run(createCommand('reminder_delete', { id: reminder }))
  expect((await read('*')).reminders).toEqual([])
})

it('throws when one command failed, and the others are done', async () => {
  const good = createCommand('item_add', { content: 'stays' }, 'temp')
  const bad = createCommand('item_update', { id: '6Xdeaddeaddead42', content: 'x' })
  const failure = await api.sync({ commands: [good, bad] }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(TodoistSyncError)
  expect(failure).toMatchObject({
    httpStatusCode: 404,
    syncStatus: { [good.uuid]: 'ok', [bad.uuid]: { errorTag: 'ITEM_NOT_FOUND', errorCode: 22 } },
    tempIdMapping: { temp: expect.any(String) },
  })
  expect((await api.getTasks()).results.map(({ content }) => content)).toEqual(['stays'])
  const again = await api.sync({ commands: [good] })
  expect(again.syncStatus).toEqual({ [good.uuid]: 'ok' })
  expect((await api.getTasks()).results).toHaveLength(1)
})
