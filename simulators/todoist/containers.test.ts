import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyAccount, type Row, type TestClient } from './test-client.ts'

let client: TestClient
beforeEach(async () => {
  client = await emptyAccount()
})
afterEach(() => client.sim.close())

const project = (name = 'P') => client.command('project_add', { name })
const section = (project_id: string, name = 'S') => client.command('section_add', { name, project_id })
const task = (args: Record<string, unknown>) => client.command('item_add', { content: 'Task', ...args })

async function fill(type: string, count: number, args: Record<string, unknown>): Promise<string[]> {
  const ids: string[] = []
  for (let done = 0; done < count; done += 100) {
    const commands = Array.from({ length: Math.min(100, count - done) }, (_, n) => {
      const uuid = `${type}-${Math.random()}-${n}`
      return { type, uuid, temp_id: uuid, args: { ...args, content: `${n}`, name: `${n}` } }
    })
    const answer = await client.sync({ commands })
    ids.push(...Object.values(answer.temp_id_mapping))
  }
  return ids
}

describe('limits', () => {
  it('holds 300 open tasks in a project, and refuses the next with code 49', async () => {
    const project_id = await project()
    const [first = ''] = await fill('item_add', 300, { project_id })
    await expect(task({ project_id })).rejects.toThrow('"error_code":49')
    const outside = await task({})
    await expect(client.command('item_move', { id: outside, project_id })).rejects.toThrow(
      'MAX_ITEMS_LIMIT_REACHED',
    )
    await client.command('item_close', { id: first })
    await task({ project_id })
    await client.command('item_uncomplete', { id: first })
    expect(await client.task(first)).toMatchObject({ checked: false })
  })

  it('holds 20 sections, archived ones not counted, and refuses with code 61', async () => {
    const project_id = await project()
    const [first = ''] = await fill('section_add', 20, { project_id })
    await expect(section(project_id)).rejects.toThrow('"error_code":61')
    const outside = await section(await project('Q'))
    await expect(client.command('section_move', { id: outside, project_id })).rejects.toThrow(
      '"http_code":403',
    )
    await client.command('section_archive', { id: first })
    await section(project_id)
    await expect(client.command('section_unarchive', { id: first })).rejects.toThrow('"error_code":61')
  })

  it('asks the task limit when a section moves, and changes nothing when it refuses', async () => {
    const full = await project()
    await fill('item_add', 299, { project_id: full })
    const home = await project('Home')
    const id = await section(home)
    const inside = await task({ section_id: id })
    await task({ section_id: id })
    await expect(client.command('section_move', { id, project_id: full })).rejects.toThrow('"error_code":49')
    expect(await client.rest('GET', `/sections/${id}`)).toMatchObject({ project_id: home })
    expect(await client.task(inside)).toMatchObject({ project_id: home })
  })

  it('does not count the tasks of an archived section, and asks for their room when it comes back', async () => {
    await client.settings({ tasksPerProject: 2 })
    const project_id = await project()
    const id = await section(project_id)
    await task({ section_id: id })
    await task({ project_id })
    await expect(task({ project_id })).rejects.toThrow('"error_code":49')
    await client.command('section_archive', { id })
    await task({ project_id })
    await expect(client.command('section_unarchive', { id })).rejects.toThrow('"error_code":49')
  })

  it('holds as many projects as the plan allows, without the Inbox', async () => {
    await client.settings({ projects: 2 })
    const first = await project()
    await project()
    await expect(project()).rejects.toThrow('MAX_PROJECTS_LIMIT_REACHED')
    await client.command('project_archive', { id: first })
    await project()
  })
})

