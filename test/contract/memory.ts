import { randomUUID } from 'node:crypto'
import type { Deal } from '../../src/core/deal.ts'
import type { FieldValues } from '../../src/core/task.ts'
import { held } from '../../src/providers/memory/keep.ts'
import { createMemory, type Flavour, MEMORY_USER } from '../../src/providers/memory/provider.ts'
import { type Fault, MemoryService } from '../../src/providers/memory/service.ts'
import { delivery } from '../../src/providers/memory/webhook.ts'
import { Forecast, type Trouble } from './weather.ts'
import type { DealDesk, Delivery, Service, User } from './world.ts'

const SECRET = 'a secret of the service'
const LIFE_MS = 3_600_000
const PAGE_SIZE = 100

/** The reference implementation: a service in the same process, with weather in front of its calls. */
export function memory(flavour: Flavour): Service {
  const declares = createMemory({
    kind: flavour,
    flavour,
    service: new MemoryService({ name: 'x', now: () => new Date().toISOString() }),
  })
  return {
    name: `in memory, ${flavour}`,
    declares,
    wire: 'in-process',
    async open(time) {
      const weather = new Forecast()
      let lagMs = 0
      let arrived: Delivery[] | null = null
      let twice = false
      const given = {
        name: flavour,
        now: () => new Date(time.now()).toISOString(),
        announce: (event: Parameters<typeof delivery>[0]) => {
          const { body, headers } = delivery(event, SECRET)
          for (const _once of twice ? [1, 2] : [1]) arrived?.push({ rawBody: Buffer.from(body), headers })
        },
      }
      const service = new MemoryService({
        ...given,
        fault: () => faultOf(weather.next()),
        lagMs: () => lagMs,
      })
      const provider = createMemory({ kind: flavour, flavour, service, pageSize: PAGE_SIZE, now: time.now })
      service.keys = new Set(['key'])
      const account = { id: flavour, baseUrl: 'memory:', credentials: { key: 'key' } }
      const person = flavour === 'bare' ? 'p1' : null
      return {
        provider,
        account,
        zone: 'UTC',
        person,
        weather,
        user: {
          ...userAt(service, flavour, person),
          addList: async () => service.container(randomUUID()),
          decorate: async (id) => service.decorate(id, { colour: 'red' }),
          comments: async (id) => Object.values(service.get(id)?.comments ?? {}),
          async held(id) {
            const { task, own, person: whose, marker, block, flags } = service.get(id) ?? {}
            return { ...task, own, whose, marker, block, flags }
          },
        },
        access: {
          revoke: async () => {
            service.keys = new Set()
          },
          restore: async () => {
            service.keys = new Set(['key'])
          },
          swapAccount: null,
        },
        writes: 'together',
        limit: async () => {},
        advance: async () => {},
        lag: async (ms) => {
          lagMs = ms
        },
        forgetCursors: async () => {
          service.forgottenBefore = service.changes + 1
        },
        deals: dealsAt(service),
        deliveries: {
          secret: SECRET,
          async of(change, options = {}) {
            twice = options.twice === true
            arrived = []
            await change()
            const all = arrived
            arrived = null
            return all
          },
          uninteresting: { delivery: 'x', event: 'weather:changed' },
          registration: {
            url: 'https://example.com/webhook/one',
            otherUrl: 'https://example.com/webhook/two',
            async switchOff(remoteId) {
              const hook = service.webhooks.get(remoteId)
              if (hook !== undefined) service.webhooks.set(remoteId, { ...hook, active: false })
            },
          },
        },
        renewable: {
          signIn: async () => ({ key: 'key', renewWith: 'first', endsAt: String(time.now() + LIFE_MS) }),
          expire: async () => time.advance(LIFE_MS),
        },
        close: async () => {},
      }
    },
  }
}

function userAt(
  service: MemoryService,
  flavour: Flavour,
  person: string | null,
): Omit<User, 'decorate' | 'held'> {
  const add = async (fields: FieldValues) =>
    service.create({
      fields: held(flavour, { title: 'A task', ...fields }),
      person,
      container: null,
      marker: null,
      madeBy: MEMORY_USER,
    })
  return {
    add,
    addMany: (count) => Promise.all(Array.from({ length: count }, (_, nth) => add({ title: `Task ${nth}` }))),
    async edit(id, fields) {
      service.edit(id, held(flavour, fields))
    },
    async remove(id) {
      service.delete(id)
    },
    tasks: async () => service.alive().map(({ id, task }) => ({ id, title: task.title })),
  }
}

function dealsAt(service: MemoryService): DealDesk {
  const stages = ['offer', 'closed'] as const
  service.stages = stages.map((id, place) => ({
    id,
    name: id,
    pipeline: 'buyers',
    pipelineName: 'Buyers',
    place,
    closed: id === 'closed',
  }))
  const put = (deal: Deal) => service.deals.set(deal.id, deal)
  return {
    stages,
    async add({ name, stage, people }) {
      const id = service.newId()
      const blank = { price: null, closesOn: null, enteredStageAt: null, values: {} }
      const whose = people.map((person) => ({ id: person, name: person }))
      put({ ...blank, id, name, status: 'active', pipeline: 'buyers', stage, people: whose })
      return id
    },
    async edit(id, change) {
      const before = service.deals.get(id)
      if (before !== undefined) put({ ...before, ...change })
    },
  }
}

/** Between two parts of one process there is no half of an answer. */
function faultOf(trouble: Trouble | null): Fault {
  if (trouble === null) return null
  if (typeof trouble === 'object' && trouble.afterwards === true) return 'reply-lost'
  if (typeof trouble === 'object')
    return trouble.status === 429 ? 'rate-limited' : trouble.status === 401 ? 'auth' : 'refused'
  return trouble === 'refused' || trouble === 'portal' ? 'refused' : 'reply-lost'
}
