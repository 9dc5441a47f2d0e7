import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Nudge, WebhookHeaders, Webhooks } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { PROVIDER } from './errors.ts'
import { deliverySchema } from './wire.ts'

const SIGNATURE = 'fub-signature'

/**
 * Deliveries of Follow Up Boss. `secret` is the key of the registered system. There is no time in the signature:
 * who takes deliveries in drops those whose `deliveryId` is known.
 */
export const WEBHOOKS: Omit<Webhooks, 'management'> = { secretName: 'systemKey', verify, toNudge }

/** The signature is over the base64 text of the body, not over the body; one sender puts `sha256=` before it. */
function verify(rawBody: Uint8Array, headers: WebhookHeaders, secret: string): boolean {
  const given = header(headers, SIGNATURE)?.replace(/^sha256=/, '')
  if (secret === '' || given === undefined) return false
  const text = Buffer.from(rawBody).toString('base64')
  const right = Buffer.from(createHmac('sha256', secret).update(text).digest('hex'))
  const bytes = Buffer.from(given)
  return bytes.length === right.length && timingSafeEqual(bytes, right)
}

function toNudge(body: unknown): Nudge | null {
  const parsed = deliverySchema.safeParse(body)
  if (!parsed.success)
    throw new ProviderError({
      kind: 'invalid',
      provider: PROVIDER,
      message: 'The body is no event of Follow Up Boss',
      hint: 'Only Follow Up Boss should know the address of this webhook',
    })
  const { eventId, event, resourceIds } = parsed.data
  const nudge = {
    deliveryId: eventId,
    account: null,
    about: 'other' as const,
    ids: [],
    made: false,
    deleted: false,
  }
  if (/^tasks[A-Z]/.test(event))
    return {
      ...nudge,
      about: 'tasks',
      ids: resourceIds,
      made: event === 'tasksCreated',
      deleted: event === 'tasksDeleted',
    }
  return /^(people|deals|pipeline)[A-Z]/.test(event) ? nudge : null
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  const key = Object.keys(headers).find((one) => one.toLowerCase() === name)
  return key === undefined ? undefined : headers[key]
}
