import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { basicKey } from '../kit/client.ts'
import type { FubTask } from './records.ts'
import { testSim } from './test-sim.ts'

type Answer = Partial<FubTask> & { id: number; person?: unknown; errorMessage?: string }
type Page = { _metadata: { total: number }; tasks: FubTask[] }

const sim = testSim({ data: 'empty' })
beforeAll(sim.start)
afterAll(sim.stop)
beforeEach(sim.reset)

const post = (fields: object = {}) =>
  sim.api.call<Answer>('POST', '/v1/tasks', {
    personId: 5001,
    assignedUserId: 1,
    name: 'Order survey',
    ...fields,
  })
const make = async (fields: object = {}) => (await post(fields)).body
const put = (id: number, body: object) => sim.api.call<Answer>('PUT', `/v1/tasks/${id}`, body)
const list = async (query = '') => (await sim.api.call<Page>('GET', `/v1/tasks${query}`)).body

describe('answers of writes (U10)', () => {
  test('POST: 200 with the task, or 201', async () => {
    expect((await post()).status).toBe(200)
    await sim.set({ postStatus: 201 })
    expect((await post()).status).toBe(201)
  })

  test('POST: without an id, or without a body; the task is made all the same', async () => {
    await sim.set({ postAnswer: 'no-id' })
    expect(Object.keys(await make())).not.toContain('id')
    await sim.set({ postAnswer: 'empty' })
    expect(await post()).toMatchObject({ status: 200, body: undefined })
    expect((await list())._metadata.total).toBe(2)
  })

  test('DELETE: 200 with {}, 200 without a body, 204', async () => {
    const remove = async () => {
      const { status, body } = await sim.api.call('DELETE', `/v1/tasks/${(await make()).id}`)
      return [status, body]
    }
    expect(await remove()).toEqual([200, {}])
    await sim.set({ deleteAnswer: 'empty' })
    expect(await remove()).toEqual([200, undefined])
    await sim.set({ deleteAnswer: 'no-content' })
    expect(await remove()).toEqual([204, undefined])
  })
})

describe('values on write', () => {
  test('an unknown type is refused, made Follow Up, or kept (U22)', async () => {
    expect((await post({ type: 'Todo' })).status).toBe(400)
    await sim.set({ unknownType: 'coerce' })
    expect(await make({ type: 'Todo' })).toMatchObject({ type: 'Follow Up' })
    await sim.set({ unknownType: 'accept' })
    expect(await make({ type: 'Todo' })).toMatchObject({ type: 'Todo' })
  })

  test('a long name passes, is refused, or is cut, by code points (U11)', async () => {
    const name = '🏠🏠🏠🏠'
    expect(await make({ name })).toMatchObject({ name })
    await sim.set({ nameMax: 3 })
    expect((await post({ name })).status).toBe(400)
    expect((await post({ name: '🏠🏠🏠' })).status).toBe(200)
    await sim.set({ nameTooLong: 'cut' })
    expect(await make({ name })).toMatchObject({ name: '🏠🏠🏠' })
  })

  test('line breaks in names are kept, or become blanks (U11)', async () => {
    expect(await make({ name: 'a\nb\tc' })).toMatchObject({ name: 'a\nb\tc' })
    await sim.set({ nameControls: 'blank' })
    expect(await make({ name: 'a\nb\tc' })).toMatchObject({ name: 'a b c' })
  })

  test('without an assignee the caller gets the task, or 400 (U9)', async () => {
    expect(await make({ assignedUserId: undefined })).toMatchObject({ assignedUserId: 1 })
    await sim.set({ assigneeOmitted: 'reject' })
    expect((await post({ assignedUserId: undefined })).body.errorMessage).toContain('assignedUserId')
    expect((await post({ assignedUserId: undefined, assignedTo: 'Sam Agent' })).status).toBe(200)
  })

  test('a name that is left out is that of the type; a reminder needs a time', async () => {
    expect(await make({ name: undefined, type: 'Call' })).toMatchObject({ name: 'Call' })
    const { id } = await make({ dueDate: '2026-03-05', remindSecondsBefore: 900 })
    expect((await list(`?ids=${id}`)).tasks[0]?.remindSecondsBefore).toBeNull()
  })
})

