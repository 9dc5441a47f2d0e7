import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import { createFollowUpBoss } from '../../src/providers/follow-up-boss/index.ts'
import { openHttpWeather } from './http-weather.ts'
import { type Lazy, lazily } from './lazily.ts'
import { openReceiver, type Receiver } from './receiver.ts'
import { userOf } from './user.ts'
import type { DealDesk, Deliveries, Service, Wire } from './world.ts'

const PERSON = 5001
const KEYS = { apiKey: 'key', systemName: 'Contract', systemKey: 'a system key' }
/** Ids, times, and who changed it last: what every write moves. */
const VOLATILE = ['id', 'created', 'updated', 'completed', 'updatedById', 'updatedBy']
const AT_ONCE = 20

type Row = Record<string, unknown> & { readonly id: number }

/** Follow Up Boss by its simulator, with these switches thrown. */
export function followUpBoss(name: string, settings: Readonly<Record<string, unknown>> = {}): Service {
  return {
    name,
    declares: createFollowUpBoss(),
    wire: WIRE,
    async open() {
      const sim = await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 })
      const asUser = simClient(sim.url, {
        ...AS_USER,
        'x-system': 'Contract',
        'x-system-key': 'a system key',
      })
      const admin = (path: string, body: unknown) => asUser.call('POST', `/__sim/${path}`, body)
      await admin('settings', { rateLimit: 0, ...settings })
      const weather = await openHttpWeather(sim.url)
      const usersDoor = await openHttpWeather(sim.url, AS_USER)
      const receiver = lazily(openReceiver, (opened) => opened.close())
      const account = { id: 'crm', baseUrl: `${weather.url}/v1`, credentials: KEYS }
      const zone = 'America/New_York'
      const person = String(PERSON)
      const user = userOf({
        provider: createFollowUpBoss(),
        account: { ...account, baseUrl: `${usersDoor.url}/v1` },
        zone,
        person,
      })
      const refused = settings.putDue === 'reject' || settings.putDue === 'ignore'
      return {
        provider: createFollowUpBoss(),
        account,
        weather,
        zone,
        person,
        user: {
          ...user,
          async addMany(count) {
            const ids: string[] = []
            const add = async (nth: number) => {
              const task = { personId: PERSON, assignedUserId: 1, name: `Task ${nth}` }
              ids[nth] = String((await asUser.call<Row>('POST', '/v1/tasks', task)).body.id)
            }
            for (let at = 0; at < count; at += AT_ONCE)
              await Promise.all(
                Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, nth) => add(at + nth)),
              )
            return ids
          },
          async decorate(id) {
            await asUser.call('PUT', `/v1/tasks/${id}`, { remindSecondsBefore: 900 })
          },
          async held(id) {
            const { body } = await asUser.call<{ tasks: Row[] }>('GET', '/__sim/state')
            const row = body.tasks.find((task) => String(task.id) === id) ?? {}
            return Object.fromEntries(Object.entries(row).filter(([field]) => !VOLATILE.includes(field)))
          },
        },
        alter: weather.alter,
        access: {
          revoke: async () => void (await admin('keys', { keys: ['another'] })),
          restore: async () => void (await admin('keys', { keys: null })),
          async swapAccount() {
            weather.answerWith({ 'fub-account-id': '1' })
            weather.alter((body) => ({
              ...Object(body),
              ...(Object(body).account ? { account: { id: 1 } } : {}),
            }))
          },
        },
        writes: 'one-by-one',
        hiddenForMs: Number(settings.createVisibilityLagMs ?? 0),
        ...(refused ? { refusesChangeOf: ['due'] as const } : {}),
        limit: async () => void (await admin('settings', { rateLimit: -1 })),
        advance: async (ms) => void (await admin('clock', { advanceMs: ms })),
        async lag(ms) {
          await admin('faults', ms === 0 ? [] : [{ match: 'GET *', do: `stale-read:${ms}` }])
        },
        deals: dealsAt(asUser),
        deliveries: deliveriesOf(receiver, admin, asUser),
        async close() {
          await Promise.all([weather.close(), usersDoor.close(), receiver.close(), sim.close()])
        },
      }
    },
  }
}

