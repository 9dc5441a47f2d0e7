import { routeKeyword } from '../config/temporal-names.ts'
import { msBetween } from '../core/db-time.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { clockNow } from '../store/clock.ts'
import {
  type ConnectionRow,
  type ConnectionState,
  connectionById,
  noteConnectionTrouble,
  saveFacts,
  setConnectionState,
} from '../store/connections.ts'
import { budgetInUse } from '../store/quota.ts'
import { type RouteRow, routesOfConnection } from '../store/routes.ts'
import { type Deps, providerOf } from './deps.ts'
import { openConnection } from './open-connection.ts'

export type ConnectionInput = { readonly connectionId: string }

/** How a connection is to be pulled. `completeInMs`: until the next complete pull is due. `used`: a route needs it. */
export type PullPlan = {
  readonly provider: string
  readonly state: ConnectionState
  readonly pollMs: number
  readonly completeInMs: number
  readonly completeEveryMs: number
  readonly used: boolean
  /** Names of its routes, as search attribute `SyncRoute` has them. */
  readonly routes?: string
  /** Of its deals: until they are to be listed next, and how often. Absent where it has none that anybody needs. */
  readonly deals?: { readonly inMs: number; readonly everyMs: number }
}

export async function describeConnection(deps: Deps, input: ConnectionInput): Promise<PullPlan> {
  const row = await connectionById(deps.db, input.connectionId)
  const routes = await routesOfConnection(deps.db, row.id)
  const { reconcileMs } = deps.timing
  const completeEveryMs = row.webhooks ? reconcileMs.webhooks : reconcileMs.polled
  const since = row.lastCompleteAt === null ? null : msBetween(row.lastCompleteAt, await clockNow(deps.db))
  return {
    provider: row.provider,
    state: row.state,
    pollMs: row.pollSeconds * 1000 * (await stretch(deps, row, routes)),
    completeEveryMs,
    completeInMs: since === null ? 0 : Math.max(0, completeEveryMs - since),
    used: routes.some((route) => route.state !== 'draft'),
    routes: routeKeyword(routes.map(({ name }) => name)),
    ...(await dealPlan(deps, row, routes)),
  }
}

async function dealPlan(
  deps: Deps,
  row: ConnectionRow,
  routes: readonly RouteRow[],
): Promise<Pick<PullPlan, 'deals'>> {
  if (providerOf(deps, row.provider).deals === undefined) return {}
  if (!routes.some(({ policy }) => policy.deals !== undefined)) return {}
  const everyMs = deps.timing.dealsMs
  const since = row.dealsListedAt === null ? null : msBetween(row.dealsListedAt, await clockNow(deps.db))
  return { deals: { everyMs, inMs: since === null ? 0 : Math.max(0, everyMs - since) } }
}

/** From this much of the burst on, others need the budget more than a poll does. */
const BUSY = 1 / 2
const STRETCHED = 4

/**
 * During a first sync, and while the budget is in demand, polls that walk through a window of changes come more rarely:
 * the more of our own writes fill the window, the more pages it has. Where changes come as a feed a poll is one request,
 * whatever happens.
 */
async function stretch(deps: Deps, row: ConnectionRow, routes: readonly RouteRow[]): Promise<number> {
  if (providerOf(deps, row.provider).capabilities.changes === 'delta') return 1
  const filling = routes.some((route) => route.state === 'active' && route.filledAt === null)
  return filling || (await budgetInUse(deps.db, row.id)) > BUSY ? STRETCHED : 1
}

/** Tries the key. A good one makes the connection `ok` again; a refused one throws `auth` and leaves it as it is. */
export async function check(deps: Deps, input: ConnectionInput, signal: AbortSignal): Promise<void> {
  const open = await openConnection(deps, input.connectionId, 'change', signal)
  const facts = await open.provider.check(open.connection)
  const known = open.row.facts
  if (known !== null && known.accountId !== facts.accountId) {
    throw new ProviderError({
      kind: 'auth',
      provider: open.provider.kind,
      message: 'The key belongs to another account than the one that this connection was made for',
      hint: 'Use a key of the first account, or make a new connection for the other one',
    })
  }
  await saveFacts(deps.db, open.row.id, facts)
  await setConnectionState(deps.db, open.row.id, 'ok', null)
}

/** Notes that a service refuses the key or cannot be reached; what is pending stays pending. */
export async function noteTrouble(
  deps: Deps,
  input: ConnectionInput & { readonly state: Exclude<ConnectionState, 'paused'>; readonly note: string },
): Promise<void> {
  await noteConnectionTrouble(deps.db, input.connectionId, input.state, input.note)
}
