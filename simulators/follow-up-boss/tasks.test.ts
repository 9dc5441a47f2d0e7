import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AS_USER, basicKey, type SimClient, simClient } from '../kit/client.ts'
import type { RunningSim } from '../kit/service.ts'
import type { FubTask } from './records.ts'
import { startFollowUpBoss } from './start.ts'

type SingleTask = FubTask & { person: { id: number; name: string } }
type Page = { _metadata: Record<string, unknown>; tasks: FubTask[] }

let sim: RunningSim
let api: SimClient
let user: SimClient

beforeAll(async () => {
  sim = await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 })
  api = simClient(sim.url, basicKey('any key'))
  user = simClient(sim.url, AS_USER)
})
afterAll(() => sim.close())
beforeEach(() => user.call('POST', '/__sim/reset'))

async function create(fields: object = {}): Promise<SingleTask> {
  const body = { personId: 5001, assignedUserId: 1, name: 'Order survey', ...fields }
  return (await api.call<SingleTask>('POST', '/v1/tasks', body)).body
}

function settings(patch: object) {
  return user.call('POST', '/__sim/settings', patch)
}

async function put(id: number, body: object) {
  return api.call<SingleTask & { errorMessage?: string }>('PUT', `/v1/tasks/${id}`, body)
}

describe('one task', () => {
  test('a created task has the documented shape, single and in the list', async () => {
    const task = await create({ type: 'Call', dueDateTime: '2026-03-05T20:00:00Z', remindSecondsBefore: 900 })
    const { body } = await api.call<SingleTask>('GET', `/v1/tasks/${task.id}`)
    expect(body).toEqual(task)
    expect(Object.keys(task)).not.toContain('externalTaskLink')
    expect(task.person).toEqual({ id: 5001, name: expect.any(String) })
    const row = (await api.call<Page>('GET', '/v1/tasks')).body.tasks[0]
    expect(row).toEqual({
      id: task.id,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updated: task.created,
      completed: null,
      createdById: 1,
      updatedById: 1,
      createdBy: 'Dana Owner',
      updatedBy: 'Dana Owner',
      personId: 5001,
      AssignedTo: 'Dana Owner',
      assignedUserId: 1,
      name: 'Order survey',
      type: 'Call',
      isCompleted: 0,
      dueDate: '2026-03-05',
      dueDateTime: '2026-03-05T20:00:00Z',
      remindSecondsBefore: 900,
      externalTaskLink: null,
      externalCalendarId: null,
    })
  })

  test('the assignee may be named, and is the key holder when left out', async () => {
    expect(await create({ assignedUserId: undefined, assignedTo: 'Sam Agent' })).toMatchObject({
      assignedUserId: 7,
    })
    expect(await create({ assignedUserId: undefined })).toMatchObject({
      assignedUserId: 1,
      type: 'Follow Up',
    })
  })

  test.each([
    [{ dealId: 4, description: 'x' }, 'Invalid fields in the request body: dealId, description.'],
    [{ personId: undefined }, 'Missing required field in the request: personId.'],
    [{ personId: 1 }, 'person 1 was not found'],
    [{ name: '  ' }, 'cannot be blank'],
    [{ name: 5 }, "Expected field 'name' to be of data type string."],
    [{ type: 'Todo' }, 'Invalid value for type'],
    [{ isCompleted: 'yes' }, "Expected field 'isCompleted' to be of data type boolean."],
    [{ dueDate: '2026-02-30' }, 'Invalid value for dueDate'],
    [{ dueDateTime: 'tomorrow' }, 'Invalid date value'],
    [{ assignedUserId: 99 }, 'no such user'],
  ])('400 for a body with %j', async (fields, message) => {
    const answer = await api.call<{ errorMessage: string }>('POST', '/v1/tasks', {
      personId: 5001,
      assignedUserId: 1,
      name: 'x',
      ...fields,
    })
    expect(answer.status).toBe(400)
    expect(answer.body.errorMessage).toContain(message)
  })

  test('PUT changes only what is sent, moves `updated`, and is silent when nothing changes', async () => {
    const task = await create({ dueDate: '2026-03-05' })
    await user.call('POST', '/__sim/clock', { advanceMs: 5000 })
    const same = (await put(task.id, { name: task.name, isCompleted: false })).body
    expect(same).toEqual(task)
    const renamed = (await put(task.id, { name: 'Order appraisal' })).body
    expect(renamed).toMatchObject({ name: 'Order appraisal', dueDate: '2026-03-05', isCompleted: 0 })
    expect(renamed.updated > task.updated).toBe(true)
  })

  test('completing and reopening', async () => {
    const task = await create()
    expect((await put(task.id, { isCompleted: true })).body).toMatchObject({
      isCompleted: 1,
      completed: expect.any(String),
    })
    expect((await put(task.id, { isCompleted: 0 })).body).toMatchObject({ isCompleted: 0, completed: null })
  })

  test('with bumpUpdatedOnComplete off, completion alone leaves `updated`', async () => {
    await settings({ bumpUpdatedOnComplete: false, clearCompletedOnReopen: false })
    const task = await create()
    await user.call('POST', '/__sim/clock', { advanceMs: 5000 })
    const done = (await put(task.id, { isCompleted: 1 })).body
    expect(done.updated).toBe(task.updated)
    expect((await put(task.id, { isCompleted: 0 })).body.completed).toBe(done.completed)
  })

  test('a deleted task is gone, and deleting it again says so', async () => {
    const task = await create()
    const gone = await api.call('DELETE', `/v1/tasks/${task.id}`)
    expect([gone.status, gone.body]).toEqual([200, {}])
    for (const method of ['GET', 'DELETE']) {
      const answer = await api.call('GET', `/v1/tasks/${task.id}`)
      expect([method, answer.status, answer.body]).toEqual([
        method,
        404,
        { errorMessage: 'Requested resource was not found.' },
      ])
    }
  })

  test('deleting a person takes its tasks along', async () => {
    const task = await create()
    await user.call('DELETE', '/v1/people/5001')
    expect((await api.call('GET', `/v1/tasks/${task.id}`)).status).toBe(404)
  })
})

