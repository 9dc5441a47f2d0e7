import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyAccount, type TestClient } from './test-client.ts'

let client: TestClient
beforeEach(async () => {
  client = await emptyAccount()
})
afterEach(() => client.sim.close())

const add = (args: Record<string, unknown>) => client.command('item_add', { content: 'Task', ...args })

describe('fields', () => {
  it('names the owner of its account', async () => {
    await client.settings({ userId: '40000001' })
    expect(await client.task(await add({}))).toMatchObject({ user_id: '40000001', added_by_uid: '40000001' })
  })

  it('has every key of the task object', async () => {
    const id = await add({ description: null, due: { date: '2026-12-03' }, deadline: { date: '2026-12-10' } })
    expect(await client.task(id)).toEqual({
      id,
      user_id: '39768711',
      project_id: expect.stringMatching(/^\w{16}$/),
      section_id: null,
      parent_id: null,
      content: 'Task',
      description: '',
      labels: [],
      priority: 1,
      due: { date: '2026-12-03', timezone: null, string: 'Dec 3', lang: 'en', is_recurring: false },
      deadline: { date: '2026-12-10', lang: 'en' },
      duration: null,
      checked: false,
      is_deleted: false,
      is_collapsed: false,
      added_at: expect.stringMatching(/^2026-11-20T17:\d\d:\d\d\.\d{6}Z$/),
      updated_at: expect.stringMatching(/\.\d{6}Z$/),
      completed_at: null,
      completed_by_uid: null,
      added_by_uid: '39768711',
      assigned_by_uid: null,
      responsible_uid: null,
      child_order: 1,
      order_key: expect.any(String),
      day_order: -1,
      note_count: 0,
      completed_count: 0,
      postponed_count: 0,
    })
  })

  it('changes what is named and ignores placement in an update', async () => {
    const other = await client.command('project_add', { name: 'Other' })
    const id = await add({
      labels: ['a', 'b'],
      priority: 4,
      due: { string: 'tomorrow' },
      duration: { amount: 5, unit: 'minute' },
    })
    await client.command('item_update', { id, labels: ['c'], project_id: other, due: null, duration: null })
    const task = await client.task(id)
    expect(task).toMatchObject({ labels: ['c'], priority: 4, due: null, duration: null, content: 'Task' })
    expect(task.project_id).not.toBe(other)
  })

  it('cuts long texts by code points with a success answer, or refuses them', async () => {
    const id = await add({ content: '🏡'.repeat(501), description: 'd'.repeat(16_384) })
    const task = await client.task(id)
    expect([...String(task.content)]).toHaveLength(500)
    expect(task.description).toHaveLength(16_383)
    await client.settings({ overLength: 'refuse' })
    await expect(add({ content: 'x'.repeat(501) })).rejects.toThrow('at most 500')
    await expect(add({ content: '' })).rejects.toThrow('"argument":"content"')
    await expect(add({ priority: 5 })).rejects.toThrow('"argument":"priority"')
  })

  it('refuses a date that is none, and counts a postponement by the user only', async () => {
    await expect(add({ due: { string: 'whenever it suits' } })).rejects.toThrow('INVALID_DATE')
    await expect(add({ due: { date: '2027-02-29' } })).rejects.toThrow('"error_code":480')
    const id = await add({ due: { date: '2026-12-03' } })
    await client.command('item_update', { id, due: { date: '2026-12-04' } })
    expect(await client.task(id)).toMatchObject({ postponed_count: 0 })
    await client.user.command('item_update', { id, due: { date: '2026-12-05' } })
    expect(await client.task(id)).toMatchObject({ postponed_count: 1 })
  })

  it('stores an adjusted order key when a sibling has the wanted one', async () => {
    const first = await client.task(await add({ order_key: 'a5' }))
    const second = await client.task(await add({ order_key: 'a5' }))
    expect(first.order_key).toBe('a5')
    expect(second.order_key).not.toBe('a5')
  })
})

