import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { testReceiver } from './test-receiver.ts'
import { testSim } from './test-sim.ts'

interface Registered {
  webhooks: { status: string; id: number; event: string }[]
}

const sim = testSim()
const receiver = testReceiver(sim)
beforeAll(() => Promise.all([sim.start(), receiver.start()]))
afterAll(async () => {
  receiver.stop()
  await sim.stop()
})
beforeEach(async () => {
  await sim.reset()
  await receiver.renew()
})
const { names, register } = receiver
/** Waits until these events, in this order, and no others are there. */
const hears = (events: string[]) => vi.waitFor(() => expect(names()).toEqual(events), { interval: 5 })

const rename = (id: number, name: string, by = sim.user) => by.call('PUT', `/v1/tasks/${id}`, { name })

describe('which changes are told', () => {
  test('writes through the API are told, or the users’ alone (U16)', async () => {
    await rename(4001, 'a', sim.api)
    await hears(['tasksUpdated'])
    await sim.set({ webhookEchoes: false })
    await rename(4001, 'b', sim.api)
    await rename(4002, 'c')
    await hears(['tasksUpdated', 'tasksUpdated'])
    expect(receiver.received[1]?.resourceIds).toEqual([4002])
  })

  test('a write that changes nothing is silent, or is told (U16)', async () => {
    const { body } = await sim.api.call<{ name: string; updated: string }>('GET', '/v1/tasks/4001')
    await rename(4001, body.name, sim.api)
    await sim.set({ webhookNoOps: true })
    await rename(4001, body.name, sim.api)
    await hears(['tasksUpdated'])
    expect((await sim.api.call('GET', '/v1/tasks/4001')).body).toMatchObject({ updated: body.updated })
  })

  test('deleting a person is one event, or tells of its tasks too (U15)', async () => {
    const ids = async (person: number) => {
      const answer = await sim.api.call<{ tasks: { id: number }[] }>(
        'GET',
        `/v1/tasks?personId=${person}&limit=100`,
      )
      return answer.body.tasks.map(({ id }) => id).toSorted()
    }
    await sim.user.call('DELETE', '/v1/people/5001')
    await hears(['peopleDeleted'])
    await sim.set({ personDeleteTells: true })
    const gone = await ids(5002)
    expect(gone.length).toBeGreaterThan(0)
    receiver.received = []
    await sim.user.call('DELETE', '/v1/people/5002')
    await vi.waitFor(() => expect(receiver.received).toHaveLength(gone.length + 1), { interval: 5 })
    const told = receiver.received
      .filter(({ event }) => event === 'tasksDeleted')
      .flatMap((row) => row.resourceIds)
    expect(told.toSorted()).toEqual(gone)
    expect(await ids(5002)).toEqual([])
  })

  test('tags and stages of people come with what they are', async () => {
    await sim.user.call('PUT', '/v1/people/5001', { tags: [], stage: 'Lead' })
    await vi.waitFor(() => expect(names()).toContain('peopleUpdated'))
    await register(['peopleTagsCreated', 'peopleStageUpdated'])
    receiver.received = []
    await sim.user.call('PUT', '/v1/people/5001', { tags: ['a', 'b'] })
    await hears(['peopleTagsCreated'])
    await sim.user.call('PUT', '/v1/people/5001', { stage: 'Nurture', tags: ['a'] })
    await hears(['peopleTagsCreated', 'peopleStageUpdated'])
    expect(receiver.received.map(({ data }) => data)).toEqual([{ tags: ['a', 'b'] }, { stage: 'Nurture' }])
  })
})

describe('what a delivery holds', () => {
  test('uri of a deletion is null, or a link (U13)', async () => {
    await sim.user.call('DELETE', '/v1/tasks/4001')
    await hears(['tasksDeleted'])
    expect(receiver.received[0]).toMatchObject({ resourceIds: [4001], uri: null })
    await sim.set({ webhookDeletedUri: 'link' })
    await sim.user.call('DELETE', '/v1/tasks/4002')
    await hears(['tasksDeleted', 'tasksDeleted'])
    expect(receiver.received[1]?.uri).toBe('https://api.followupboss.com/v1/tasks?id=4002')
  })

  test('ids are numbers, or texts', async () => {
    await rename(4001, 'a')
    await hears(['tasksUpdated'])
    await sim.set({ webhookIdsAsText: true })
    await rename(4001, 'b')
    await hears(['tasksUpdated', 'tasksUpdated'])
    expect(receiver.received.map(({ resourceIds }) => resourceIds)).toEqual([[4001], ['4001']])
  })

  test('a bulk edit is told together, by ten ids at most', async () => {
    await sim.set({ webhookBatchMs: 300 })
    const all = Array.from({ length: 12 }, (_, i) => 4001 + i)
    await Promise.all([...all, 4001].map((id, i) => rename(id, `done in bulk ${i}`)))
    const told = () => new Set(receiver.received.flatMap((row) => row.resourceIds.map(Number)))
    await vi.waitFor(() => expect([...told()].toSorted()).toEqual(all), { interval: 5 })
    expect(receiver.received.length).toBeLessThan(12)
    for (const { resourceIds, uri } of receiver.received) {
      expect(resourceIds.length).toBeLessThanOrEqual(10)
      expect(uri).toContain(`id=${resourceIds.join(',')}`)
    }
  })

  test('a burst of equal events, each with an id of its own', async () => {
    await sim.set({ webhookBurst: 3 })
    await rename(4001, 'a')
    await hears(['tasksUpdated', 'tasksUpdated', 'tasksUpdated'])
    expect(new Set(receiver.received.map(({ eventId }) => eventId)).size).toBe(3)
  })
})

