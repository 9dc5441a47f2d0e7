import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startFollowUpBoss } from '../../../simulators/follow-up-boss/start.ts'
import { basicKey, type SimClient, simClient } from '../../../simulators/kit/client.ts'
import { TIMING } from '../../../test/activities/route.ts'
import { openTestRecord, SECRET, type TestRecord } from '../../../test/store/record.ts'
import { createLog } from '../../config/log.ts'
import { createFollowUpBoss } from '../../providers/follow-up-boss/index.ts'
import { saveConnection, setConnectionState } from '../../store/connections.ts'
import { webhookTroubles } from '../../store/webhook-troubles.ts'
import { knownWebhooks, setTaken } from '../../store/webhooks.ts'
import { lookAtAllWebhooks } from '../alerts/look-at-webhooks.ts'
import type { Deps } from '../deps.ts'
import { checkWebhooks, findingsOf } from './check-webhooks.ts'
import { registrable, removable } from './look-at-webhooks.ts'
import { removeWebhooks } from './remove-webhooks.ts'
import { settleWebhooks } from './settle-webhooks.ts'
import { webhookAccounts } from './webhook-accounts.ts'

const SYSTEM = { systemName: 'Dealbridge', systemKey: 'system-key' }
const HOST = 'https://sync.example.com/office'
const HERE = `${HOST}/webhook/follow-up-boss`
const STRANGER = 'https://other.example.com/hook'
const HOOKS = '/v1/webhooks'
const signal = new AbortController().signal
const provider = createFollowUpBoss()
const EVENTS = [...(provider.webhooks?.events ?? [])].sort()

type Hook = { id: number; event: string; url: string; status: string }

let record: TestRecord
let sim: Awaited<ReturnType<typeof startFollowUpBoss>>
let service: SimClient
let id: string

beforeAll(async () => {
  record = await openTestRecord()
  sim = await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 })
  service = simClient(sim.url, {
    ...basicKey('key'),
    'x-system': SYSTEM.systemName,
    'x-system-key': SYSTEM.systemKey,
  })
})
beforeEach(async () => {
  await service.call('POST', '/__sim/reset', {})
  await service.call('POST', '/__sim/settings', { rateLimit: 0 })
  await service.call('POST', '/__sim/faults', [])
  await record.db`truncate connection restart identity cascade`
  id = await connect('follow-up-boss')
})
afterAll(async () => {
  await sim.close()
  await record[Symbol.asyncDispose]()
})

const connect = (name: string) =>
  saveConnection(
    record.db,
    {
      name,
      provider: provider.kind,
      baseUrl: `${sim.url}/v1`,
      credentials: { apiKey: 'key', ...SYSTEM },
      pollSeconds: 30,
      webhooks: true,
    },
    SECRET,
  )
const depsAt = (publicUrl: string | undefined): Deps => ({
  db: record.db,
  providers: new Map([[provider.kind, provider]]),
  secretKey: SECRET,
  timing: TIMING,
  log: createLog({ level: 'silent', format: 'json' }),
  wakeTasks: async () => undefined,
  wakeDeals: async () => undefined,
  // The clock stands still, and with it the budget.
  pause: (ms) => record.clock.advance(ms),
  ...(publicUrl === undefined ? {} : { publicUrl }),
})
/** The budget is full again before. */
const rested = async <T>(work: () => Promise<T>): Promise<T> => {
  await record.clock.advance(60_000)
  return work()
}
const check = (publicUrl = HOST) => rested(() => checkWebhooks(depsAt(publicUrl)))
/** As `webhooks repair` does; what is left. */
const mendNow = async (publicUrl = HOST) => {
  const deps = depsAt(publicUrl)
  const account = (await webhookAccounts(deps)).find(({ row }) => row.id === id)
  const able = account === undefined ? null : registrable(account)
  if (able === null) throw new Error('Follow Up Boss has no registered webhooks')
  return findingsOf(id, (await settleWebhooks(deps, able, signal)).after)
}
const mend = (publicUrl = HOST) => rested(() => mendNow(publicUrl))
const hooks = async (): Promise<Hook[]> =>
  (await service.call<{ webhooks: Hook[] }>('GET', `${HOOKS}?limit=100`)).body.webhooks
const add = async (event: string, url: string) =>
  String((await service.call<{ id: number }>('POST', HOOKS, { event, url })).body.id)
const fault = (match: string, nth: number) =>
  service.call('POST', '/__sim/faults', [{ match, nth, do: 'reply-lost' }])
const writes = async () => {
  const { body } = await service.call<{ requests: { method: string; path: string }[] }>(
    'GET',
    '/__sim/requests',
  )
  return body.requests.filter(({ method, path }) => method !== 'GET' && path.startsWith(HOOKS)).length
}

it('registers every event once, and changes nothing when it is repeated', async () => {
  expect(await check()).toEqual([
    { connectionId: id, kind: 'missing', events: expect.any(Array), remoteIds: [] },
  ])
  expect(await hooks()).toEqual([])
  expect(await mend()).toEqual([])
  const all = await hooks()
  expect(all.map(({ event }) => event).sort()).toEqual(EVENTS)
  expect(all.every(({ url, status }) => url === HERE && status === 'Active')).toBe(true)
  expect((await knownWebhooks(record.db, id)).map(({ remoteId }) => remoteId).sort()).toEqual(
    all.map((one) => String(one.id)).sort(),
  )
  const before = await writes()
  expect([await check(), await mend()]).toEqual([[], []])
  expect(await writes()).toBe(before)
})

