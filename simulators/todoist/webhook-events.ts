import { createHmac, randomUUID } from 'node:crypto'
import type { WebhookEvent } from '../kit/webhooks.ts'
import type { Account, AccountEvent } from './state.ts'
import type { Item } from './state-objects.ts'

/** Signature of a delivery: base64 of HMAC-SHA256 over the raw body, keyed with the app's client secret. */
export function signDelivery(rawBody: Buffer, secret: string): Record<string, string> {
  return { 'X-Todoist-Hmac-SHA256': createHmac('sha256', secret).update(rawBody).digest('base64') }
}

/** What is posted for an event (reference §15). The delivery id stays the same when it is tried again. */
export function webhookOf(account: Account, event: AccountEvent): WebhookEvent {
  const { id, full_name, email } = account.user
  const body = {
    event_name: event.name,
    user_id: id,
    version: account.settings.webhookVersion,
    triggered_at: account.stamp(),
    initiator: { id, full_name, email, image_id: null, is_premium: true },
    event_data: eventData(account, event),
    ...(event.intent === undefined || event.old === undefined
      ? {}
      : { event_data_extra: { update_intent: event.intent, old_item: shownItem(account, event.old) } }),
  }
  return {
    event: event.name,
    body: JSON.stringify(body),
    headers: { 'User-Agent': 'Todoist-Webhooks', 'X-Todoist-Delivery-ID': randomUUID() },
  }
}

/** Not the full objects: the documented samples lack keys, and so do these. */
function eventData(account: Account, event: AccountEvent): Record<string, unknown> {
  const kind = event.name.split(':')[0]
  if (kind === 'item') return shownItem(account, event.object as Item)
  if (kind === 'section') return without(event.object, ['description', 'order_key'])
  if (kind === 'note' && 'item_id' in event.object && event.object.item_id !== undefined) {
    const item = account.items.get(event.object.item_id)
    return { ...event.object, ...(item === undefined ? {} : { item: shownItem(account, item) }) }
  }
  return { ...event.object }
}

function shownItem(account: Account, item: Item): Record<string, unknown> {
  if (account.settings.webhookTasks === 'partial') return partialItem(item)
  return { ...item, url: `https://app.todoist.com/app/task/${item.id}` }
}

function partialItem(item: Item): Record<string, unknown> {
  const partial = without(item, [
    'updated_at',
    'duration',
    'day_order',
    'order_key',
    'is_collapsed',
    'completed_by_uid',
    'note_count',
    'completed_count',
    'postponed_count',
  ])
  return { ...partial, collapsed: item.is_collapsed, url: `https://app.todoist.com/app/task/${item.id}` }
}

function without(value: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))
}
