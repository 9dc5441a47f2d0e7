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
  /** The budget that the request belongs to, by context: how many in 10 s, how many of them used. */
  usage(request: SimRequest): { context: string; limit: number; used: number }[]
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
  /** Requests of clients, for `shedEvery`. */
  let seen = 0

  function windowOf(request: SimRequest, context: string): SlidingWindow {
    const name = `${budget(request, settings)} ${context}`
    const window = windows.get(name) ?? new SlidingWindow(clock, WINDOW_MS)
    windows.set(name, window)
    return window
  }

  function limit(request: SimRequest): { reply?: SimReply; headers: Record<string, string> } {
    const context = rateContext(request)
    const most = rateLimits(request, settings)[context]
    if (most === 0) return { headers: {} }
    const taken = windowOf(request, context).take(most)
    const headers = {
      'x-ratelimit-limit': String(most),
      'x-ratelimit-remaining': String(taken.remaining),
      'x-ratelimit-window': '10',
      'x-ratelimit-context': context,
    }
    const every = settings.get('shedEvery')
    seen += 1
    if (taken.ok && (every === 0 || seen % every !== 0)) return { headers }
    const wait = taken.ok ? '1' : String(Math.ceil(taken.retryAfterMs / 1000))
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
    lag: (request) => {
      if (request.actor === 'user') return NO_LAG
      const where = settings.get('createVisibilityLagOn')
      const lags = where === 'all' || where === (request.params.id === undefined ? 'lists' : 'single')
      return { staleMs: request.staleMs, hideNewMs: lags ? settings.get('createVisibilityLagMs') : 0 }
    },
    usage: (request) =>
      Object.entries(rateLimits(request, settings)).map(([context, most]) => ({
        context,
        limit: most,
        used: windowOf(request, context).used(),
      })),
    reset: () => {
      windows.clear()
      seen = 0
    },
  }
}

/** An Agent or Lender key sees only the people assigned to it (reference §2). */
export function seesPerson(user: FubUser, person: FubPerson | undefined): boolean {
  return user.role === 'Broker' || person?.assignedUserId === user.id
}

/** Its person decides; without one (reference §6.1) the assignee and brokers see it, which is a guess. */
export function seesTask(user: FubUser, task: FubTask, store: FubStore): boolean {
  if (user.role === 'Broker') return true
  if (task.personId === 0) return task.assignedUserId === user.id
  return seesPerson(user, store.people.get(task.personId))
}

export function seesDeal(user: FubUser, deal: FubDeal): boolean {
  return user.role === 'Broker' || deal.userIds.includes(user.id)
}

/**
 * The registered system that the request names, which doubles the limit and opens `/webhooks` (reference §2).
 * With a table in the switch `systems`, a wrong key is no registered system.
 */
export function systemOf(
  request: SimRequest,
  settings: FubSettings,
): { name: string; key: string } | undefined {
  const name = header(request, 'x-system')
  const key = header(request, 'x-system-key')
  if (!name || !key) return undefined
  const table = settings.get('systems')
  if (table !== '' && !table.split(',').includes(`${name}=${key}`)) return undefined
  return { name, key }
}

function identify(request: SimRequest, store: FubStore, keys: KeyRing): FubUser | undefined {
  if (request.actor === 'user') return store.user(Number(header(request, 'x-sim-user') ?? OWNER_ID))
  const [scheme, encoded] = (header(request, 'authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic' || encoded === undefined) return undefined
  const key = Buffer.from(encoded, 'base64').toString('utf8').split(':')[0] ?? ''
  const owner = keys.owner(key, OWNER_ID)
  const user = owner === undefined ? undefined : store.user(Number(owner))
  return user?.status === 'Active' ? user : undefined
}

type RateContext = 'global' | 'notes' | 'people'

function rateContext(request: SimRequest): RateContext {
  if (request.path.startsWith('/v1/notes')) return 'notes'
  return request.method === 'PUT' && request.path.startsWith('/v1/people') ? 'people' : 'global'
}

/** Requests in 10 s by context (reference §3); 0 = no limit. The context name `people` is a guess. */
function rateLimits(request: SimRequest, settings: FubSettings): Record<RateContext, number> {
  const setting = settings.get('rateLimit')
  if (setting === 0) return { global: 0, notes: 0, people: 0 }
  const documented = systemOf(request, settings) === undefined ? 125 : 250
  return { global: setting > 0 ? setting : documented, notes: 10, people: 25 }
}

/** What a request shares its budget with (U18). */
function budget(request: SimRequest, settings: FubSettings): string {
  const scope = settings.get('rateLimitScope')
  if (scope === 'key') return header(request, 'authorization') ?? ''
  return scope === 'system' ? (systemOf(request, settings)?.name ?? '') : ''
}
