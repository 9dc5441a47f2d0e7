import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { RemoteWebhook, WebhookManagement, Webhooks } from '../contract.ts'
import { begin, call, type MemoryOptions, trouble } from './call.ts'
import type { MemoryEvent } from './service.ts'

export const SIGNATURE = 'x-memory-signature'
const EVENTS = ['tasks', 'people'] as const
const MOST_PER_EVENT = 2

const deliverySchema = z.object({
  delivery: z.string().min(1),
  event: z.string(),
  task: z.string().nullish(),
})

/** A change as it is delivered: body and headers. */
export function delivery(event: MemoryEvent, secret: string) {
  const body = JSON.stringify({
    delivery: `d${event.nth}`,
    event: `task:${event.event}`,
    task: event.task,
  })
  return { body, headers: { [SIGNATURE]: sign(body, secret) } }
}

export function webhooksOf(options: MemoryOptions): Webhooks {
  return {
    secretName: 'webhookSecret',
    events: EVENTS,
    verify(rawBody, headers, secret) {
      const given = headers[SIGNATURE]
      if (given === undefined || secret === '') return false
      const right = Buffer.from(sign(rawBody, secret))
      const bytes = Buffer.from(given)
      return bytes.length === right.length && timingSafeEqual(bytes, right)
    },
    toNudge(body) {
      const parsed = deliverySchema.safeParse(body)
      if (!parsed.success) throw trouble(options.kind, 'invalid')
      const { delivery, event, task } = parsed.data
      if (!event.startsWith('task:')) return null
      const ids = task == null ? [] : [task]
      return {
        deliveryId: delivery,
        account: null,
        about: 'tasks' as const,
        ids,
        made: event === 'task:created',
        deleted: event === 'task:deleted',
      }
    },
    management: options.flavour === 'bare' ? managementOf(options) : null,
  }
}

function managementOf(options: MemoryOptions): WebhookManagement {
  const { webhooks } = options.service
  const asked = <T>(connection: Parameters<WebhookManagement['list']>[0], work: () => T) =>
    call(options, 'webhooks', connection, () => ({ result: work() })).then(({ result }) => result)
  const requireAddress = (url: string): void => {
    if (!url.startsWith('https://')) throw trouble(options.kind, 'invalid')
  }
  return {
    most: MOST_PER_EVENT,
    requireAddress,
    list: (connection) => asked(connection, () => [...webhooks.values()]),
    async register(connection, { event, url }) {
      requireAddress(url)
      const { lost } = await begin(options, 'webhooks', connection)
      const made: RemoteWebhook = { remoteId: options.service.newId(), event, url, active: true }
      webhooks.set(made.remoteId, made)
      if (lost) throw trouble(options.kind, 'ambiguous-write')
      return made
    },
    async repair(connection, remoteId, url) {
      const known = await asked(connection, () => {
        const hook = webhooks.get(remoteId)
        if (hook !== undefined) webhooks.set(remoteId, { ...hook, url, active: true })
        return hook
      })
      if (known === undefined) throw trouble(options.kind, 'gone')
    },
    async remove(connection, remoteId) {
      await asked(connection, () => webhooks.delete(remoteId))
    },
  }
}

function sign(body: Uint8Array | string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}
