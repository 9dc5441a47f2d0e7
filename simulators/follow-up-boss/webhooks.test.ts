import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { AS_USER, basicKey, type SimClient, simClient } from '../kit/client.ts'
import type { RunningSim } from '../kit/service.ts'
import { startFollowUpBoss } from './start.ts'
import { type FubEvent, fubSignature } from './webhook-format.ts'

const SECRET = 'example-system-key'
const SYSTEM = { ...basicKey('k'), 'x-system': 'Dealbridge', 'x-system-key': SECRET }

let sim: RunningSim
let api: SimClient
let user: SimClient
let receiver: Server
let received: { signature: string | undefined; raw: Buffer; event: FubEvent }[] = []
let answers: number[] = []
let hookUrl = ''

beforeAll(async () => {
  sim = await startFollowUpBoss({ port: 0, data: 'demo', seed: 1 })
  api = simClient(sim.url, SYSTEM)
  user = simClient(sim.url, AS_USER)
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const raw = Buffer.concat(chunks)
    const signature = request.headers['fub-signature']
    received.push({ signature: String(signature), raw, event: JSON.parse(raw.toString()) as FubEvent })
    response.writeHead(answers.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  hookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/fub`
})
afterAll(async () => {
  await sim.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})
beforeEach(async () => {
  await user.call('POST', '/__sim/reset')
  received = []
  answers = []
})

const register = (events: string[] = ['*']) =>
  user.call('POST', '/__sim/webhooks', { url: hookUrl, secret: SECRET, events })
const eventNames = () => received.map(({ event }) => event.event)
const arrived = (names: string[]) => vi.waitFor(() => expect(eventNames()).toEqual(names), { interval: 5 })

test('the signature of the reference vector', () => {
  const body =
    '{"eventId":"6b1d5f0e-0c1b-4c1e-9a50-0d6f0a1b2c3d","eventCreated":"2026-03-02T15:04:05+00:00","event":"tasksUpdated","resourceIds":[4066],"uri":"https://api.followupboss.com/v1/tasks?id=4066"}'
  const expected = '6889de1320590a27634f70433f2451781d9f9bed00d4282ee63e13af131e55e2'
  expect(fubSignature(Buffer.from(body), 'example-system-key')).toBe(expected)
})

describe('deliveries', () => {
  test('user and API writes fire alike, signed; a write that changes nothing is silent', async () => {
    await register(['tasksCreated', 'tasksUpdated', 'tasksDeleted'])
    const { body } = await api.call<{ id: number }>('POST', '/v1/tasks', { personId: 5001, name: 'x' })
    await arrived(['tasksCreated'])
    await user.call('PUT', `/v1/tasks/${body.id}`, { name: 'x' })
    await user.call('PUT', '/v1/people/5001', { price: 1 })
    await user.call('PUT', `/v1/tasks/${body.id}`, { name: 'y' })
    await arrived(['tasksCreated', 'tasksUpdated'])
    await user.call('DELETE', `/v1/tasks/${body.id}`)
    await arrived(['tasksCreated', 'tasksUpdated', 'tasksDeleted'])
    expect(received[1]?.event).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      eventCreated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
      event: 'tasksUpdated',
      resourceIds: [body.id],
      uri: `https://api.followupboss.com/v1/tasks?id=${body.id}`,
    })
    expect(received[2]?.event.uri).toBeNull()
    for (const { raw, signature } of received) expect(signature).toBe(fubSignature(raw, SECRET))
    const { eventId: id, ...rest } = received[0]?.event ?? { eventId: '' }
    expect((await api.call('GET', `/v1/webhookEvents/${id}`)).body).toEqual({ id, ...rest })
  })

  test('people and deals have events; a deleted person has no event for its tasks', async () => {
    await user.call('PUT', '/v1/people/5001', { stage: 'Lead' })
    await register()
    await user.call('PUT', '/v1/people/5001', { stage: 'Nurture' })
    await user.call('PUT', '/v1/deals/5501', { price: 1 })
    await user.call('DELETE', '/v1/deals/5501')
    await user.call('DELETE', '/v1/people/5001')
    // Deliveries may overtake each other; these are all there are.
    const all = ['dealsDeleted', 'dealsUpdated', 'peopleDeleted', 'peopleStageUpdated', 'peopleUpdated']
    await vi.waitFor(() => expect(eventNames().toSorted()).toEqual(all), { interval: 5 })
  })

  test('lost, twice and late', async () => {
    await register()
    await user.call('POST', '/__sim/faults', [
      { match: 'tasksCreated', nth: 1, do: 'webhook-lost' },
      { match: 'tasksUpdated', nth: 1, do: 'webhook-twice' },
      { match: 'peopleUpdated', do: 'webhook-late:150' },
    ])
    const { body } = await api.call<{ id: number }>('POST', '/v1/tasks', { personId: 5001, name: 'x' })
    await user.call('PUT', '/v1/people/5001', { price: 2 })
    await user.call('PUT', `/v1/tasks/${body.id}`, { name: 'y' })
    await arrived(['tasksUpdated', 'tasksUpdated', 'peopleUpdated'])
    expect(received[0]?.event.eventId).toBe(received[1]?.event.eventId)
  })

  test('a failed delivery is tried again; 410 switches the webhook off', async () => {
    await user.call('POST', '/__sim/settings', { webhookRetryScale: 0 })
    await register()
    answers = [500, 503]
    await user.call('PUT', '/v1/tasks/4001', { name: 'a' })
    await arrived(['tasksUpdated', 'tasksUpdated', 'tasksUpdated'])
    answers = [410]
    await user.call('PUT', '/v1/tasks/4001', { name: 'b' })
    await vi.waitFor(async () => {
      const { body } = await user.call<{ webhooks: { active: boolean }[] }>('GET', '/__sim/webhooks')
      expect(body.webhooks.map((hook) => hook.active)).toEqual([false])
    })
    expect(received).toHaveLength(4)
  })
})

