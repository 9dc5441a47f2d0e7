import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { NudgeTopic, WebhookHeaders, Webhooks } from '../contract.ts'
import { invalid } from './errors.ts'
import { deliverySchema } from './wire.ts'

const SIGNATURE = 'x-todoist-hmac-sha256'
/** Events by what their names begin with; comments go by `note` there (reference §15). */
const TOPICS = new Map<string, NudgeTopic>([
  ['item', 'tasks'],
  ['project', 'other'],
  ['section', 'other'],
  ['note', 'comments'],
])
/** What the console of an app is to deliver: all that becomes a nudge. */
const EVENTS: readonly string[] = [
  ...['added', 'updated', 'deleted', 'completed', 'uncompleted'].map((what) => `item:${what}`),
  ...['section', 'project'].flatMap((object) =>
    ['added', 'updated', 'deleted', 'archived', 'unarchived'].map((what) => `${object}:${what}`),
  ),
  ...['added', 'updated', 'deleted'].map((what) => `note:${what}`),
]
const DELIVERY_ID = 'x-todoist-delivery-id'

/**
 * Deliveries of Todoist. `account` is the id of the user whom the event is for. The payload may be partial, late,
 * repeated and out of order, so only ids are taken from it; an event of a project or section means "look again",
 * because the tasks in it need not have events of their own. One of a comment says so, and not of which task.
 */
export const webhooks: Webhooks = {
  secretName: 'webhookSecret',
  events: EVENTS,
  verify(rawBody, headers, secret) {
    const given = header(headers, SIGNATURE)
    if (given === undefined || secret === '') return false
    const expected = createHmac('sha256', secret).update(rawBody).digest()
    const signature = Buffer.from(given.trim(), 'base64')
    return signature.length === expected.length && timingSafeEqual(signature, expected)
  },

  toNudge(body, headers) {
    const delivery = deliverySchema.safeParse(body)
    if (!delivery.success) throw malformed()
    const { event_name: event, user_id: account, event_data: data } = delivery.data
    const [object] = event.split(':')
    const about = TOPICS.get(object ?? '')
    if (about === undefined) return null
    if (object === 'item' && !data?.id) throw malformed()
    return {
      deliveryId: header(headers, DELIVERY_ID) ?? hash(body),
      account,
      about,
      ids: object === 'item' && data?.id ? [data.id] : [],
      made: event === 'item:added',
      deleted: event === 'item:deleted',
    }
  },

  // Todoist takes webhooks only in its own console, not with a user's token.
  management: null,
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  return headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
}

function hash(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex')
}

function malformed() {
  return invalid(
    'The webhook body is not a Todoist event.',
    'Check which service this URL was registered with.',
  )
}