describe('due dates', () => {
  const timed = { dueDateTime: '2026-03-06T02:00:00Z' }

  test('putDue is accepted, refused, or ignored (U4)', async () => {
    const { id } = await make()
    expect((await put(id, timed)).body).toMatchObject(timed)
    await sim.set({ putDue: 'reject' })
    expect((await put(id, { dueDate: '2026-04-01' })).body.errorMessage).toBe(
      'Invalid fields in the request body: dueDate.',
    )
    await sim.set({ putDue: 'ignore' })
    expect((await put(id, { dueDate: '2026-04-01' })).body).toMatchObject(timed)
  })

  test('putClearTime concerns a time that goes while the day stays (U5)', async () => {
    const { id } = await make(timed)
    await sim.set({ putClearTime: 'reject' })
    expect((await put(id, { dueDateTime: null })).status).toBe(400)
    await sim.set({ putClearTime: 'ignore' })
    expect((await put(id, { dueDateTime: null })).body).toMatchObject(timed)
    expect((await put(id, { dueDateTime: null, dueDate: null })).body).toMatchObject({ dueDate: null })
    await sim.set({ putClearTime: 'accept' })
    await put(id, timed)
    expect((await put(id, { dueDateTime: null })).body).toMatchObject({
      dueDate: '2026-03-05',
      dueDateTime: null,
    })
  })

  test('putClearDue refuses any clearing (U5)', async () => {
    const { id } = await make(timed)
    await sim.set({ putClearDue: 'reject' })
    expect((await put(id, { dueDate: null })).status).toBe(400)
    await sim.set({ putClearDue: 'accept' })
    expect((await put(id, { dueDate: null })).body).toMatchObject({ dueDate: null, dueDateTime: null })
  })

  test('null clears, an empty text clears, or one of them alone (U5)', async () => {
    const { id } = await make(timed)
    const cleared = async (value: null | '') => (await put(id, { dueDate: value })).status
    expect([await cleared(null), await cleared('')]).toEqual([200, 200])
    await sim.set({ clearDueWith: 'null' })
    expect([await cleared(null), await cleared('')]).toEqual([200, 400])
    await sim.set({ clearDueWith: 'empty' })
    expect([await cleared(null), await cleared('')]).toEqual([400, 200])
  })

  test('both due fields: the time wins, the day wins, or 400 (U6)', async () => {
    const both = { ...timed, dueDate: '2026-03-20' }
    expect(await make(both)).toMatchObject({ ...timed, dueDate: '2026-03-05' })
    await sim.set({ bothDue: 'day' })
    expect(await make(both)).toMatchObject({ dueDate: '2026-03-20', dueDateTime: null })
    await sim.set({ bothDue: 'reject' })
    expect((await post(both)).status).toBe(400)
    expect((await post(timed)).status).toBe(200)
  })

  test('a dueDate with a time in it is refused, or cut (§7)', async () => {
    const text = { dueDate: '2026-03-20T15:00:00Z' }
    expect((await post(text)).status).toBe(400)
    await sim.set({ dueDateWithTime: 'cut' })
    expect(await make(text)).toMatchObject({ dueDate: '2026-03-20', dueDateTime: null })
  })

  test('dueDate of a timed task is the day in the account zone, in UTC, or where the assignee is (§7)', async () => {
    expect(await make(timed)).toMatchObject({ dueDate: '2026-03-05' })
    await sim.set({ dueDayZone: 'utc' })
    expect(await make(timed)).toMatchObject({ dueDate: '2026-03-06' })
    await sim.set({ dueDayZone: 'assignee' })
    await sim.user.call('PUT', '/v1/users/7', { timezone: 'Asia/Tokyo' })
    expect(await make({ ...timed, assignedUserId: 7 })).toMatchObject({ dueDate: '2026-03-06' })
    expect(await make(timed)).toMatchObject({ dueDate: '2026-03-05' })
  })
})

describe('stamps', () => {
  const moved = async (body: object, switches: Record<string, unknown>) => {
    await sim.set(switches)
    const { id, updated = '' } = await make()
    await sim.wait(5000)
    return String((await put(id, body)).body.updated) > updated
  }

  test.each([
    ['bumpUpdatedOnComplete', { isCompleted: true }],
    ['bumpUpdatedOnReassign', { assignedUserId: 7 }],
    ['bumpUpdatedOnDue', { dueDate: '2026-03-05' }],
  ])('%s decides whether %j moves `updated` (U3)', async (name, body) => {
    expect(await moved(body, { [name]: true })).toBe(true)
    expect(await moved(body, { [name]: false })).toBe(false)
    expect(await moved({ ...body, name: 'y' }, { [name]: false })).toBe(true)
  })

  test('whole seconds, or milliseconds, which windows compare rightly (U19)', async () => {
    expect((await make()).created).toMatch(/:\d\dZ$/)
    await sim.set({ subSecondStamps: true })
    const { id, created = '' } = await make()
    expect(created).toMatch(/\.\d{3}Z$/)
    await sim.wait(10_000)
    const later = await make()
    const ids = (await list(`?createdAfter=${created.slice(0, 19)}Z&sort=created`)).tasks.map(
      (task) => task.id,
    )
    // The bound has no milliseconds: the first is in the window unless it has none either.
    expect(ids).toEqual(created.endsWith('.000Z') ? [later.id] : [id, later.id])
  })

  test('reopening clears `completed`, or leaves it (U8)', async () => {
    const reopened = async () => {
      const { id } = await make({ isCompleted: true })
      return (await put(id, { isCompleted: false })).body.completed
    }
    expect(await reopened()).toBeNull()
    await sim.set({ clearCompletedOnReopen: false })
    expect(await reopened()).toMatch(/Z$/)
  })
})

