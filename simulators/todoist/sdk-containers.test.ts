import type { TodoistApi } from '@doist/todoist-sdk'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { refusalOf, sdkAccount } from './sdk-client.ts'
import type { TestClient } from './test-client.ts'

let api: TodoistApi
let client: TestClient
beforeEach(async () => {
  ;({ api, client } = await sdkAccount())
})
afterEach(() => client.sim.close())

const names = (page: { results: readonly { name: string }[] }) => page.results.map(({ name }) => name)
const UNKNOWN = '6XGgm6PHrGgMpCFX'

it('projects: add, read, change, search, archive, bring back, delete', async () => {
  const project = await api.addProject({
    name: 'Under contract',
    description: 'a *stage*',
    color: 'blue',
    isFavorite: true,
    viewStyle: 'board',
  })
  expect(project).toMatchObject({
    name: 'Under contract',
    description: 'a *stage*',
    color: 'blue',
    isFavorite: true,
    viewStyle: 'board',
    inboxProject: false,
    parentId: null,
  })
  expect(await api.getProject(project.id)).toEqual(project)
  const child = await api.addProject({ name: 'Below', parentId: project.id })
  expect(child).toMatchObject({ parentId: project.id })
  expect(names(await api.getProjects())).toEqual(['Inbox', 'Under contract', 'Below'])
  expect(names(await api.searchProjects({ query: 'under*' }))).toEqual(['Under contract'])
  expect(await api.updateProject(project.id, { name: 'Closed', description: '' })).toMatchObject({
    name: 'Closed',
    description: '',
    color: 'blue',
  })
  expect(await api.getPersonalProjectCapacity()).toEqual({ maxProjects: 300, activeCount: 2, remaining: 298 })
  expect(await api.archiveProject(child.id)).toMatchObject({ isArchived: true })
  expect(names(await api.getArchivedProjects())).toEqual(['Below'])
  expect(await api.getArchivedProjectsCount()).toEqual({ count: 1 })
  expect(await api.unarchiveProject(child.id)).toMatchObject({ isArchived: false, parentId: null })
  expect(await api.deleteProject(child.id)).toBe(true)
  expect(await refusalOf(api.getProject(child.id))).toEqual([404, 'NOT_FOUND', 478])
  expect(await refusalOf(api.getProject(UNKNOWN))).toEqual([400, 'INVALID_ARGUMENT_VALUE', 20])
  await client.settings({ projects: 1 })
  expect(await refusalOf(api.addProject({ name: 'too many' }))).toEqual([
    403,
    'MAX_PROJECTS_LIMIT_REACHED',
    expect.any(Number),
  ])
})

it('a whole project, and who is in it', async () => {
  const project = await api.addProject({ name: 'P' })
  const section = await api.addSection({ name: 'S', projectId: project.id })
  const task = await api.addTask({ content: 'x', sectionId: section.id })
  await api.addTask({ content: 'elsewhere' })
  await api.closeTask((await api.addTask({ content: 'done', projectId: project.id })).id)
  const note = await api.addComment({ projectId: project.id, content: 'about all of it' })
  const owner = { id: '39768711', name: expect.any(String), email: expect.stringContaining('@') }
  const full = await api.getFullProject(project.id)
  expect(full).toMatchObject({ project: { id: project.id }, commentsCount: 1, collaborators: [owner] })
  expect(full.tasks.map(({ id }) => id)).toEqual([task.id])
  expect(full.sections.map(({ id }) => id)).toEqual([section.id])
  expect(full.notes.map(({ id }) => id)).toEqual([note.id])
  expect((await api.getProjectCollaborators(project.id)).results).toEqual([owner])
  expect(await api.getProjectPermissions()).toMatchObject({
    projectCollaboratorActions: [{ name: 'CREATOR' }],
    workspaceCollaboratorActions: [],
  })
})

