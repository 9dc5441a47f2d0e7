import { routeKeyword } from '../config/temporal-names.ts'
import { type Direction, SIDES, type Side } from '../core/policy.ts'
import { allConnections } from '../store/connections.ts'
import type { Db, Tx } from '../store/database.ts'
import { mappingsOf } from '../store/mappings.ts'
import { allRoutes, connectionOf, type RouteRow } from '../store/routes.ts'
import { routeStatus } from '../store/status.ts'
import { closeSync, openSync, type SyncOutcome, type SyncTrouble } from '../store/syncs.ts'
import type { Deps } from './deps.ts'

/** What a sync is about. `from`, `to`: kinds of services; every route by which tasks flow from one to the other. */
export type SyncScope =
  | { readonly connectionId: string }
  | { readonly routeId: string }
  | { readonly mappingId: string }
  | { readonly from: string; readonly to: string }

export type SyncBeginning = {
  readonly workflowId: string
  readonly runId: string
  readonly scope: SyncScope
}

/**
 * Notes that a sync has begun. `connections`: those that are to be looked at; paused ones are left alone. `routes`: as search
 * attribute `SyncRoute` has them.
 */
export async function beginSync(
  deps: Pick<Deps, 'db'>,
  input: SyncBeginning,
): Promise<{ readonly syncId: string; readonly connections: readonly string[]; readonly routes?: string }> {
  const syncId = await openSync(deps.db, input)
  const routes = (await routesOfSync(deps.db, input.scope)).filter(({ state }) => state !== 'draft')
  const known = await allConnections(deps.db)
  const looked = known.filter(
    ({ id, state }) => state !== 'paused' && takesPart(input.scope, id) && routes.some((one) => has(one, id)),
  )
  return {
    syncId,
    connections: looked.map(({ id }) => id),
    routes: routeKeyword(routes.map(({ name }) => name)),
  }
}

/** `pending`: tasks still to be settled where something works on them. `away`: connections that do not answer. */
export type SyncLook = { readonly pending: number; readonly away: readonly string[] }

export async function lookAtSync(
  deps: Pick<Deps, 'db'>,
  { scope }: { readonly scope: SyncScope },
): Promise<SyncLook> {
  const { pending, trouble } = await standing(deps.db, scope)
  return { pending, away: trouble.flatMap((one) => (one.kind === 'connection' ? one.id : [])) }
}

/** Notes how a sync has ended. `looked`: everything that answers was looked at. Safe to run twice. */
export async function endSync(
  deps: Pick<Deps, 'db'>,
  { syncId, scope, looked }: { readonly syncId: string; readonly scope: SyncScope; readonly looked: boolean },
): Promise<{ readonly outcome: SyncOutcome }> {
  const { pending, trouble } = await standing(deps.db, scope)
  const outcome = outcomeOf(trouble, looked && pending === 0)
  await closeSync(deps.db, syncId, { outcome, trouble })
  return { outcome }
}

function outcomeOf(trouble: readonly SyncTrouble[], done: boolean): SyncOutcome {
  if (trouble.some(({ kind, state }) => kind === 'connection' && state !== 'paused')) return 'failed'
  if (trouble.length > 0) return 'held'
  return done ? 'settled' : 'unsettled'
}

/** The routes that a sync is about, as they are now. */
export async function routesOfSync(sql: Db | Tx, scope: SyncScope): Promise<RouteRow[]> {
  const routes = await allRoutes(sql)
  if ('connectionId' in scope) return routes.filter((route) => has(route, scope.connectionId))
  if ('routeId' in scope) return routes.filter(({ id }) => id === scope.routeId)
  if ('mappingId' in scope) {
    const mapping = (await mappingsOf(sql, null)).find(({ id }) => id === scope.mappingId)
    return routes.filter(({ id }) => id === mapping?.routeId)
  }
  const kinds = new Map((await allConnections(sql)).map(({ id, provider }) => [id, provider]))
  const leads = (route: RouteRow, from: Side, to: Side) =>
    kinds.get(connectionOf(route, from)) === scope.from &&
    kinds.get(connectionOf(route, to)) === scope.to &&
    flowsTo(route.policy.direction, to)
  return routes.filter((route) => leads(route, 'left', 'right') || leads(route, 'right', 'left'))
}

function flowsTo(direction: Direction, side: Side): boolean {
  return direction === 'both' || direction === (side === 'left' ? 'toLeft' : 'toRight')
}

function has(route: RouteRow, connectionId: string): boolean {
  return SIDES.some((side) => connectionOf(route, side) === connectionId)
}

/** Of a connection's own sync the other sides of its routes are no business. */
function takesPart(scope: SyncScope, connectionId: string): boolean {
  return !('connectionId' in scope) || scope.connectionId === connectionId
}

async function standing(
  db: Db,
  scope: SyncScope,
): Promise<{ readonly pending: number; readonly trouble: readonly SyncTrouble[] }> {
  const [routes, connections, counts] = await Promise.all([
    routesOfSync(db, scope),
    allConnections(db),
    routeStatus(db),
  ])
  const troubles = new Map<string, SyncTrouble>()
  let pending = 0
  for (const route of routes) {
    const { id, name, state } = route
    const held: SyncTrouble[] = connections
      .filter((one) => has(route, one.id) && one.state !== 'ok')
      .map((one) => ({ kind: 'connection', id: one.id, state: one.state }))
    if (state !== 'active' && state !== 'matching') held.push({ kind: 'route', id, state })
    for (const one of held) troubles.set(`${one.kind} ${one.id}`, one)
    // One that matches has counted nothing yet, and is not done.
    if (held.length === 0)
      pending +=
        (counts.find(({ route: named }) => named === name)?.pending ?? 0) + (state === 'matching' ? 1 : 0)
  }
  return { pending, trouble: [...troubles.values()] }
}
