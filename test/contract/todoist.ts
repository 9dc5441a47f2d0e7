import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { createTodoist } from '../../src/providers/todoist/index.ts'
import { openHttpWeather } from './http-weather.ts'
import { lazily } from './lazily.ts'
import { openReceiver } from './receiver.ts'
import { userOf } from './user.ts'
import type { Service, Wire } from './world.ts'

const SECRET = 'a client secret'
const APP = { client_id: 'contract', client_secret: SECRET }
const SCOPE = 'data:read_write,data:delete'
/** Longer than an access lasts. */
const LIFE_MS = 3_601_000
/** Ids, times, places in lists and counts: what every write may move. */
const VOLATILE = [
  'id',
  'added_at',
  'updated_at',
  'child_order',
  'order_key',
  'day_order',
  'completed_at',
  'completed_count',
  'postponed_count',
]

type Row = Record<string, unknown>

/** Todoist by its simulator, with these switches thrown. */
export function todoist(name: string, settings: Readonly<Record<string, unknown>> = {}): Service {
  return {
    name,
    declares: createTodoist(),
    wire: WIRE,
    async open(time) {
      const sim = await startTodoist({ port: 0, data: 'empty', seed: 1 })
      const asUser = simClient(sim.url, { ...AS_USER, authorization: 'Bearer user' })
      const admin = (path: string, body: unknown) => asUser.call('POST', `/__sim/${path}`, body)
      await admin('settings', { tasksPerProject: 5_000, rateLimit: false, ...settings })
      const weather = await openHttpWeather(sim.url)
      const usersDoor = await openHttpWeather(sim.url, AS_USER)
      const receivers = lazily(openReceiver, (opened) => opened.close())
      const account = { id: 'todo', baseUrl: weather.url, credentials: { token: 'token' } }
      const zone = 'America/New_York'
      const provider = createTodoist()
      const user = userOf({
        provider,
        account: { ...account, baseUrl: usersDoor.url },
        zone,
        person: null,
      })
      return {
        provider: createTodoist({ now: time.now }),
        account,
        weather,
        zone,
        person: null,
        user: {
          ...user,
          async decorate(id) {
            await asUser.call('POST', `/api/v1/tasks/${id}`, { deadline_date: '2030-01-01' })
          },
          async addList() {
            const { body } = await asUser.call<Row>('POST', '/api/v1/projects', { name: 'A list' })
            return String(body.id)
          },
          async repeat(id) {
            await asUser.call('POST', `/api/v1/tasks/${id}`, { due_string: 'every day' })
          },
          async comments(id) {
            const { body } = await asUser.call<{ results: { content: string }[] }>(
              'GET',
              `/api/v1/comments?task_id=${id}`,
            )
            return body.results.map(({ content }) => content)
          },
          async held(id) {
            const { body } = await asUser.call<{ items: Row[] }>('GET', '/__sim/state')
            const row = body.items.find((item) => item.id === id) ?? {}
            return Object.fromEntries(Object.entries(row).filter(([field]) => !VOLATILE.includes(field)))
          },
        },
        alter: weather.alter,
        access: {
          revoke: async () => void (await admin('keys', { keys: ['another'] })),
          restore: async () => void (await admin('keys', { keys: null })),
          swapAccount: null,
        },
        writes: 'together',
        hiddenForMs: Number(settings.fullSyncLagMs ?? 0),
        limit: async () => void (await admin('settings', { rateLimit: true })),
        advance: async (ms) => void (await admin('clock', { advanceMs: ms })),
        async lag(ms) {
          await admin('faults', ms === 0 ? [] : [{ match: '* /api/v1/*', do: `stale-read:${ms}` }])
        },
        forgetCursors: async () => void (await admin('settings', { forgetTokens: true })),
        deliveries: {
          secret: SECRET,
          async of(change, { twice = false } = {}) {
            const receiver = await receivers.get()
            await admin('webhooks', { url: receiver.url, secret: SECRET, events: ['*'] })
            await admin('faults', twice ? [{ match: 'item:*', do: 'webhook-twice' }] : [])
            const all = await receiver.collect(change, (arrived) => arrived.length >= (twice ? 2 : 1))
            await admin('faults', [])
            return all
          },
          uninteresting: { event_name: 'reminder:fired', user_id: '1', event_data: { id: '2' } },
        },
        renewable: {
          async signIn() {
            await admin('apps', { ...APP, redirect_uris: ['https://app.example/back'] })
            const query = new URLSearchParams({ client_id: APP.client_id, scope: SCOPE, state: 'x' })
            const page = `${sim.url}/oauth/authorize?${query}`
            const yes = await fetch(page, { headers: AS_USER, redirect: 'manual' })
            const code = new URL(yes.headers.get('location') ?? '').searchParams.get('code')
            const { body } = await asUser.call<Row>('POST', '/oauth/access_token', { ...APP, code })
            return {
              token: String(body.access_token),
              refreshToken: String(body.refresh_token),
              clientId: APP.client_id,
              clientSecret: APP.client_secret,
              expiresAt: new Date(time.now() + Number(body.expires_in) * 1_000).toISOString(),
            }
          },
          async expire() {
            time.advance(LIFE_MS)
            await admin('clock', { advanceMs: LIFE_MS })
          },
        },
        async close() {
          await Promise.all([weather.close(), usersDoor.close(), receivers.close(), sim.close()])
        },
      }
    },
  }
}

type Synced = {
  readonly items?: Row[]
  readonly results?: Row[]
  readonly id?: unknown
  readonly content?: unknown
}

const WIRE: Wire = {
  rows(body) {
    const { items, results, content } = Object(body) as Synced
    return items ?? results ?? (content === undefined ? [] : [Object(body)])
  },
  oddities: {
    'a priority of next year': (row) => {
      row.priority = 9
    },
    'no priority': (row) => {
      row.priority = null
    },
    'no labels': (row) => {
      row.labels = null
    },
    'no text': (row) => {
      row.content = null
      row.description = null
    },
    'a day that does not exist': (row) => {
      row.due = { date: '2027-02-30', is_recurring: false }
    },
    'words for a date': (row) => {
      row.due = { date: 'soon', is_recurring: false }
    },
    'a zone that is none': (row) => {
      row.due = { date: '2027-01-04T15:00:00Z', timezone: 'Moon/Tranquility', is_recurring: false }
    },
    'ids as numbers': (row) => {
      row.project_id = 7
      row.added_by_uid = 8
    },
    'no times': (row) => {
      row.added_at = null
      row.updated_at = null
    },
  },
  // A Sync answer with fewer tasks cannot be told from an account with fewer tasks.
  shortListings: {
    // A delta may leave out what did not change; an answer in full has everything.
    'an answer without its tasks': (body) =>
      Object(body).full_sync === true ? { ...Object(body), items: undefined } : undefined,
    'an answer without its token': (body) => ({ ...Object(body), sync_token: null }),
    'a row without an id': (body) => {
      const { items = [], ...rest } = body as Synced
      return items.length === 0
        ? undefined
        : { ...rest, items: items.map(({ id, ...row }, nth) => (nth === 0 ? row : { id, ...row })) }
    },
  },
}
