import { jsonBody, type SimReply, type SimRequest } from '../kit/http-types.ts'
import type { WebhookSender } from '../kit/webhooks.ts'
import type { Gate } from './access.ts'
import { fail, notFound } from './errors.ts'
import type { FubSettings } from './settings.ts'
import type { FubStore } from './store.ts'
import type { FubEvent } from './webhook-format.ts'

/** What every group of routes works with. `store()` is asked anew for each request: a reset replaces it. */
export interface Desk {
  store: () => FubStore
  gate: Gate
  settings: FubSettings
  webhooks: WebhookSender
  /** The events of late, by id. */
  events: Map<string, FubEvent>
}

/** The JSON object in the body, or 400. */
export function bodyObject(request: SimRequest): Record<string, unknown> {
  const body = jsonBody(request)
  if (!body.ok || typeof body.value !== 'object' || body.value === null || Array.isArray(body.value)) {
    return fail(400, 'The request body is not a JSON object.')
  }
  return body.value as Record<string, unknown>
}

/** The id in the path, or 404. */
export function idParam(request: SimRequest): number {
  const id = Number(request.params.id)
  return Number.isInteger(id) ? id : notFound()
}

/** The answer of a DELETE that did its work (U10). */
export function deleted(settings: FubSettings): SimReply {
  const how = settings.get('deleteAnswer')
  if (how === 'no-content') return { status: 204 }
  return how === 'empty' ? { status: 200 } : { status: 200, body: {} }
}
