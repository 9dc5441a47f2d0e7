import { jsonBody, type SimRequest } from '../kit/http-types.ts'
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

/** 400 for body fields outside `known` (reference §4). */
export function refuseUnknown(body: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(body).filter((name) => !known.includes(name))
  if (unknown.length > 0) fail(400, `Invalid fields in the request body: ${unknown.join(', ')}.`)
}

/** The id in the path, or 404. */
export function idParam(request: SimRequest): number {
  const id = Number(request.params.id)
  return Number.isInteger(id) ? id : notFound()
}
