import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startFollowUpBoss } from '../../../simulators/follow-up-boss/start.ts'
import { basicKey, type SimClient, simClient } from '../../../simulators/kit/client.ts'
import { type TestConnection, testConnection } from '../../../test/follow-up-boss/connection.ts'
import type { RemoteWebhook, WebhookManagement } from '../contract.ts'
import { createFollowUpBoss } from './index.ts'
import { WEBHOOKS } from './webhook.ts'
import { EVENTS } from './webhook-management.ts'

const URL_HERE = 'https://sync.example.com/office/webhook/follow-up-boss'
const OLD_PATH = 'https://sync.example.com/office/webhook/fub'
const OTHERS = ['https://other.example.com/webhook/follow-up-boss', 'https://sync.example.com/webhook/fub']
const SYSTEM = { systemName: 'Dealbridge', systemKey: 'system-key' }
const WEBHOOK_PATH = '/v1/webhooks'

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
const register = (url = URL_HERE) => management.register(connect(), url)
const list = () => management.list(connect())
const add = async (event: string, url: string) =>
  (await other.call<{ id: number }>('POST', WEBHOOK_PATH, { event, url })).body.id
const switchOff = (id: number) => other.call('PUT', `${WEBHOOK_PATH}/${id}`, { status: 'Disabled' })
const of = (all: readonly RemoteWebhook[], event: string) =>
  all
    .filter((one) => one.event === event)
    .map(({ url, active }) => ({ url, active }))
    .sort((a, b) => a.url.localeCompare(b.url))

const HERE = { url: URL_HERE, active: true }

it('wants every event that becomes a nudge, and no others', () => {
  for (const event of EVENTS)
    expect(WEBHOOKS.toNudge({ eventId: 'e', event, resourceIds: [1] }, {})).not.toBeNull()
  expect(EVENTS).toEqual(expect.arrayContaining(['tasksDeleted', 'peopleDeleted', 'pipelineStageUpdated']))
})

it('registers each event once, and changes nothing when it is repeated', async () => {
  const first = await register()
  expect(first.map((one) => one.event).sort()).toEqual([...EVENTS].sort())
  expect(first.every((one) => one.url === URL_HERE && one.active)).toBe(true)
  expect(await register()).toEqual(first)
  expect(await list()).toEqual(first)
})

it('keeps what is there, and switches on again what the service has switched off', async () => {
  const kept = await add('tasksCreated', URL_HERE)
  const off = await add('tasksUpdated', 'https://SYNC.example.com:443/office/webhook/follow-up-boss')
  await switchOff(off)
  await register()
  const all = await list()
  expect(all).toContainEqual({ remoteId: String(kept), event: 'tasksCreated', ...HERE })
  expect(all).toContainEqual({ remoteId: String(off), event: 'tasksUpdated', ...HERE })
  expect(all).toHaveLength(EVENTS.length)
})

it('moves what goes to another address of this installation, and drops what would come twice', async () => {
  const moved = await add('tasksCreated', OLD_PATH)
  await add('tasksUpdated', OLD_PATH)
  await add('tasksUpdated', URL_HERE)
  await add('tasksDeleted', URL_HERE)
  await add('tasksDeleted', URL_HERE)
  await register()
  const all = await list()
  expect(all).toContainEqual({ remoteId: String(moved), event: 'tasksCreated', ...HERE })
  expect(all).toHaveLength(EVENTS.length)
  expect(all.every((one) => one.url === URL_HERE)).toBe(true)
})

describe('beside other installations of the same system', () => {
  it.each(OTHERS)('takes the second place next to %s', async (elsewhere) => {
    await add('tasksCreated', elsewhere)
    await register()
    expect(of(await list(), 'tasksCreated')).toEqual(
      [{ url: elsewhere, active: true }, HERE].sort((a, b) => a.url.localeCompare(b.url)),
    )
  })

  it('never takes a place of theirs, says which events have none, and does the rest', async () => {
    for (const url of OTHERS) await add('tasksCreated', url)
    const off = await add('dealsUpdated', OTHERS[0] ?? '')
    await add('dealsUpdated', OTHERS[1] ?? '')
    await switchOff(off)
    await expect(register()).rejects.toMatchObject({
      kind: 'limit-reached',
      message: expect.stringMatching(/tasksCreated, dealsUpdated/),
      hint: expect.stringMatching(/Remove a webhook/),
    })
    const all = await list()
    expect(of(all, 'tasksCreated')).toEqual(OTHERS.map((url) => ({ url, active: true })))
    expect(of(all, 'dealsUpdated')).toEqual([
      { url: OTHERS[0], active: false },
      { url: OTHERS[1], active: true },
    ])
    expect(all.filter((one) => one.url === URL_HERE)).toHaveLength(EVENTS.length - 2)
  })

  it('an address at the same host that is no receiver of ours is never taken for one', async () => {
    await add('tasksCreated', 'https://sync.example.com/hook')
    await register('https://sync.example.com/webhook/fub')
    expect(of(await list(), 'tasksCreated')).toHaveLength(2)
  })

  it('addresses of another form are told apart by their hosts', async () => {
    await register('https://sync.example.com/one')
    await register('https://other.example.com/one')
    await register('https://sync.example.com/two')
    const urls = of(await list(), 'tasksCreated').map((one) => one.url)
    expect(urls).toEqual(['https://other.example.com/one', 'https://sync.example.com/two'])
  })
})

it('a lost reply and a used-up budget are made good by repeating', async () => {
  await other.call('POST', '/__sim/faults', [{ match: 'POST /v1/webhooks', nth: 4, do: 'reply-lost' }])
  await expect(register()).rejects.toMatchObject({ kind: 'ambiguous-write' })
  const short = testConnection(`${sim.url}/v1`, { facts: null, credentials: SYSTEM, slots: 4 })
  await expect(management.register(short, URL_HERE)).rejects.toMatchObject({ kind: 'rate-limited' })
  await register()
  expect(await list()).toHaveLength(EVENTS.length)
})

it('removes one, also when it is gone already', async () => {
  const id = String(await add('tasksCreated', URL_HERE))
  await management.remove(connect(), id)
  await management.remove(connect(), id)
  expect(await list()).toEqual([])
})

describe('for a person', () => {
  it('without a registered system: what to register', async () => {
    for (const call of [management.list(connect({})), management.register(connect({}), URL_HERE)])
      await expect(call).rejects.toMatchObject({
        kind: 'invalid',
        hint: expect.stringContaining('system-registration'),
      })
  })

  it("with a key that is not the owner's: whose is needed, and the key itself is not refused", async () => {
    await other.call('POST', '/__sim/keys', { keys: { fka_test: 2 } })
    const calls = [management.list(connect()), register(), management.remove(connect(), '31')]
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
    const work = management.register(connection, 'http://sync.example.com/webhook/fub')
    await expect(work).rejects.toMatchObject({ kind: 'invalid', hint: expect.stringContaining('PUBLIC_URL') })
    expect(connection.taken).toEqual([])
  })
})