describe('a lost answer makes no second webhook', () => {
  it('when the list shows at once what became of it', async () => {
    await fault(`POST ${HOOKS}`, 4)
    expect(await mend()).toEqual([])
    expect((await hooks()).map(({ event }) => event).sort()).toEqual(EVENTS)
  })

  it('when the list does not answer either, and the address is another one the next time', async () => {
    await service.call('POST', '/__sim/faults', [
      { match: `POST ${HOOKS}`, nth: 4, do: 'reply-lost' },
      { match: `GET ${HOOKS}`, nth: 2, do: 'status:503' },
    ])
    await expect(mend('https://old.example.com')).rejects.toMatchObject({ kind: 'transient' })
    expect((await knownWebhooks(record.db, id)).map(({ remoteId }) => remoteId)).toEqual(
      EVENTS.map(() => null),
    )
    expect(await mend()).toEqual([])
    expect((await hooks()).map(({ event, url }) => `${event} ${url}`).sort()).toEqual(
      EVENTS.map((event) => `${event} ${HERE}`),
    )
  })

  it('when two look after them at once', async () => {
    const both = await rested(() => Promise.allSettled([mendNow(), mendNow()]))
    expect(both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toMatchObject([
      { code: 'WEBHOOKS_BUSY' },
    ])
    expect(await hooks()).toHaveLength(EVENTS.length)
    expect(await mend()).toEqual([])
  })
})

it('what the service has switched off is found, by its id alone, and switched on again', async () => {
  await mend()
  const [off] = await hooks()
  await service.call('PUT', `${HOOKS}/${off?.id}`, { status: 'Disabled' })
  expect(await check()).toEqual([
    { connectionId: id, kind: 'disabled', events: [off?.event], remoteIds: [String(off?.id)] },
  ])
  expect(await mend()).toEqual([])
  expect((await hooks()).map(({ status }) => status)).toEqual(EVENTS.map(() => 'Active'))
})

it('follows PUBLIC_URL, and knows one of its own that somebody has turned elsewhere', async () => {
  await mend('https://old.example.com')
  const [turned] = await hooks()
  await service.call('PUT', `${HOOKS}/${turned?.id}`, { url: STRANGER })
  const foreign = await add('tasksCreated', STRANGER)
  const found = await check()
  expect(found.map(({ kind, events }) => [kind, events.length])).toEqual([['elsewhere', EVENTS.length]])
  expect(await mend()).toEqual([])
  const all = await hooks()
  expect(all.filter(({ url }) => url === HERE)).toHaveLength(EVENTS.length)
  expect(all.filter(({ url }) => url !== HERE).map((one) => String(one.id))).toEqual([foreign])
})

it('never takes a place of others, says which events have none, and does the rest', async () => {
  for (const url of [STRANGER, 'https://sync.example.com/webhook/follow-up-boss'])
    await add('dealsUpdated', url)
  expect(await mend()).toEqual([
    { connectionId: id, kind: 'no-place', events: ['dealsUpdated'], remoteIds: [] },
  ])
  expect((await hooks()).filter(({ url }) => url === HERE)).toHaveLength(EVENTS.length - 1)
})

it('ours are removed wherever they lead, also without an address, and no others', async () => {
  await mend()
  const foreign = await add('tasksCreated', STRANGER)
  const [account] = await webhookAccounts(depsAt(undefined))
  const able = account === undefined ? null : removable(account)
  if (able === null) throw new Error('Follow Up Boss has no registered webhooks')
  const remove = () => rested(() => removeWebhooks(depsAt(undefined), able, signal))
  expect(await remove()).toHaveLength(EVENTS.length)
  expect((await hooks()).map((one) => String(one.id))).toEqual([foreign])
  expect(await remove()).toEqual([])
})

describe('nothing is looked at', () => {
  it('where nobody knows our address, deliveries are off, or the connection is paused', async () => {
    expect(await checkWebhooks(depsAt(undefined))).toEqual([])
    await setConnectionState(record.db, id, 'paused', null)
    expect(await check()).toEqual([])
    await setConnectionState(record.db, id, 'ok', null)
    await setTaken(record.db, id, false)
    expect(await check()).toEqual([])
  })

  it('that cannot be, and says why', async () => {
    await service.call('POST', '/__sim/keys', { keys: { key: 2 } })
    expect(await check()).toEqual([
      { connectionId: id, kind: 'not-looked', events: [], remoteIds: [], why: 'not-visible' },
    ])
    expect(await check('http://sync.example.com')).toMatchObject([{ kind: 'not-looked', why: 'invalid' }])
    await service.call('POST', '/__sim/keys', { keys: null })
  })
})

it('of several accounts each has an address of its own: deliveries do not say of which they are', async () => {
  await connect('second & last')
  const urls = (await webhookAccounts(depsAt(`${HOST}/`))).map(({ url }) => url)
  expect(urls).toEqual([`${HERE}/follow-up-boss`, `${HERE}/second%20%26%20last`])
})

it('a look on a timer remembers of how many events something is wrong, until the next one', async () => {
  const look = () => rested(() => lookAtAllWebhooks(depsAt(HOST), signal))
  const troubles = async () => (await webhookTroubles(record.db)).map(({ events }) => events)
  await look()
  expect(await troubles()).toEqual([EVENTS.length])
  await mend()
  expect(await troubles()).toEqual([])
  await look()
  expect(await troubles()).toEqual([])
  await service.call('POST', '/__sim/faults', [
    { match: 'GET /v1/webhooks', do: 'status:503', probability: 1 },
  ])
  await look()
  expect(await troubles()).toEqual([null])
})