const STATUS = { active: 'Active', archived: 'Archived', deleted: 'Deleted' } as const

/** Stages 11 and 23 of the simulator's book are of two pipelines. */
function dealsAt(asUser: ReturnType<typeof simClient>): DealDesk {
  return {
    stages: ['11', '23'],
    async add({ name, stage, people }) {
      const deal = { name, stageId: Number(stage), peopleIds: people.map(Number), userIds: [1] }
      return String((await asUser.call<Row>('POST', '/v1/deals', deal)).body.id)
    },
    async edit(id, { name, stage, status }) {
      await asUser.call('PUT', `/v1/deals/${id}`, {
        ...(name === undefined ? {} : { name }),
        ...(stage === undefined ? {} : { stageId: Number(stage) }),
        ...(status === undefined ? {} : { status: STATUS[status] }),
      })
    },
  }
}

type Admin = (path: string, body: unknown) => Promise<unknown>

function deliveriesOf(
  receivers: Lazy<Receiver>,
  admin: Admin,
  asUser: ReturnType<typeof simClient>,
): Deliveries {
  return {
    secret: KEYS.systemKey,
    async of(change, { twice = false } = {}) {
      const receiver = await receivers.get()
      await admin('webhooks', { url: receiver.url, secret: KEYS.systemKey, events: ['*'] })
      await admin('faults', twice ? [{ match: 'tasks*', do: 'webhook-twice' }] : [])
      const all = await receiver.collect(change, (arrived) => arrived.length >= (twice ? 2 : 1))
      await admin('faults', [])
      return all
    },
    uninteresting: { eventId: 'x', event: 'notesCreated', resourceIds: [1], uri: null },
    registration: {
      url: 'https://example.com/webhook/follow-up-boss',
      otherUrl: 'https://example.com/webhook/fub',
      async switchOff(remoteId) {
        await asUser.call('PUT', `/v1/webhooks/${remoteId}`, { status: 'Disabled' })
      },
    },
  }
}

type Listing = { readonly tasks: Row[]; readonly _metadata: Record<string, unknown> }
const last = ({ _metadata }: Listing) => ({ ..._metadata, next: null, nextLink: null })

export const WIRE: Wire = {
  rows(body) {
    const { tasks, id } = Object(body) as Partial<Listing> & { id?: unknown }
    return tasks ?? (typeof id === 'number' ? [Object(body)] : [])
  },
  oddities: {
    'a type of next year': (row) => {
      row.type = 'Hologram'
    },
    'no type': (row) => {
      row.type = null
    },
    'no name': (row) => {
      row.name = null
    },
    'a state between open and done': (row) => {
      row.isCompleted = 2
    },
    'a day that does not exist': (row) => {
      row.dueDate = '2027-02-30'
      row.dueDateTime = null
    },
    'words for a date': (row) => {
      row.dueDate = 'soon'
    },
    'nobody to do it': (row) => {
      row.assignedUserId = null
    },
    'no times': (row) => {
      row.created = null
      row.updated = null
    },
    'ids as text': (row) => {
      row.id = String(row.id)
      row.personId = String(row.personId)
    },
  },
  shortListings: {
    'an empty page in the middle': less((listing) => ({ ...listing, tasks: [] })),
    'an empty page at the end': less((listing) => ({ _metadata: last(listing), tasks: [] })),
    'half a page that says it is the last': less((listing) => ({
      _metadata: last(listing),
      tasks: listing.tasks.slice(0, Math.floor(listing.tasks.length / 2)),
    })),
    'a row without an id': less(({ tasks, ...rest }) => ({
      ...rest,
      tasks: tasks.map(({ id, ...row }, nth) => (nth === 0 ? row : { id, ...row })),
    })),
  },
}

/** There is nothing less than no rows. */
function less(change: (listing: Listing) => unknown): (body: unknown) => unknown {
  return (body) => ((body as Listing).tasks.length === 0 ? undefined : change(body as Listing))
}