describe('completion', () => {
  it('completes a task with its sub-tasks', async () => {
    const id = await add({ due: { date: '2026-12-03' } })
    const child = await add({ parent_id: id })
    await client.command('item_close', { id })
    expect(await client.task(id)).toMatchObject({
      checked: true,
      completed_at: expect.any(String),
      completed_by_uid: '39768711',
      completed_count: 1,
      due: { date: '2026-12-03' },
    })
    expect(await client.task(child)).toMatchObject({ checked: true })
    expect(await client.ids('/tasks')).toEqual([])
    await client.command('item_close', { id })
    expect(await client.task(id)).toMatchObject({ completed_count: 1 })
  })

  it('moves a recurring task on, once for each close', async () => {
    const id = await add({ due: { string: 'every monday' } })
    const token = await client.token()
    await client.command('item_close', { id })
    expect((await client.changes(token)).items).toMatchObject([
      {
        id,
        checked: false,
        completed_at: null,
        completed_count: 1,
        due: { date: '2026-11-30', string: 'every monday' },
      },
    ])
    await client.command('item_close', { id })
    expect(await client.task(id)).toMatchObject({
      checked: false,
      completed_count: 2,
      due: { date: '2026-12-07' },
    })
    await client.command('item_complete', { id })
    expect(await client.task(id)).toMatchObject({ checked: true })
  })

  it('turns a recurring task into a single one by a bare date', async () => {
    const id = await add({ due: { string: 'every monday' } })
    await client.command('item_update', { id, due: { date: '2026-12-01', string: 'every monday' } })
    expect(await client.task(id)).toMatchObject({ due: { date: '2026-12-01', is_recurring: true } })
    await client.command('item_update', { id, due: { date: '2026-12-02' } })
    expect(await client.task(id)).toMatchObject({ due: { is_recurring: false, string: 'Dec 2' } })
  })

  it('takes a moment of completion that is one, whatever its form', async () => {
    const completed = async (completed_at: string) => {
      const id = await add({})
      await client.command('item_complete', { id, completed_at })
      return (await client.task(id)).completed_at
    }
    expect(await completed('2026-11-01T10:00:00+02:00')).toBe('2026-11-01T10:00:00+02:00')
    expect(await completed('2026-11-01')).toBe('2026-11-01T00:00:00.000Z')
    await expect(completed('yesterday')).rejects.toThrow('INVALID_DATE')
    expect((await client.call('GET', '/api/v1/tasks/completed/stats')).status).toBe(200)
  })

  it('takes the next date from item_update_date_complete', async () => {
    const id = await add({ due: { string: 'every day' } })
    const args = { id, due: { date: '2026-11-28', string: 'every day' } }
    await client.command('item_update_date_complete', { ...args, is_forward: 1 })
    expect(await client.task(id)).toMatchObject({
      completed_count: 1,
      due: { date: '2026-11-28', is_recurring: true },
    })
    await client.command('item_update_date_complete', { ...args, is_forward: 0 })
    expect(await client.task(id)).toMatchObject({ completed_count: 1 })
  })

  it('reopens with completed ancestors and the archived section, at the end of the list', async () => {
    const project_id = await client.command('project_add', { name: 'P' })
    const section_id = await client.command('section_add', { name: 'S', project_id })
    const parent = await add({ section_id })
    const child = await add({ parent_id: parent })
    const sibling = await add({ parent_id: parent })
    const neighbour = await add({ section_id })
    await client.command('item_close', { id: parent })
    await client.command('section_archive', { id: section_id })
    expect(await client.ids(`/tasks?project_id=${project_id}`)).toEqual([])
    await client.command('item_uncomplete', { id: child })
    expect((await client.ids(`/tasks?project_id=${project_id}`)).sort()).toEqual(
      [parent, child, neighbour].sort(),
    )
    expect(await client.task(sibling)).toMatchObject({ checked: true })
    expect(await client.task(child)).toMatchObject({
      completed_at: null,
      completed_by_uid: null,
      completed_count: 1,
    })
    expect(Number((await client.task(parent)).child_order)).toBeGreaterThan(
      Number((await client.task(neighbour)).child_order),
    )
    expect(await client.ids(`/sections?project_id=${project_id}`)).toEqual([section_id])
  })
})

describe('moving and deleting', () => {
  it('moves with sub-tasks to a project, a section or a parent', async () => {
    const project_id = await client.command('project_add', { name: 'P' })
    const section_id = await client.command('section_add', { name: 'S', project_id })
    const there = await add({ section_id })
    const id = await add({})
    const child = await add({ parent_id: id })
    await client.command('item_move', { id, section_id })
    expect(await client.task(id)).toMatchObject({ project_id, section_id, child_order: 2 })
    expect(await client.task(child)).toMatchObject({ project_id, section_id, parent_id: id })
    await client.command('item_move', { id, project_id })
    expect(await client.task(id)).toMatchObject({ section_id: null, parent_id: null })
    await client.command('item_move', { id, parent_id: there })
    expect(await client.task(id)).toMatchObject({ section_id, parent_id: there })
    await expect(client.command('item_move', { id: there, parent_id: child })).rejects.toThrow('sub-tasks')
    await expect(client.command('item_move', { id, project_id, section_id })).rejects.toThrow('exactly one')
    await expect(client.command('item_move', { id })).rejects.toThrow('exactly one')
  })

  it('nests four levels and no more', async () => {
    let parent_id = await add({})
    for (let level = 1; level <= 4; level++) parent_id = await add({ parent_id })
    await expect(add({ parent_id })).rejects.toThrow('at most 4 levels')
  })

  it('deletes softly, with sub-tasks', async () => {
    const id = await add({})
    const child = await add({ parent_id: id })
    const token = await client.token()
    await client.command('item_delete', { id })
    await client.command('item_delete', { id })
    expect(await client.task(id)).toMatchObject({ is_deleted: true })
    expect((await client.changes(token)).items?.map((item) => item.id)).toEqual([id, child])
    await expect(client.command('item_update', { id, content: 'x' })).rejects.toThrow('ITEM_NOT_FOUND')
  })

  it('reorders by the old command', async () => {
    const first = await add({})
    const second = await add({})
    await client.command('item_reorder', {
      items: [
        { id: first, child_order: 2 },
        { id: second, child_order: 1 },
      ],
    })
    expect(await client.task(first)).toMatchObject({ child_order: 2 })
  })
})