it('sections: add, read, change, search, archive, bring back, delete', async () => {
  const project = await api.addProject({ name: 'P' })
  const section = await api.addSection({ name: 'Dana Reyes', projectId: project.id })
  expect(await api.getSection(section.id)).toEqual(section)
  await api.addSection({ name: 'Kim Lee', projectId: project.id, order: 9 })
  expect(names(await api.getSections({ projectId: project.id }))).toEqual(['Dana Reyes', 'Kim Lee'])
  expect(names(await api.searchSections({ query: 'DANA', projectId: project.id }))).toEqual(['Dana Reyes'])
  expect(await api.updateSection(section.id, { name: 'Dana' })).toMatchObject({ name: 'Dana' })
  expect(await api.archiveSection(section.id)).toMatchObject({
    isArchived: true,
    archivedAt: expect.any(Date),
  })
  expect(names(await api.getSections({ projectId: project.id }))).toEqual(['Kim Lee'])
  expect(await api.unarchiveSection(section.id)).toMatchObject({ isArchived: false, archivedAt: null })
  expect(await api.deleteSection(section.id)).toBe(true)
  expect(await refusalOf(api.getSection(section.id))).toEqual([404, 'NOT_FOUND', 478])
  await client.settings({ sectionsPerProject: 1 })
  expect(await refusalOf(api.addSection({ name: 'too many', projectId: project.id }))).toEqual([
    403,
    'MAX_SECTIONS_LIMIT_REACHED',
    61,
  ])
})

it('labels: personal ones and shared ones', async () => {
  const label = await api.addLabel({ name: 'crm', color: 'red', isFavorite: true, order: 3 })
  expect(label).toMatchObject({ name: 'crm', color: 'red', isFavorite: true, order: 3 })
  expect(await api.getLabel(label.id)).toEqual(label)
  const task = await api.addTask({ content: 'x', labels: ['CRM', 'loose'] })
  expect(task.labels).toEqual(['crm', 'loose'])
  expect(names(await api.getLabels())).toEqual(['crm'])
  expect(names(await api.searchLabels({ query: 'c*m' }))).toEqual(['crm'])
  expect((await api.getSharedLabels()).results).toEqual(['crm', 'loose'])
  expect((await api.getSharedLabels({ omitPersonal: true })).results).toEqual(['loose'])
  expect(await api.updateLabel(label.id, { name: 'follow-up' })).toMatchObject({
    name: 'follow-up',
    color: 'red',
  })
  expect(await api.renameSharedLabel({ name: 'loose', newName: 'tight' })).toBe(true)
  expect((await api.getTask(task.id)).labels).toEqual(['follow-up', 'tight'])
  expect(await api.removeSharedLabel({ name: 'tight' })).toBe(true)
  expect(await api.deleteLabel(label.id)).toBe(true)
  expect((await api.getTask(task.id)).labels).toEqual([])
  expect(await refusalOf(api.getLabel(label.id))).toEqual([404, 'NOT_FOUND', 478])
})

it('comments of tasks and of projects', async () => {
  const task = await api.addTask({ content: 'x' })
  const project = await api.addProject({ name: 'P' })
  const comment = await api.addComment({ taskId: task.id, content: 'Left voicemail' })
  expect(comment).toMatchObject({ taskId: task.id, content: 'Left voicemail', reactions: null })
  expect(comment.projectId).toBeUndefined()
  const other = await api.addComment({ projectId: project.id, content: 'On all' })
  expect(other).toMatchObject({ projectId: project.id })
  expect(await api.getComment(comment.id)).toEqual(comment)
  expect((await api.getComments({ taskId: task.id })).results).toEqual([comment])
  expect((await api.getComments({ projectId: project.id })).results).toEqual([other])
  expect(await api.updateComment(comment.id, { content: 'Reached her' })).toMatchObject({
    content: 'Reached her',
  })
  expect(await api.deleteComment(comment.id)).toBe(true)
  expect(await refusalOf(api.getComment(comment.id))).toEqual([404, 'NOT_FOUND', 478])
  expect((await api.getComments({ taskId: task.id })).results).toEqual([])
  expect(await refusalOf(api.addComment({ taskId: task.id, content: 'x'.repeat(15_001) }))).toEqual([
    400,
    'INVALID_ARGUMENT_VALUE',
    20,
  ])
})
