import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { emptyAccount, type TestClient } from './test-client.ts'

let client: TestClient
beforeEach(async () => {
  client = await emptyAccount()
})
afterEach(() => client.sim.close())

const page = z.object({
  results: z.array(z.looseObject({ id: z.string() })),
  next_cursor: z.string().nullable(),
})
const completed = z.object({
  items: z.array(z.looseObject({ id: z.string() })),
  next_cursor: z.string().optional(),
})
const status = async (method: string, path: string, body?: unknown) =>
  (await client.call(method, `/api/v1${path}`, body)).status

describe('tasks', () => {
  it('creates with 200 and reads the due keys', async () => {
    const task = await client.rest('POST', '/tasks', {
      content: 'Call',
      due_datetime: '2026-12-03T14:00:00Z',
      due_lang: 'en',
      duration: 30,
      duration_unit: 'minute',
      deadline_date: '2026-12-10',
      assignee_id: 12,
      labels: ['fub'],
    })
    expect(task).toMatchObject({
      due: { date: '2026-12-03T14:00:00.000000Z', timezone: 'America/New_York' },
      duration: { amount: 30, unit: 'minute' },
      deadline: { date: '2026-12-10' },
      responsible_uid: '12',
      labels: ['fub'],
    })
    expect(await client.rest('POST', '/tasks', { content: 'x', due_string: 'every day' })).toMatchObject({
      due: { date: '2026-11-20', is_recurring: true },
    })
    expect(await client.call('POST', '/api/v1/tasks', { content: 'x', due_string: 'soonish' })).toMatchObject(
      {
        status: 400,
        body: { error_tag: 'INVALID_DATE', error_code: 480 },
      },
    )
    expect(await status('POST', '/tasks', {})).toBe(400)
  })

  it('clears by null what can be, and a date by "no date" only', async () => {
    const { id } = await client.rest('POST', '/tasks', {
      content: 'x',
      due_date: '2026-12-03',
      deadline_date: '2026-12-10',
      duration: 1,
      duration_unit: 'day',
    })
    const kept = await client.rest('POST', `/tasks/${id}`, {
      due_date: null,
      due_string: null,
      project_id: 'elsewhere',
    })
    expect(kept).toMatchObject({ due: { date: '2026-12-03' } })
    const cleared = { due_string: 'no date', deadline_date: null, duration: null, duration_unit: null }
    expect(await client.rest('POST', `/tasks/${id}`, cleared)).toMatchObject({
      due: null,
      deadline: null,
      duration: null,
    })
  })

  it('closes, reopens and deletes with 204, and reads them afterwards', async () => {
    const { id } = await client.rest('POST', '/tasks', { content: 'x' })
    expect(await status('POST', `/tasks/${id}/close`)).toBe(204)
    expect(await client.task(id)).toMatchObject({ checked: true })
    expect(await client.ids('/tasks')).toEqual([])
    expect(await status('POST', `/tasks/${id}/reopen`)).toBe(204)
    expect(await client.ids('/tasks')).toEqual([id])
    expect(await status('DELETE', `/tasks/${id}`)).toBe(204)
    expect(await status('DELETE', `/tasks/${id}`)).toBe(204)
    expect(await client.task(id)).toMatchObject({ is_deleted: true })
    expect(await status('POST', `/tasks/${id}`, { content: 'y' })).toBe(404)
    await client.settings({ emptyAnswers: '200-null' })
    expect(await client.call('DELETE', `/api/v1/tasks/${id}`)).toMatchObject({ status: 200, body: null })
  })

  it('moves to exactly one place', async () => {
    const project = await client.rest('POST', '/projects', { name: 'P' })
    const section = await client.rest('POST', '/sections', { name: 'S', project_id: project.id })
    const { id } = await client.rest('POST', '/tasks', { content: 'x' })
    expect(await client.rest('POST', `/tasks/${id}/move`, { section_id: section.id })).toMatchObject({
      section_id: section.id,
      project_id: project.id,
    })
    expect(await status('POST', `/tasks/${id}/move`, {})).toBe(400)
  })

  it('lists by each filter and ignores parameters it does not know', async () => {
    const project = await client.rest('POST', '/projects', { name: 'P' })
    const section = await client.rest('POST', '/sections', { name: 'S', project_id: project.id })
    const a = await client.rest('POST', '/tasks', { content: 'a', labels: ['fub'] })
    const b = await client.rest('POST', '/tasks', { content: 'b', section_id: section.id })
    const c = await client.rest('POST', '/tasks', { content: 'c', parent_id: b.id })
    expect(await client.ids(`/tasks?project_id=${project.id}`)).toEqual([b.id, c.id])
    expect(await client.ids(`/tasks?section_id=${section.id}`)).toEqual([b.id, c.id])
    expect(await client.ids(`/tasks?parent_id=${b.id}`)).toEqual([c.id])
    expect(await client.ids('/tasks?label=FUB')).toEqual([a.id])
    expect(await client.ids(`/tasks?ids=${a.id},${c.id}`)).toEqual([a.id, c.id])
    expect(await client.ids(`/tasks?projectId=${project.id}`)).toEqual([a.id, b.id, c.id])
  })

  it('tells unknown from malformed ids as each resource does', async () => {
    const unknown = '6X7rM8997g3RQmvh'
    expect(await client.call('GET', `/api/v1/tasks/${unknown}`)).toMatchObject({
      status: 404,
      body: {
        error: 'Task not found',
        error_code: 478,
        error_tag: 'NOT_FOUND',
        http_code: 404,
        error_extra: { event_id: expect.any(String), retry_after: 3 },
      },
    })
    expect(await status('GET', '/tasks/12345')).toBe(400)
    expect(await status('GET', `/projects/${unknown}`)).toBe(400)
    expect(await status('GET', '/projects/12345')).toBe(400)
    expect(await status('GET', '/labels/12345')).toBe(404)
    expect(await status('GET', `/labels/${unknown}`)).toBe(404)
    expect(await status('GET', `/sections/${unknown}`)).toBe(404)
    expect(await status('GET', '/Tasks')).toBe(404)
    expect(await status('GET', '/sync')).toBe(404)
  })
})

