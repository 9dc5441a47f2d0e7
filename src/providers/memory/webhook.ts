import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { RemoteWebhook, WebhookManagement, Webhooks } from '../contract.ts'
import { call, type MemoryOptions, trouble } from './call.ts'
import type { MemoryEvent } from './service.ts'

export const SIGNATURE = 'x-memory-signature'
const EVENTS = ['tasks', 'people'] as const

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

/** One webhook for each of two events. */
function managementOf(options: MemoryOptions): WebhookManagement {
  const { webhooks } = options.service
  const list = () => [...webhooks.values()]
  return {
    list: async (connection) => (await call(options, 'webhooks', connection, () => ({ all: list() }))).all,
    async register(connection, url) {
      const wanted = () => {
        for (const event of EVENTS) {
          const known = list().find((one) => one.event === event)
          const remoteId = known?.remoteId ?? options.service.newId()
          const hook: RemoteWebhook = { remoteId, event, url, active: true }
          webhooks.set(remoteId, hook)
        }
        return { all: list() }
      }
      return (await call(options, 'webhooks', connection, wanted)).all
    },
    async remove(connection, remoteId) {
      await call(options, 'webhooks', connection, () => ({ known: webhooks.delete(remoteId) }))
    },
  }
}

function sign(body: Uint8Array | string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}
