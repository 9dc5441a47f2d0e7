import { header, type SimReply, type SimRequest } from '../kit/http-types.ts'
import type { KeyRing } from '../kit/keys.ts'
import type { SlidingWindow } from '../kit/sliding-window.ts'
import { rateLimited, unauthorized } from './errors.ts'
import { refusalReply } from './replies.ts'
import type { Running, RunningAccount } from './running-account.ts'

const API = '/api/v1/'
const MAX_BODY_BYTES = 1024 * 1024

/** Asked before every route: retired paths, size, key, and the limit on REST requests (sync counts its own). */
export function admit(running: Running, keys: KeyRing, request: SimRequest): SimReply | undefined {
  if (/^\/(rest\/v[12]|sync\/v[89])(\/|$)/.test(request.path))
    return { status: 410, body: 'This endpoint is deprecated.\nPlease use the API v1 instead.' }
  if (!request.path.startsWith(API)) return undefined
  if (request.rawBody.length > MAX_BODY_BYTES)
    return {
      status: 413,
      headers: { 'content-type': 'text/html' },
      body: '<h1>413 Request Entity Too Large</h1>',
    }
  if (request.actor === 'user') return undefined
  const bearer = /^Bearer\s+(\S+)$/i.exec(header(request, 'authorization') ?? '')
  const now = running()
  if (keys.owner(bearer?.[1] ?? '', now.account.userId) === undefined)
    return refusalReply(unauthorized().body)
  if (request.path === `${API}sync`) return undefined
  try {
    takePlace(now, request, now.restRequests, now.account.settings.restRequestsPerWindow)
    return undefined
  } catch (error) {
    return refusalReply(error)
  }
}

/** Counts a client's request against a limit; throws 429 when it is used up. */
export function takePlace(
  now: RunningAccount,
  request: SimRequest,
  window: SlidingWindow,
  limit: number,
): void {
  if (request.actor === 'user' || !now.account.settings.rateLimit) return
  const place = window.take(limit)
  if (!place.ok) throw rateLimited(Math.ceil(place.retryAfterMs / 1000))
}
