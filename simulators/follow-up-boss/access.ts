import type { SimClock } from '../kit/clock.ts'
import { header, type SimReply, type SimRequest } from '../kit/http-types.ts'
import type { KeyRing } from '../kit/keys.ts'
import { SlidingWindow } from '../kit/sliding-window.ts'
import { errorReply, fail } from './errors.ts'
import type { FubDeal, FubPerson, FubTask, FubUser } from './records.ts'
import type { FubSettings } from './settings.ts'
import type { FubStore } from './store.ts'
import { NO_LAG, type ReadLag } from './table.ts'

/** Answers a request that may not pass, and the headers that go on every authenticated answer. */
export interface Gate {
  admit(request: SimRequest): SimReply | undefined
  finish(request: SimRequest, reply: SimReply): SimReply
  /** Whose key the admitted request carries. */
  caller(request: SimRequest): FubUser
  /** How far back this request's reads look. */
  lag(request: SimRequest): ReadLag
  reset(): void
}

const OWNER_ID = 1
const WINDOW_MS = 10_000

/**
 * Keys (HTTP Basic, key as user name), the 10 s rate windows of reference §3, and the account headers. Any
 * working key is the owner's unless the key table names another user. User requests pass without a key as
 * the owner, or as the user in `x-sim-user`.
 */
export function createGate(
  store: () => FubStore,
  keys: KeyRing,
  settings: FubSettings,
  clock: SimClock,
): Gate {
  const callers = new WeakMap<SimRequest, { user: FubUser; headers: Record<string, string> }>()
  const windows = new Map<string, SlidingWindow>()

  function limit(request: SimRequest): { reply?: SimReply; headers: Record<string, string> } {
    const { context, most } = rateContext(request, settings.get('rateLimit'))
    if (most === 0) return { headers: {} }
    const window = windows.get(context) ?? new SlidingWindow(clock, WINDOW_MS)
    windows.set(context, window)
    const taken = window.take(most)
    const headers = {
      'x-ratelimit-limit': String(most),
      'x-ratelimit-remaining': String(taken.remaining),
      'x-ratelimit-window': '10',
      'x-ratelimit-context': context,
    }
    if (taken.ok) return { headers }
    const wait = String(Math.ceil(taken.retryAfterMs / 1000))
    const reply = errorReply(429, 'You have exceeded the rate limit.')
    return { reply: { ...reply, headers: { 'retry-after': wait } }, headers }
  }

  return {
    admit(request) {
      const user = identify(request, store(), keys)
      if (user === undefined) {
        return {
          ...errorReply(401, 'Authentication is required. The API key is missing or not valid.'),
          headers: { 'www-authenticate': 'Basic realm="Follow Up Boss API"' },
        }
      }
      const { reply, headers } = request.actor === 'user' ? { headers: {} } : limit(request)
      const account = { 'fub-account-id': String(store().book.account.id), 'fub-user-id': String(user.id) }
      callers.set(request, { user, headers: { ...account, ...headers } })
      if (reply !== undefined) return reply
      if (settings.get('lapsed') && request.actor === 'client' && request.path !== '/v1/identity') {
        return errorReply(403, 'This account has expired.')
      }
      return undefined
    },
    finish(request, reply) {
      const headers = callers.get(request)?.headers
      return headers === undefined ? reply : { ...reply, headers: { ...headers, ...reply.headers } }
    },
    caller: (request) => callers.get(request)?.user ?? fail(401, 'Authentication is required.'),
    lag: (request) =>
      request.actor === 'user'
        ? NO_LAG
        : { staleMs: request.staleMs, hideNewMs: settings.get('createVisibilityLagMs') },
    reset: () => windows.clear(),
  }
}

/** An Agent or Lender key sees only the people assigned to it (reference §2). */
export function seesPerson(user: FubUser, person: FubPerson | undefined): boolean {
  return user.role === 'Broker' || person?.assignedUserId === user.id
}

export function seesTask(user: FubUser, task: FubTask, store: FubStore): boolean {
  return user.role === 'Broker' || seesPerson(user, store.people.get(task.personId))
}

export function seesDeal(user: FubUser, deal: FubDeal): boolean {
  return user.role === 'Broker' || deal.userIds.includes(user.id)
}

/** True when the request names a registered system, which doubles the limit and opens `/webhooks`. */
export function systemOf(request: SimRequest): { name: string; key: string } | undefined {
  const name = header(request, 'x-system')
  const key = header(request, 'x-system-key')
  return name && key ? { name, key } : undefined
}

function identify(request: SimRequest, store: FubStore, keys: KeyRing): FubUser | undefined {
  if (request.actor === 'user') return store.user(Number(header(request, 'x-sim-user') ?? OWNER_ID))
  const [scheme, encoded] = (header(request, 'authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic' || encoded === undefined) return undefined
  const key = Buffer.from(encoded, 'base64').toString('utf8').split(':')[0] ?? ''
  const owner = keys.owner(key, OWNER_ID)
  return owner === undefined ? undefined : store.user(Number(owner))
}

function rateContext(request: SimRequest, setting: number): { context: string; most: number } {
  if (setting === 0) return { context: 'global', most: 0 }
  if (request.path.startsWith('/v1/notes')) return { context: 'notes', most: 10 }
  if (request.method === 'PUT' && request.path.startsWith('/v1/people'))
    return { context: 'people', most: 25 }
  return { context: 'global', most: setting > 0 ? setting : systemOf(request) === undefined ? 125 : 250 }
}