describe('pages', () => {
  it('follows cursors that are bound to their parameters', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push((await client.rest('POST', '/tasks', { content: `${n}` })).id)
    const first = page.parse((await client.call('GET', '/api/v1/tasks?limit=2')).body)
    expect(first.next_cursor).toMatch(/^[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+$/)
    await client.call('POST', `/api/v1/tasks/${ids[1]}/close`)
    const second = page.parse(
      (await client.call('GET', `/api/v1/tasks?limit=2&cursor=${first.next_cursor}`)).body,
    )
    const third = page.parse(
      (await client.call('GET', `/api/v1/tasks?limit=2&cursor=${second.next_cursor}`)).body,
    )
    expect([...first.results, ...second.results, ...third.results].map((each) => each.id)).toEqual(ids)
    expect(third.next_cursor).toBeNull()
    expect(await status('GET', `/tasks?label=x&cursor=${first.next_cursor}`)).toBe(400)
    expect(await status('GET', '/tasks?cursor=nonsense')).toBe(400)
  })

  it('refuses a limit above 200', async () => {
    expect(await client.call('GET', '/api/v1/tasks?limit=201')).toMatchObject({
      status: 400,
      body: {
        error_tag: 'INVALID_ARGUMENT_VALUE',
        error_extra: { argument: 'limit', expected: 'Input should be less than or equal to 200' },
      },
    })
    expect(await status('GET', '/projects?limit=0')).toBe(400)
    expect(await status('GET', '/labels?limit=200')).toBe(200)
  })
})

describe('completed tasks', () => {
  const range = 'since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z'

  it('lists them under items, newest first, without recurring completions', async () => {
    const a = await client.rest('POST', '/tasks', { content: 'a', due_date: '2026-11-25' })
    const b = await client.rest('POST', '/tasks', { content: 'b' })
    const weekly = await client.rest('POST', '/tasks', { content: 'c', due_string: 'every week' })
    for (const { id } of [a, b, weekly]) {
      await client.call('POST', `/api/v1/tasks/${id}/close`)
      await client.admin('clock', { advanceMs: 1000 })
    }
    const path = '/api/v1/tasks/completed/by_completion_date'
    const whole = completed.parse((await client.call('GET', `${path}?${range}`)).body)
    expect(whole.items.map((each) => each.id)).toEqual([b.id, a.id])
    expect(whole).not.toHaveProperty('next_cursor')
    const first = completed.parse((await client.call('GET', `${path}?${range}&limit=1`)).body)
    const next = completed.parse(
      (await client.call('GET', `${path}?${range}&limit=1&cursor=${first.next_cursor}`)).body,
    )
    expect(next.items.map((each) => each.id)).toEqual([a.id])
    const due = await client.call('GET', `/api/v1/tasks/completed/by_due_date?${range}`)
    expect(completed.parse(due.body).items.map((each) => each.id)).toEqual([a.id])
  })

  it('wants a range, and not too long a one', async () => {
    expect(await status('GET', '/tasks/completed/by_completion_date?since=2026-11-01T00:00:00Z')).toBe(400)
    const long = 'since=2026-01-01T00:00:00Z&until=2026-06-01T00:00:00Z'
    expect(await status('GET', `/tasks/completed/by_completion_date?${long}`)).toBe(400)
    expect(await status('GET', '/tasks/completed/by_completion_date?since=x&until=y')).toBe(400)
  })
})

describe('the account', () => {
  it('gives the user with token, zone and Inbox', async () => {
    const [inbox] = await client.ids('/projects')
    expect(await client.rest('GET', '/user')).toMatchObject({
      inbox_project_id: inbox,
      is_premium: true,
      premium_status: 'current_personal_plan',
      token: expect.any(String),
      tz_info: { timezone: 'America/New_York' },
    })
  })

  it('searches sections and projects, and archives sections', async () => {
    const project = await client.rest('POST', '/projects', { name: 'Under contract' })
    const section = await client.rest('POST', '/sections', {
      name: 'Dana Reyes',
      project_id: project.id,
      description: 'd',
    })
    expect(await client.ids('/projects/search?query=UNDER*tract')).toEqual([project.id])
    expect(await client.ids('/sections/search?query=reyes')).toEqual([section.id])
    expect(await client.rest('POST', `/sections/${section.id}/archive`)).toMatchObject({ is_archived: true })
    expect(await client.ids('/sections')).toEqual([])
    expect(await client.rest('POST', `/sections/${section.id}/unarchive`)).toMatchObject({
      is_archived: false,
    })
    expect(await status('DELETE', `/sections/${section.id}`)).toBe(204)
  })

  it('shows everything it holds in its state', async () => {
    const { id } = await client.rest('POST', '/tasks', { content: 'x' })
    await client.call('DELETE', `/api/v1/tasks/${id}`)
    const state = await client.call('GET', '/__sim/state')
    expect(state.body).toMatchObject({ items: [{ id, is_deleted: true, is_active: false }] })
    expect(JSON.stringify(state.body)).not.toContain('token')
    expect((await client.call('GET', '/__sim/')).body).toContain('Todoist')
  })
})
