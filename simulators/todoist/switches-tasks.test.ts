import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { emptyAccount, type TestClient } from './test-client.ts'

// What nobody has proven about tasks, sections and labels: each setting both ways.

let client: TestClient
beforeEach(async () => {
  client = await emptyAccount()
})
afterEach(() => client.sim.close())

const add = (args: Record<string, unknown> = {}) => client.command('item_add', { content: 'x', ...args })
async function section(): Promise<{ project_id: string; section_id: string }> {
  const project_id = await client.command('project_add', { name: 'P' })
  return { project_id, section_id: await client.command('section_add', { name: 'S', project_id }) }
}
const status = async (method: string, path: string, body?: unknown) =>
  (await client.call(method, `/api/v1${path}`, body)).status

it('updatedAt: every change stamps a task, or what was typed alone, or nothing does', async () => {
  const { project_id } = await section()
  const stamps = async () => {
    const id = await add()
    const at = async () => (await client.task(id)).updated_at
    const first = await at()
    await client.admin('clock', { advanceMs: 1000 })
    await client.command('item_move', { id, project_id })
    const moved = await at()
    await client.command('item_update', { id, content: 'y' })
    return { first, moved, typed: await at() }
  }
  const every = await stamps()
  expect(new Set(Object.values(every)).size).toBe(3)
  await client.settings({ updatedAt: 'fields' })
  const fields = await stamps()
  expect(fields.moved).toBe(fields.first)
  expect(fields.typed).not.toBe(fields.first)
  await client.settings({ updatedAt: 'null' })
  expect(await stamps()).toEqual({ first: null, moved: null, typed: null })
})

it('orderKeys: tasks and sections have one, or null', async () => {
  const { section_id } = await section()
  expect((await client.task(await add())).order_key).toEqual(expect.any(String))
  await client.settings({ orderKeys: false })
  expect((await client.task(await add({ section_id }))).order_key).toBeNull()
  await client.command('section_update', { id: section_id, name: 'T' })
  expect((await client.rest('GET', `/sections/${section_id}`)).order_key).toBeNull()
})

it('sectionDeletedTasks: the task of a deleted section is read as deleted, or 404', async () => {
  const { section_id } = await section()
  const id = await add({ section_id })
  await client.command('section_delete', { id: section_id })
  expect(await client.task(id)).toMatchObject({ is_deleted: true })
  await client.settings({ sectionDeletedTasks: '404' })
  expect(await status('GET', `/tasks/${id}`)).toBe(404)
})

it('reopenTakesChildren: sub-tasks stay completed, or are reopened', async () => {
  const reopened = async () => {
    const id = await add()
    const child = await add({ parent_id: id })
    await client.command('item_close', { id })
    await client.command('item_uncomplete', { id })
    return (await client.task(child)).checked
  }
  expect(await reopened()).toBe(true)
  await client.settings({ reopenTakesChildren: true })
  expect(await reopened()).toBe(false)
})

it('recurringResetsSubtasks: sub-tasks of a series stay completed, or come again with it', async () => {
  const closed = async () => {
    const id = await add({ due: { string: 'every day' } })
    const child = await add({ parent_id: id })
    await client.command('item_close', { id: child })
    await client.command('item_close', { id })
    return (await client.task(child)).checked
  }
  expect(await closed()).toBe(true)
  await client.settings({ recurringResetsSubtasks: true })
  expect(await closed()).toBe(false)
})

it('bareDateEndsSeries: a bare date makes a single task, or moves the series', async () => {
  const dated = async () => {
    const id = await add({ due: { string: 'every day' } })
    await client.command('item_update', { id, due: { date: '2026-12-01' } })
    return (await client.task(id)).due
  }
  expect(await dated()).toMatchObject({ date: '2026-12-01', is_recurring: false, string: 'Dec 1' })
  await client.settings({ bareDateEndsSeries: false })
  expect(await dated()).toMatchObject({ date: '2026-12-01', is_recurring: true, string: 'every day' })
})