describe('sections', () => {
  it('has every key, orders by arrival, and keeps a description', async () => {
    const project_id = await project()
    await section(project_id)
    const id = await client.command('section_add', { name: 'Two', project_id, description: 'FUB deal 5521' })
    expect(await client.rest('GET', `/sections/${id}`)).toEqual({
      id,
      user_id: '39768711',
      project_id,
      name: 'Two',
      description: 'FUB deal 5521',
      section_order: 2,
      order_key: expect.any(String),
      is_collapsed: false,
      is_archived: false,
      archived_at: null,
      is_deleted: false,
      added_at: expect.stringMatching(/\.\d{6}Z$/),
      updated_at: expect.stringMatching(/\.\d{6}Z$/),
    })
    await client.command('section_update', { id, description: null, name: 'Renamed' })
    expect(await client.rest('GET', `/sections/${id}`)).toMatchObject({ name: 'Renamed', description: null })
  })

  it('moves with its tasks in one command, shown in the same answer', async () => {
    const from = await project()
    const to = await project('Q')
    const id = await section(from)
    const open = await task({ section_id: id })
    const done = await task({ section_id: id })
    await client.command('item_close', { id: done })
    const answer = await client.sync({
      sync_token: await client.token(),
      resource_types: ['sections', 'items'],
      commands: [{ type: 'section_move', uuid: 'u', args: { id, project_id: to } }],
    })
    expect(answer.sections).toMatchObject([{ id, project_id: to }])
    expect(answer.items?.map((item) => [item.id, item.project_id])).toEqual([
      [open, to],
      [done, to],
    ])
  })

  it('keeps the tasks out of the delta of a move when told to', async () => {
    const id = await section(await project())
    const inside = await task({ section_id: id })
    const to = await project('Q')
    await client.settings({ cascadeRows: false })
    const token = await client.token()
    await client.command('section_move', { id, project_id: to })
    expect((await client.changes(token)).items).toEqual([])
    expect(await client.task(inside)).toMatchObject({ project_id: to })
  })

  it('hides its tasks while archived, without rows for them, and brings them back', async () => {
    const project_id = await project()
    const id = await section(project_id)
    const inside = await task({ section_id: id })
    const token = await client.token()
    await client.command('section_archive', { id })
    expect(await client.changes(token)).toMatchObject({ items: [], sections: [{ id, is_archived: true }] })
    expect(await client.ids('/tasks')).toEqual([])
    expect(await client.task(inside)).toMatchObject({ checked: false, is_deleted: false })
    await expect(task({ section_id: id })).rejects.toThrow('archived')
    const later = await client.changes(token)
    await client.command('section_unarchive', { id })
    expect((await client.changes(later.sync_token)).items).toMatchObject([{ id: inside }])
    expect(await client.ids('/tasks')).toEqual([inside])
  })

  it('takes its tasks along when it is deleted', async () => {
    const id = await section(await project())
    const inside = await task({ section_id: id })
    const token = await client.token()
    await client.command('section_delete', { id })
    await client.command('section_delete', { id })
    const delta = await client.changes(token)
    expect(delta.sections).toMatchObject([{ id, is_deleted: true }])
    expect(delta.items).toMatchObject([{ id: inside, is_deleted: true }])
    expect((await client.call('GET', `/api/v1/sections/${id}`)).status).toBe(404)
  })
})

describe('projects', () => {
  it('has every key and cuts its name to 255', async () => {
    const id = await client.command('project_add', {
      name: 'n'.repeat(300),
      description: 'Deals',
      view_style: 'board',
    })
    const found: Row = await client.rest('GET', `/projects/${id}`)
    expect(found).toEqual({
      id,
      name: 'n'.repeat(255),
      description: 'Deals',
      color: 'charcoal',
      parent_id: null,
      child_order: 1,
      order_key: expect.any(String),
      default_order: 0,
      is_collapsed: false,
      is_shared: false,
      is_favorite: false,
      is_archived: false,
      is_deleted: false,
      is_frozen: false,
      inbox_project: false,
      view_style: 'board',
      can_assign_tasks: false,
      can_comment: true,
      creator_uid: '39768711',
      public_key: '',
      access: null,
      role: null,
      created_at: expect.stringMatching(/\.\d{6}Z$/),
      updated_at: expect.stringMatching(/\.\d{6}Z$/),
    })
  })

  it('deletes for good, with what is in it and beneath it', async () => {
    const id = await project()
    const below = await client.command('project_add', { name: 'Below', parent_id: id })
    const inside = await task({ section_id: await section(below) })
    const token = await client.token()
    await client.command('project_delete', { id })
    expect(await client.changes(token)).toMatchObject({
      projects: expect.arrayContaining([expect.objectContaining({ id, is_deleted: true })]),
      items: [{ id: inside, is_deleted: true }],
    })
    const get = async (path: string) => (await client.call('GET', `/api/v1${path}`)).status
    expect([
      await get(`/projects/${id}`),
      await get(`/projects/${below}`),
      await get(`/tasks/${inside}`),
    ]).toEqual([404, 404, 404])
    expect((await client.call('DELETE', `/api/v1/projects/${id}`)).status).toBe(204)
    expect((await client.call('DELETE', `/api/v1/tasks/${inside}`)).status).toBe(404)
  })

  it('hides what it holds while archived, and keeps the Inbox as it is', async () => {
    const id = await project()
    const inside = await task({ project_id: id })
    await client.command('project_archive', { id })
    expect(await client.ids('/tasks')).toEqual([])
    expect(await client.ids('/projects/archived')).toEqual([id])
    await client.command('project_unarchive', { id })
    expect(await client.ids('/tasks')).toEqual([inside])
    const [inbox = ''] = await client.ids('/projects')
    await expect(client.command('project_delete', { id: inbox })).rejects.toThrow('FORBIDDEN')
  })

  it('moves beneath another, not beneath itself', async () => {
    const id = await project()
    const other = await project('Q')
    await client.command('project_move', { id, parent_id: other })
    expect(await client.rest('GET', `/projects/${id}`)).toMatchObject({ parent_id: other })
    await expect(client.command('project_move', { id: other, parent_id: id })).rejects.toThrow('beneath')
  })
})

