import { header, type SimReply, type SimRequest } from '../kit/http-types.ts'
import type { KeyRing } from '../kit/keys.ts'
import type { SlidingWindow } from '../kit/sliding-window.ts'
import { insufficientScope, rateLimited, unauthorized } from './errors.ts'
import { mayRequest, type Scopes } from './oauth-scopes.ts'
import { refusalReply } from './replies.ts'
import type { Running, RunningAccount } from './running-account.ts'

const API = '/api/v1/'
const MAX_BODY_BYTES = 1024 * 1024
/** They prove themselves by the app's secret. */
const WITHOUT_BEARER = new Set([
  `${API}access_tokens`,
  `${API}access_tokens/migrate_personal_token`,
  `${API}revoke`,
])

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
  if (request.actor === 'user' || WITHOUT_BEARER.has(request.path)) return undefined
  const now = running()
  const token = bearerOf(request)
  const ofApp = now.oauth.find(token)
  if (ofApp === 'dead' || (ofApp === undefined && keys.owner(token, now.account.userId) === undefined))
    return refusalReply(unauthorized().body)
  if (!mayRequest(ofApp?.scopes, request)) return refusalReply(insufficientScope().body)
  if (request.path === `${API}sync`) return undefined
  try {
    takePlace(now, request, now.restRequests, now.account.settings.restRequestsPerWindow)
    return now.account.settings.requestIdDedupes ? now.answered.get(requestKey(request) ?? '') : undefined
  } catch (error) {
    return refusalReply(error)
  }
}

/** What a client's token may do; undefined = everything: a personal token, or the person at the page. */
export function scopesOf(now: RunningAccount, request: SimRequest): Scopes {
  const token = request.actor === 'user' ? undefined : now.oauth.find(bearerOf(request))
  return token === undefined || token === 'dead' ? undefined : token.scopes
}

/** Remembers the answer to a request that may come again with the same `X-Request-Id`. */
export function rememberAnswer(now: RunningAccount, request: SimRequest, reply: SimReply): void {
  const key = now.account.settings.requestIdDedupes ? requestKey(request) : undefined
  if (key !== undefined && reply.status < 300) now.answered.set(key, reply)
}

function requestKey({ method, path, headers }: SimRequest): string | undefined {
  const id = header({ headers }, 'x-request-id')
  return method === 'POST' && id !== undefined ? `${path} ${id}` : undefined
}

function bearerOf(request: SimRequest): string {
  return /^Bearer\s+(\S+)$/i.exec(header(request, 'authorization') ?? '')?.[1] ?? ''
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
  if (!place.ok) throw rateLimited(Math.ceil(place.retryAfterMs / 1000), now.account.settings.rateLimitTag)
}