describe('the list', () => {
  test('bounds are outside the window, or inside (U1)', async () => {
    const { updated } = await make()
    expect((await list(`?updatedAfter=${updated}`)).tasks).toHaveLength(0)
    await sim.set({ boundsInclusive: true })
    expect((await list(`?updatedAfter=${updated}`)).tasks).toHaveLength(1)
    expect((await list(`?updatedBefore=${updated}`)).tasks).toHaveLength(1)
  })

  test('sort is honoured, or ignored (U2)', async () => {
    const a = await make({ name: 'a' })
    const b = await make({ name: 'b' })
    const order = async () => (await list('?sort=name')).tasks.map((task) => task.id)
    expect(await order()).toEqual([a.id, b.id])
    await sim.set({ honourSort: false })
    expect(await order()).toEqual([b.id, a.id])
  })

  test('a new task is hidden from all reads, from lists, or from single reads (U20)', async () => {
    await sim.set({ createVisibilityLagMs: 60_000, createVisibilityLagOn: 'lists' })
    const { id } = await make()
    const seen = async () => [
      (await list()).tasks.length,
      (await sim.api.call('GET', `/v1/tasks/${id}`)).status,
    ]
    expect(await seen()).toEqual([0, 200])
    await sim.set({ createVisibilityLagOn: 'single' })
    expect(await seen()).toEqual([1, 404])
    await sim.set({ createVisibilityLagOn: 'all' })
    expect(await seen()).toEqual([0, 404])
    await sim.wait(61_000)
    expect(await seen()).toEqual([1, 200])
  })
})

describe('tasks and their people', () => {
  test('a user makes a task of nobody: personId 0, or no such key (U12)', async () => {
    const { body } = await sim.user.call<Answer>('POST', '/v1/tasks', {
      name: 'Buy stamps',
      assignedUserId: 7,
    })
    expect(body).toMatchObject({ personId: 0, person: null, AssignedTo: 'Sam Agent' })
    expect((await list()).tasks[0]).toMatchObject({ personId: 0 })
    expect((await list('?personId=0')).tasks).toHaveLength(1)
    await sim.set({ personless: 'absent' })
    expect((await list()).tasks[0]).not.toHaveProperty('personId')
    expect((await sim.api.call('GET', `/v1/tasks/${body.id}`)).body).not.toHaveProperty('personId')
    expect((await post({ personId: 0 })).status).toBe(400)
    expect((await put(body.id, { personId: 5001 })).body).toMatchObject({ personId: 5001 })
  })

  test('of tasks without a person an agent sees its own', async () => {
    await sim.user.call('POST', '/__sim/keys', { keys: { k: 1, agent: 7 } })
    const mine = await sim.user.call<Answer>('POST', '/v1/tasks', { name: 'mine', assignedUserId: 7 })
    const other = await sim.user.call<Answer>('POST', '/v1/tasks', { name: 'other', assignedUserId: 1 })
    const status = async (id: number) =>
      (await sim.api.call('GET', `/v1/tasks/${id}`, undefined, basicKey('agent'))).status
    expect([await status(mine.body.id), await status(other.body.id)]).toEqual([200, 404])
  })

  test('people in the trash keep their tasks in sight, or take them along (U15)', async () => {
    const { id } = await make()
    await sim.user.call('PUT', '/v1/people/5001', { stage: 'Trash' })
    const seen = async () => [
      (await list()).tasks.length,
      (await sim.api.call('GET', `/v1/tasks/${id}`)).status,
    ]
    expect(await seen()).toEqual([1, 200])
    await sim.set({ trashHidesTasks: true })
    expect(await seen()).toEqual([0, 404])
  })
})