describe('order and loss', () => {
  test('an Updated may arrive before its Created', async () => {
    await sim.user.call('POST', '/__sim/faults', [{ match: 'tasksCreated', do: 'webhook-late:100' }])
    const { body } = await sim.user.call<{ id: number }>('POST', '/v1/tasks', { personId: 5001, name: 'x' })
    await rename(body.id, 'y')
    await hears(['tasksUpdated', 'tasksCreated'])
  })

  test('webhookDelayMs and webhookJitterMs hold deliveries back, out of order', async () => {
    await sim.set({ webhookDelayMs: 20, webhookJitterMs: 120 })
    for (let id = 4001; id <= 4012; id += 1) await rename(id, 'x')
    expect(receiver.received.length).toBeLessThan(12)
    await vi.waitFor(() => expect(receiver.received).toHaveLength(12), { interval: 5 })
    const ids = receiver.received.map((row) => Number(row.resourceIds[0]))
    expect(ids).not.toEqual(ids.toSorted())
  })

  test('after 406 nothing more comes, until PUT makes the webhook Active again', async () => {
    const add = { event: 'tasksUpdated', url: 'https://127.0.0.1:9/' }
    const { body } = await sim.api.call<{ id: number }>('POST', '/v1/webhooks', add)
    await sim.api.call('PUT', `/v1/webhooks/${body.id}`, { status: 'Disabled' })
    const listed = async (query: string) =>
      (await sim.api.call<Registered>('GET', `/v1/webhooks${query}`)).body.webhooks
    expect(await listed('?status=Disabled')).toMatchObject([{ id: body.id, status: 'Disabled' }])
    expect(await listed('?status=Active')).toEqual([])
    const answer = await sim.api.call('PUT', `/v1/webhooks/${body.id}`, { status: 'Active' })
    expect(answer.body).toMatchObject({ status: 'Active' })
    receiver.status = 406
    await rename(4001, 'a')
    await hears(['tasksUpdated'])
    await vi.waitFor(async () => expect(await own()).toEqual([false]))
    await rename(4001, 'b')
    await register(['*'])
    receiver.status = 200
    await rename(4001, 'c')
    await hears(['tasksUpdated', 'tasksUpdated'])
  })

  test('webhookDisableAfter lost deliveries in a row disable; 0 never does (U17)', async () => {
    await sim.set({ webhookRetryScale: 0 })
    receiver.status = 500
    const lose = async (count: number) => {
      receiver.received = []
      await rename(4001, `x${count}`)
      // The first try and five retries.
      await vi.waitFor(() => expect(receiver.received).toHaveLength(6), { interval: 5 })
    }
    await lose(1)
    await lose(2)
    expect(await own()).toEqual([true])
    await sim.set({ webhookDisableAfter: 4 })
    await lose(3)
    expect(await own()).toEqual([true])
    await lose(4)
    await vi.waitFor(async () => expect(await own()).toEqual([false]))
  })
})

test('webhooks list in the asked order, and belong to their system', async () => {
  for (const event of ['tasksUpdated', 'dealsUpdated', 'callsCreated'])
    await sim.api.call('POST', '/v1/webhooks', { event, url: 'https://example.invalid/' })
  const listed = async (sort: string, system = 'Dealbridge') =>
    (
      await sim.api.call<Registered>('GET', `/v1/webhooks?sort=${sort}`, undefined, { 'x-system': system })
    ).body.webhooks.map(({ event }) => event)
  expect(await listed('event')).toEqual(['callsCreated', 'dealsUpdated', 'tasksUpdated'])
  expect(await listed('-id')).toEqual(['callsCreated', 'dealsUpdated', 'tasksUpdated'])
  expect(await listed('created')).toEqual(['tasksUpdated', 'dealsUpdated', 'callsCreated'])
  expect(await listed('event', 'Other')).toEqual([])
})

/** Whether the receiver of this file is switched on. */
async function own(): Promise<boolean[]> {
  type Report = { webhooks: { url: string; active: boolean }[] }
  const { body } = await sim.user.call<Report>('GET', '/__sim/webhooks')
  return body.webhooks.filter((hook) => hook.url === receiver.url).map(({ active }) => active)
}
