import { afterEach, beforeEach, expect, it } from 'vitest'
import { emptyAccount, type TestClient } from './test-client.ts'

let client: TestClient
beforeEach(async () => {
  client = await emptyAccount()
})
afterEach(() => client.sim.close())

const get = async (path: string) => (await client.call('GET', `/api/v1${path}`)).body
const quick = (text: string) => client.rest('POST', '/tasks/quick', { text })

it('lists archived sections of projects that are active', async () => {
  const project_id = await client.command('project_add', { name: 'P' })
  const other = await client.command('project_add', { name: 'Q' })
  const ids = []
  for (const at of [project_id, project_id, other])
    ids.push(await client.command('section_add', { name: 'S', project_id: at }))
  for (const id of [ids[0], ids[2]]) await client.command('section_archive', { id })
  expect(await client.ids('/sections/archived')).toEqual([ids[0], ids[2]])
  expect(await client.ids(`/sections/archived?project_id=${project_id}`)).toEqual([ids[0]])
  await client.command('project_archive', { id: other })
  expect(await client.ids('/sections/archived')).toEqual([ids[0]])
})

it('the old listing of completed tasks pages by offset and adds what was asked for', async () => {
  const ids = []
  for (const n of [1, 2, 3]) {
    const id = await client.command('item_add', { content: `t${n}`, labels: n === 2 ? ['b'] : [] })
    await client.command('note_add', { item_id: id, content: `n${n}` })
    await client.command('item_complete', { id, completed_at: `2026-11-1${n}T10:00:00Z` })
    ids.push(id)
  }
  expect(await get('/tasks/completed?limit=2')).toMatchObject({
    items: [{ task_id: ids[2] }, { task_id: ids[1] }],
  })
  expect(
    await get('/tasks/completed?limit=2&offset=2&annotate_notes=true&annotate_items=true'),
  ).toMatchObject({
    items: [{ task_id: ids[0], notes: [{ content: 'n1' }], item_object: { content: 't1' } }],
  })
  expect(await get('/tasks/completed?label=B')).toMatchObject({ items: [{ task_id: ids[1] }] })
  expect(await get('/tasks/completed?limit=201')).toMatchObject({ error_extra: { argument: 'limit' } })
  expect(await get('/tasks/completed?since=yesterday')).toMatchObject({ error_extra: { argument: 'since' } })
})

it('quick add leaves in the text what it does not know, and takes the longest phrase', async () => {
  await client.command('project_add', { name: 'Under' })
  const project = await client.command('project_add', { name: 'Under contract' })
  expect(await quick('Visit #nowhere with +Kim p5 /none')).toMatchObject({
    content: 'Visit #nowhere with +Kim p5 /none',
    due: null,
    priority: 1,
  })
  expect(await quick('#under contract Pay every monday at 9 p2 @a @b')).toMatchObject({
    content: 'Pay',
    project_id: project,
    priority: 3,
    labels: ['a', 'b'],
    due: { date: '2026-11-23T09:00:00.000000', string: 'every monday at 9', is_recurring: true },
  })
  expect(await quick('Sign {dec 3} // see http://example.com')).toMatchObject({
    content: 'Sign',
    deadline: { date: '2026-12-03' },
    description: 'see http://example.com',
    due: null,
  })
  expect(await client.call('POST', '/api/v1/tasks/quick', { text: 'x {whenever}' })).toMatchObject({
    status: 400,
    body: { error_tag: 'INVALID_DATE' },
  })
})

it('the activity log tells tasks that moved, comments, sections and projects, and filters', async () => {
  const project_id = await client.command('project_add', { name: 'P' })
  const section_id = await client.command('section_add', { name: 'S', project_id })
  const id = await client.command('item_add', { content: 'x' })
  await client.command('item_move', { id, section_id })
  await client.command('note_add', { item_id: id, content: 'hello' })
  await client.command('item_update', { id, due: { date: '2026-12-03' } })
  await client.command('section_archive', { id: section_id })
  type Row = { object_type: string; event_type: string; extra_data: Record<string, unknown> }
  const log = async (query = '') => {
    const { results } = (await get(`/activities?${query}`)) as { results: Row[] }
    return results.map((row) => `${row.object_type} ${row.event_type}`)
  }
  expect(await log()).toEqual([
    'section archived',
    'item updated',
    'note added',
    'item moved',
    'item added',
    'section added',
    'project added',
  ])
  expect(await log(`object_id=${id}`)).toEqual(['item updated', 'item moved', 'item added'])
  expect(await log(`object_id=${id}&include_child_objects=true`)).toContain('note added')
  expect(await log('object_type=note&event_type=added')).toEqual(['note added'])
  expect(await log(`parent_project_id=${project_id}`)).toHaveLength(4)
  expect(await log(`parent_item_id=${id}`)).toEqual(['note added'])
  expect(await log('initiator_id=1')).toEqual([])
  expect(await log('object_event_types=["item:moved","note:"]')).toEqual(['note added', 'item moved'])
  expect(await log('object_event_types=:archived')).toEqual(['section archived'])
  expect(await log('date_from=2026-11-21')).toEqual([])
  expect(await log('date_to=2026-11-20')).toEqual([])
  expect(await get('/activities?object_event_types=item')).toMatchObject({ error_code: 20 })
  expect(await get(`/activities?object_id=${id}`)).toMatchObject({
    results: [
      { extra_data: { due_date: '2026-12-03', last_due_date: null } },
      { extra_data: { destination_project_id: project_id, section_id, last_section_id: null } },
      {},
    ],
  })
})

it('refuses id mappings of what has none, and too many', async () => {
  const status = async (path: string) => (await client.call('GET', `/api/v1${path}`)).status
  expect(await status('/id_mappings/labels/1')).toBe(404)
  expect(await status(`/id_mappings/tasks/${'1,'.repeat(100)}1`)).toBe(400)
  expect(await status('/moved_ids/projects')).toBe(404)
})