describe('labels and comments', () => {
  it('keeps names on tasks, in the spelling of the personal label', async () => {
    const id = await client.command('label_add', { name: 'Errand' })
    const item = await task({ labels: ['errand', 'ERRAND', 'shared', '@at'] })
    expect(await client.task(item)).toMatchObject({ labels: ['Errand', 'shared', '@at'] })
    expect(await client.call('GET', '/api/v1/labels/shared?omit_personal=true')).toMatchObject({
      body: { results: ['@at', 'shared'] },
    })
    await client.command('label_update', { id, name: 'errands' })
    expect(await client.task(item)).toMatchObject({ labels: ['errands', 'shared', '@at'] })
    await client.command('label_rename', { name_old: 'shared', name_new: 'renamed' })
    await client.command('label_delete', { id })
    expect(await client.task(item)).toMatchObject({ labels: ['renamed', '@at'] })
    await client.command('label_delete_occurrences', { name: '@at' })
    expect(await client.task(item)).toMatchObject({ labels: ['renamed'] })
  })

  it('shows personal labels in two shapes', async () => {
    const id = await client.command('label_add', { name: 'one', color: 'red' })
    expect(id).toMatch(/^\d+$/)
    const full = await client.sync({ sync_token: '*', resource_types: ['labels'] })
    expect(full.labels).toEqual([
      {
        id,
        name: 'one',
        color: 'red',
        item_order: 1,
        order_key: expect.any(String),
        is_favorite: false,
        is_deleted: false,
      },
    ])
    expect(await client.rest('GET', `/labels/${id}`)).toEqual({
      id,
      name: 'one',
      color: 'red',
      order: 1,
      is_favorite: false,
    })
    await expect(client.command('label_add', { name: 'x'.repeat(129) })).rejects.toThrow('1 to 128')
    await expect(client.command('label_add', { name: 'ONE' })).rejects.toThrow('no other label')
  })

  it('answers a comment with item_id, and tells its deletion in the delta', async () => {
    const item_id = await task({})
    const note = await client.rest('POST', '/comments', { task_id: item_id, content: 'Left voicemail' })
    expect(note).toEqual({
      id: expect.any(String),
      item_id,
      posted_uid: '39768711',
      content: 'Left voicemail',
      posted_at: expect.any(String),
      file_attachment: null,
      uids_to_notify: null,
      reactions: null,
      is_deleted: false,
    })
    expect(await client.ids(`/comments?task_id=${item_id}`)).toEqual([note.id])
    expect(await client.rest('POST', `/comments/${note.id}`, { content: '' })).toMatchObject({
      content: 'Left voicemail',
    })
    const token = await client.token()
    await client.command('note_delete', { id: note.id })
    expect((await client.changes(token)).notes).toMatchObject([{ id: note.id, is_deleted: true }])
    expect((await client.call('GET', '/api/v1/comments')).status).toBe(400)
    await expect(client.command('note_add', { content: 'x' })).rejects.toThrow('exactly one')
    await expect(client.command('note_add', { item_id, content: 'x'.repeat(15_001) })).rejects.toThrow(
      '15000',
    )
  })

  it('takes reminders without effect', async () => {
    await client.command('reminder_add', { item_id: await task({}), type: 'absolute' })
  })
})