describe('the webhooks API', () => {
  const add = (event: string, url = 'https://127.0.0.1:9/fub') =>
    api.call<{ id: number }>('POST', '/v1/webhooks', { event, url })

  test('create, list, switch off, delete; two for each event', async () => {
    const first = await add('tasksUpdated')
    expect(first.body).toEqual({
      id: 31,
      status: 'Active',
      event: 'tasksUpdated',
      url: 'https://127.0.0.1:9/fub',
    })
    expect((await add('tasksUpdated')).status).toBe(201)
    expect((await add('tasksUpdated')).status).toBe(400)
    expect((await add('tasksCreated')).status).toBe(201)
    const { body } = await api.call<{ webhooks: object[] }>('GET', '/v1/webhooks?event=tasksUpdated')
    expect(body.webhooks).toHaveLength(2)
    expect((await api.call('PUT', '/v1/webhooks/31', { status: 'Disabled' })).body).toMatchObject({
      status: 'Disabled',
    })
    expect((await api.call('DELETE', '/v1/webhooks/31')).status).toBe(200)
    expect((await api.call('GET', '/v1/webhooks/31')).status).toBe(404)
  })

  test('owner, registered system, https and a known event are needed; systems do not see each other', async () => {
    const body = { event: 'tasksUpdated', url: 'https://example.invalid/fub' }
    const unregistered = await simClient(sim.url, basicKey('k')).call('POST', '/v1/webhooks', body)
    expect([unregistered.status, unregistered.body]).toEqual([
      400,
      { errorMessage: 'Missing required field in the request: system.' },
    ])
    await user.call('POST', '/__sim/keys', { keys: { k: 1, admin: 2 } })
    expect((await api.call('POST', '/v1/webhooks', body, basicKey('admin'))).status).toBe(403)
    expect((await add('tasksUpdated', 'http://127.0.0.1:9/')).status).toBe(400)
    expect((await add('tasksExploded')).status).toBe(400)
    const { body: made } = await add('tasksUpdated')
    expect(
      (await api.call('GET', `/v1/webhooks/${made.id}`, undefined, { 'x-system': 'Other' })).status,
    ).toBe(404)
  })
})
