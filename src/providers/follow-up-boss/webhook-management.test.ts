import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startFollowUpBoss } from '../../../simulators/follow-up-boss/start.ts'
import { basicKey, type SimClient, simClient } from '../../../simulators/kit/client.ts'
import { type TestConnection, testConnection } from '../../../test/follow-up-boss/connection.ts'
import type { WebhookManagement } from '../contract.ts'
import { createFollowUpBoss } from './index.ts'
import { WEBHOOKS } from './webhook.ts'

const URL_HERE = 'https://sync.example.com/office/webhook/follow-up-boss'
const SYSTEM = { systemName: 'Dealbridge', systemKey: 'system-key' }

let sim: Awaited<ReturnType<typeof startFollowUpBoss>>
/** The same system by another installation, or a person with the system's key. */
let other: SimClient

beforeAll(async () => {
  sim = await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 })
  other = simClient(sim.url, {
    ...basicKey('other'),
    'x-system': SYSTEM.systemName,
    'x-system-key': SYSTEM.systemKey,
  })
})
beforeEach(async () => {
  await other.call('POST', '/__sim/reset', {})
  await other.call('POST', '/__sim/settings', { rateLimit: 100_000 })
})
afterAll(() => sim.close())

const provider = createFollowUpBoss()
const management: WebhookManagement = provider.webhooks?.management ?? fail()
function fail(): never {
  throw new Error('Follow Up Boss has no registered webhooks')
}

const connect = (credentials: Record<string, string> = SYSTEM): TestConnection =>
  testConnection(`${sim.url}/v1`, { facts: null, credentials })
const register = (event = 'tasksCreated') => management.register(connect(), { event, url: URL_HERE })
const list = () => management.list(connect())

it('wants every event that becomes a nudge, and no others', () => {
  for (const event of WEBHOOKS.events)
    expect(WEBHOOKS.toNudge({ eventId: 'e', event, resourceIds: [1] }, {})).not.toBeNull()
  expect(WEBHOOKS.events).toEqual(
    expect.arrayContaining(['tasksDeleted', 'peopleDeleted', 'pipelineStageUpdated']),
  )
})

it('shows those of the same system alone, and takes two for an event', async () => {
  const stranger = simClient(sim.url, { ...basicKey('third'), 'x-system': 'Another', 'x-system-key': 'key' })
  const foreign = { event: 'tasksCreated', url: 'https://other.example.com/hook' }
  await stranger.call('POST', '/v1/webhooks', foreign)
  await other.call('POST', '/v1/webhooks', foreign)
  const made = await register()
  expect((await list()).map(({ url }) => url).sort()).toEqual([foreign.url, URL_HERE])
  expect(await list()).toContainEqual(made)
  await expect(register()).rejects.toMatchObject({ kind: 'invalid' })
})

describe('for a person', () => {
  it('without a registered system: what to register', async () => {
    const event = 'tasksCreated'
    for (const call of [
      management.list(connect({})),
      management.register(connect({}), { event, url: URL_HERE }),
    ])
      await expect(call).rejects.toMatchObject({
        kind: 'invalid',
        hint: expect.stringContaining('system-registration'),
      })
  })

  it("with a key that is not the owner's: whose is needed, and the key itself is not refused", async () => {
    await other.call('POST', '/__sim/keys', { keys: { fka_test: 2 } })
    const calls = [list(), register(), management.remove(connect(), '31')]
    for (const call of calls)
      await expect(call).rejects.toMatchObject({
        kind: 'not-visible',
        hint: expect.stringContaining('owner'),
      })
    await other.call('POST', '/__sim/keys', { keys: null })
  })

  it('an account that has lapsed is told as such', async () => {
    await other.call('POST', '/__sim/settings', { lapsed: true })
    await expect(list()).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('not active'),
    })
  })

  it('an address without https costs no request', async () => {
    const connection = connect()
    const work = management.register(connection, {
      event: 'tasksCreated',
      url: 'http://sync.example.com/webhook/fub',
    })
    await expect(work).rejects.toMatchObject({ kind: 'invalid', hint: expect.stringContaining('PUBLIC_URL') })
    expect(connection.taken).toEqual([])
  })
})
