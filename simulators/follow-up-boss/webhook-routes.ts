import type { Route, SimRequest } from '../kit/http-types.ts'
import type { Subscription } from '../kit/webhooks.ts'
import { systemOf } from './access.ts'
import { readBody } from './body.ts'
import { type Desk, idParam } from './desk.ts'
import { fail, notFound } from './errors.ts'
import { listReply } from './list.ts'
import { fixedRows } from './table.ts'
import { EVENT_NAMES, storedEvent } from './webhook-format.ts'

const MOST_PER_EVENT = 2
const FIRST_ID = 31
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** A webhook made through the API. */
export interface Registered {
  id: number
  system: string
  event: string
  /** Grows with each change of any webhook; absent = never changed. */
  updated?: number | undefined
  subscription: Subscription & { active: boolean; url: string; events: string[] }
}

/** The webhooks as they are kept over a restart. */
export interface HooksContent {
  nextId: number
  registered: readonly Registered[]
}

export interface WebhookRoutes {
  routes: Route[]
  reset(): void
  list(): object[]
  content(): HooksContent
  /** Registers again what `content` gave. */
  restore(content: HooksContent): void
  /** Moves with each change of a webhook. */
  changes(): number
}

/** `/v1/webhooks` and `/v1/webhookEvents/{id}` (reference §13.1). */
export function webhookRoutes(desk: Desk): WebhookRoutes {
  const { gate, settings, webhooks, events } = desk
  const registered = new Map<number, Registered>()
  let nextId = FIRST_ID
  let changes = 0

  function system(request: SimRequest): { name: string; key: string } {
    if (!gate.caller(request).isOwner) fail(403, 'Only the account owner can manage webhooks.')
    return systemOf(request, settings) ?? fail(400, 'Missing required field in the request: system.')
  }

  function own(request: SimRequest): Registered {
    const { name } = system(request)
    const found = registered.get(idParam(request))
    return found?.system === name ? found : notFound()
  }

  function check(name: string, event: unknown, url: unknown, self?: number): { event: string; url: string } {
    if (typeof event !== 'string' || !EVENT_NAMES.includes(event))
      return fail(400, 'Invalid value for event.')
    if (typeof url !== 'string' || !URL.canParse(url) || !url.startsWith('https://')) {
      return fail(400, 'Invalid value for url: it must start with https://.')
    }
    const same = [...registered.values()].filter(
      (hook) => hook.system === name && hook.event === event && hook.id !== self,
    )
    if (same.length >= MOST_PER_EVENT)
      return fail(400, `Only ${MOST_PER_EVENT} webhooks are allowed for the event ${event}.`)
    return { event, url }
  }

  function connect(hook: Registered): void {
    // Only receivers on this machine are ever called.
    if (LOOPBACK.has(new URL(hook.subscription.url).hostname))
      webhooks.register(`api-${hook.id}`, hook.subscription)
  }

  const routes: Route[] = [
    {
      method: 'GET',
      path: '/v1/webhooks',
      handle: (request) => {
        const { name } = system(request)
        const { query } = request
        return listReply(request, settings, {
          collection: 'webhooks',
          rows: fixedRows([...registered.values()]),
          keep: (hook) =>
            hook.system === name &&
            (query.get('event') ?? hook.event) === hook.event &&
            (query.get('status') ?? answer(hook).status) === answer(hook).status,
          answer,
          sortable: {
            created: (hook) => hook.id,
            updated: (hook) => hook.updated ?? hook.id,
            status: (hook) => answer(hook).status,
            event: (hook) => hook.event,
          },
        })
      },
    },
    {
      method: 'POST',
      path: '/v1/webhooks',
      handle: (request) => {
        const { name, key } = system(request)
        const body = readBody(request, { event: 'string', url: 'string' }, ['event', 'url'])
        const { event, url } = check(name, body.event, body.url)
        const hook = {
          id: nextId,
          system: name,
          event,
          subscription: { url, secret: key, events: [event], active: true },
        }
        nextId += 1
        changes += 1
        registered.set(hook.id, hook)
        connect(hook)
        return { status: 201, body: answer(hook) }
      },
    },
    {
      method: 'GET',
      path: '/v1/webhooks/{id}',
      handle: (request) => ({ status: 200, body: answer(own(request)) }),
    },
    {
      method: 'PUT',
      path: '/v1/webhooks/{id}',
      handle: (request) => {
        const hook = own(request)
        const body = readBody(request, { event: 'string', url: 'string', status: 'string' })
        const status = body.status ?? answer(hook).status
        if (status !== 'Active' && status !== 'Disabled') fail(400, 'Invalid value for status.')
        const to = check(hook.system, body.event ?? hook.event, body.url ?? hook.subscription.url, hook.id)
        hook.event = to.event
        hook.updated = nextId + changes
        Object.assign(hook.subscription, { url: to.url, events: [to.event], active: status === 'Active' })
        webhooks.remove(`api-${hook.id}`)
        connect(hook)
        changes += 1
        return { status: 200, body: answer(hook) }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/webhooks/{id}',
      handle: (request) => {
        const hook = own(request)
        changes += 1
        registered.delete(hook.id)
        webhooks.remove(`api-${hook.id}`)
        return { status: 200 }
      },
    },
    {
      method: 'GET',
      path: '/v1/webhookEvents/{id}',
      handle: (request) => {
        system(request)
        return { status: 200, body: storedEvent(events.get(request.params.id ?? '') ?? notFound()) }
      },
    },
  ]
  return {
    routes,
    reset: () => {
      registered.clear()
      nextId = FIRST_ID
      changes += 1
    },
    content: () => ({ nextId, registered: [...registered.values()] }),
    restore: (content) => {
      nextId = content.nextId
      for (const hook of content.registered) {
        registered.set(hook.id, hook)
        connect(hook)
      }
    },
    changes: () => changes,
    list: () => [...registered.values()].map((hook) => ({ ...answer(hook), system: hook.system })),
  }
}

function answer({ id, event, subscription }: Registered) {
  return { id, status: subscription.active ? 'Active' : 'Disabled', event, url: subscription.url }
}