describe('due dates', () => {
  test('an offset is dropped and its digits are taken as UTC', async () => {
    expect(await create({ dueDateTime: '2026-03-05T16:00:00-06:00' })).toMatchObject({
      dueDateTime: '2026-03-05T16:00:00Z',
    })
    await settings({ dropOffsets: false })
    expect(await create({ dueDateTime: '2026-03-05T16:00:00-06:00' })).toMatchObject({
      dueDateTime: '2026-03-05T22:00:00Z',
    })
  })

  test('dueDate of a timed task is cut in the account zone', async () => {
    expect(await create({ dueDateTime: '2026-03-06T02:00:00Z' })).toMatchObject({ dueDate: '2026-03-05' })
  })

  test('PUT takes, clears and re-shapes due dates', async () => {
    const task = await create({ dueDateTime: '2026-03-05T20:00:00Z' })
    expect((await put(task.id, { dueDateTime: null })).body).toMatchObject({
      dueDate: '2026-03-05',
      dueDateTime: null,
    })
    expect((await put(task.id, { dueDate: '2028-02-29' })).body).toMatchObject({
      dueDate: '2028-02-29',
      dueDateTime: null,
    })
    expect((await put(task.id, { dueDate: null })).body).toMatchObject({ dueDate: null, dueDateTime: null })
  })

  test('putDue: reject answers 400, ignore keeps the date; the user is not bound', async () => {
    const task = await create({ dueDate: '2026-03-05' })
    await settings({ putDue: 'reject' })
    const refused = await put(task.id, { name: 'New', dueDate: '2026-03-09' })
    expect([refused.status, refused.body.errorMessage]).toEqual([
      400,
      'Invalid fields in the request body: dueDate.',
    ])
    await settings({ putDue: 'ignore' })
    expect((await put(task.id, { name: 'New', dueDate: '2026-03-09' })).body).toMatchObject({
      name: 'New',
      dueDate: '2026-03-05',
    })
    expect((await user.call('PUT', `/v1/tasks/${task.id}`, { dueDate: '2026-03-09' })).body).toMatchObject({
      dueDate: '2026-03-09',
    })
  })

  test('putClearDue concerns clearing alone', async () => {
    const task = await create({ dueDate: '2026-03-05' })
    await settings({ putClearDue: 'ignore' })
    expect((await put(task.id, { dueDate: null })).body).toMatchObject({ dueDate: '2026-03-05' })
    expect((await put(task.id, { dueDate: '2026-03-06' })).body).toMatchObject({ dueDate: '2026-03-06' })
  })
})

describe('reads from the past', () => {
  test('a visibility lag hides a new task from single reads and lists, not from the user', async () => {
    await settings({ createVisibilityLagMs: 60_000 })
    const task = await create()
    expect((await api.call('GET', `/v1/tasks/${task.id}`)).status).toBe(404)
    expect((await api.call<Page>('GET', '/v1/tasks')).body.tasks).toEqual([])
    expect((await user.call('GET', `/v1/tasks/${task.id}`)).status).toBe(200)
    await user.call('POST', '/__sim/clock', { advanceMs: 61_000 })
    expect((await api.call('GET', `/v1/tasks/${task.id}`)).status).toBe(200)
  })

  test('stale-read shows tasks as they were, deleted ones included', async () => {
    const kept = await create({ name: 'before' })
    const deleted = await create({ name: 'deleted' })
    await user.call('POST', '/__sim/clock', { advanceMs: 10_000 })
    await put(kept.id, { name: 'after' })
    await api.call('DELETE', `/v1/tasks/${deleted.id}`)
    await create({ name: 'new' })
    await user.call('POST', '/__sim/faults', [{ match: 'GET /v1/tasks*', do: 'stale-read:5000' }])
    const names = async () =>
      (await api.call<Page>('GET', '/v1/tasks?personId=5001')).body.tasks.map((task) => task.name)
    expect(await names()).toEqual(['deleted', 'before'])
    expect((await api.call<SingleTask>('GET', `/v1/tasks/${kept.id}`)).body.name).toBe('before')
    await user.call('POST', '/__sim/faults', [])
    expect(await names()).toEqual(['new', 'after'])
  })
})