it('startingHoldsSeries: a string with "starting" moves on, or stays where it is', async () => {
  const closed = async () => {
    const id = await add({ due: { string: 'every day starting 2026-12-01' } })
    await client.command('item_close', { id })
    return client.task(id)
  }
  expect(await closed()).toMatchObject({ completed_count: 1, due: { date: '2026-12-02' } })
  await client.settings({ startingHoldsSeries: true })
  expect(await closed()).toMatchObject({ completed_count: 1, due: { date: '2026-12-01' } })
})

it('labelCase: names that differ in case are one label, or two', async () => {
  const id = await add({ labels: ['CRM', 'crm'] })
  expect((await client.task(id)).labels).toEqual(['CRM'])
  await client.settings({ labelCase: 'exact' })
  const other = await add({ labels: ['CRM', 'crm'] })
  expect((await client.task(other)).labels).toEqual(['CRM', 'crm'])
  expect(await client.ids('/tasks?label=crm')).toEqual([other])
})

it('dueMicroseconds: times come back with six digits, or none', async () => {
  const date = async () => (await client.task(await add({ due: { date: '2026-12-03T14:00:00' } }))).due
  expect(await date()).toMatchObject({ date: '2026-12-03T14:00:00.000000' })
  await client.settings({ dueMicroseconds: false })
  expect(await date()).toMatchObject({ date: '2026-12-03T14:00:00' })
})

it('sectionMoveTakes: all tasks follow their section, or the open ones, or every second one, or none', async () => {
  const moved = async () => {
    const { project_id, section_id } = await section()
    const open = await add({ section_id })
    const done = await add({ section_id })
    await client.command('item_close', { id: done })
    const to = await client.command('project_add', { name: 'Q' })
    await client.command('section_move', { id: section_id, project_id: to })
    const place = async (id: string) => {
      const task = await client.task(id)
      return task.project_id === to && task.section_id === section_id
        ? 'moved'
        : [task.project_id === project_id, task.section_id]
    }
    return [await place(open), await place(done)]
  }
  const stayed = [true, null]
  expect(await moved()).toEqual(['moved', 'moved'])
  await client.settings({ sectionMoveTakes: 'open' })
  expect(await moved()).toEqual(['moved', stayed])
  await client.settings({ sectionMoveTakes: 'some' })
  expect(await moved()).toEqual([stayed, 'moved'])
  await client.settings({ sectionMoveTakes: 'none' })
  expect(await moved()).toEqual([stayed, stayed])
})

it('sectionMoveLimits: the limits of the other project are asked, or not', async () => {
  await client.settings({ sectionsPerProject: 1 })
  const { section_id } = await section()
  const { project_id } = await section()
  const move = () => client.command('section_move', { id: section_id, project_id })
  await expect(move()).rejects.toThrow('"error_code":61')
  await client.settings({ sectionMoveLimits: false })
  await move()
  expect(await client.ids(`/sections?project_id=${project_id}`)).toHaveLength(2)
})

it('inactiveCounts: archived sections and completed tasks do not take up places, or do', async () => {
  await client.settings({ sectionsPerProject: 1, tasksPerProject: 1 })
  const { project_id, section_id } = await section()
  const id = await add({ project_id })
  await client.command('item_close', { id })
  await client.command('section_archive', { id: section_id })
  await client.command('section_add', { name: 'T', project_id })
  await client.command('item_close', { id: await add({ project_id }) })
  await client.settings({ inactiveCounts: true, sectionsPerProject: 2, tasksPerProject: 2 })
  await expect(client.command('section_add', { name: 'U', project_id })).rejects.toThrow('61')
  await expect(add({ project_id })).rejects.toThrow('49')
})

it.each(['MAX_SECTIONS_LIMIT_REACHED', 'LIMIT_REACHED', 'FORBIDDEN'] as const)(
  'sectionLimitTag: code 61 comes with %s',
  async (sectionLimitTag) => {
    await client.settings({ sectionsPerProject: 1, sectionLimitTag })
    const { project_id } = await section()
    const refused = await client.call('POST', '/api/v1/sections', { name: 'T', project_id })
    expect(refused).toMatchObject({ status: 403, body: { error_code: 61, error_tag: sectionLimitTag } })
  },
)

it('comments, deadlines, durations: a plan has them, or refuses with code 32', async () => {
  const item_id = await add({ deadline: { date: '2026-12-03' }, duration: { amount: 5, unit: 'minute' } })
  await client.command('note_add', { item_id, content: 'x' })
  await client.settings({ comments: false, deadlines: false, durations: false })
  await expect(add({ deadline: { date: '2026-12-03' } })).rejects.toThrow('"error_code":32')
  await expect(add({ duration: { amount: 5, unit: 'minute' } })).rejects.toThrow('"error_code":32')
  expect(await status('POST', '/comments', { task_id: item_id, content: 'x' })).toBe(403)
  await client.command('item_update', { id: item_id, deadline: null, duration: null })
  const limits = await client.sync({ sync_token: '*', resource_types: ['user_plan_limits'] })
  expect(limits).toMatchObject({
    user_plan_limits: { current: { comments: false, deadlines: false, durations: false } },
  })
})

it('requestIdDedupes: the same X-Request-Id makes two tasks, or one', async () => {
  const post = (id: string, path = '/tasks') =>
    client.call('POST', `/api/v1${path}`, { content: 'x' }, { 'x-request-id': id })
  await post('a')
  await post('a')
  expect(await client.ids('/tasks')).toHaveLength(2)
  await client.settings({ requestIdDedupes: true })
  const first = await post('b')
  expect((await post('b')).body).toEqual(first.body)
  expect(await client.ids('/tasks')).toHaveLength(3)
  await post('c')
  expect(await client.ids('/tasks')).toHaveLength(4)
})

it('rateLimitTag: the tag of a 429', async () => {
  await client.settings({ restRequestsPerWindow: 0 })
  const refused = () => client.call('GET', '/api/v1/tasks')
  expect(await refused()).toMatchObject({ status: 429, body: { error_tag: 'LIMITS_REACHED' } })
  await client.settings({ rateLimitTag: 'TOO_MANY_REQUESTS' })
  expect(await refused()).toMatchObject({ status: 429, body: { error_tag: 'TOO_MANY_REQUESTS' } })
})

it('cursorBy: pages go on behind the last row, or behind a number of rows and skip one', async () => {
  const page = z.object({
    results: z.array(z.object({ id: z.string() })),
    next_cursor: z.string().nullable(),
  })
  const walk = async () => {
    const ids: string[] = []
    for (let n = 0; n < 4; n++) ids.push(await add())
    const read = async (cursor: string) => {
      const query = `?ids=${ids.join(',')}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`
      return page.parse((await client.call('GET', `/api/v1/tasks${query}`)).body)
    }
    const first = await read('')
    await client.command('item_delete', { id: ids[0] })
    const second = await read(first.next_cursor ?? '')
    return second.results.map(({ id }) => ids.indexOf(id))
  }
  expect(await walk()).toEqual([2, 3])
  await client.settings({ cursorBy: 'offset' })
  expect(await walk()).toEqual([3])
})

it('a cursor whose row left the listing goes on by count', async () => {
  const { project_id } = await section()
  const done = []
  for (let n = 0; n < 3; n++) {
    const id = await add({ project_id })
    done.push(id)
    await client.command('item_complete', { id, completed_at: `2026-11-1${n}T10:00:00Z` })
  }
  const page = z.object({ items: z.array(z.object({ id: z.string() })), next_cursor: z.string().optional() })
  const query = 'since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z&limit=1'
  const read = async (more = '') =>
    page.parse((await client.call('GET', `/api/v1/tasks/completed/by_completion_date?${query}${more}`)).body)
  const first = await read()
  expect(first.items).toEqual([expect.objectContaining({ id: done[2] })])
  await client.command('item_uncomplete', { id: done[2] })
  const second = await read(`&cursor=${first.next_cursor}`)
  expect(second.items).toEqual([expect.objectContaining({ id: done[0] })])
})
