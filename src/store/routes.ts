import type { DbTime } from '../core/db-time.ts'
import type { FirstSyncRule, RoutePolicy, Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

export const ROUTE_STATES = ['draft', 'matching', 'active', 'paused', 'stopped'] as const
export type RouteState = (typeof ROUTE_STATES)[number]

export type RouteRow = {
  readonly id: string
  readonly name: string
  readonly leftId: string
  readonly rightId: string
  readonly policy: RoutePolicy
  readonly state: RouteState
  readonly filledAt: DbTime | null
}

/** What a policy of an earlier version does not say. */
const POLICY_DEFAULTS = { firstSync: { kind: 'open' } } as const satisfies Partial<RoutePolicy>

function asRoute(row: RouteRow): RouteRow {
  return { ...row, policy: { ...POLICY_DEFAULTS, ...row.policy } }
}

const COLUMNS = 'id, name, left_id as "leftId", right_id as "rightId", policy, state, filled_at as "filledAt"'

export type NewRoute = {
  readonly name: string
  readonly leftId: string
  readonly rightId: string
  readonly policy: RoutePolicy
}

/** Adds a route as a draft. A route of that name stays as it is. */
export async function addRoute(sql: Db | Tx, given: NewRoute): Promise<RouteRow> {
  await sql`
    insert into route (name, left_id, right_id, policy)
    values (${given.name}, ${given.leftId}, ${given.rightId}, ${json(sql, given.policy)})
    on conflict (name) do nothing`
  const [row] = await sql<RouteRow[]>`select ${sql.unsafe(COLUMNS)} from route where name = ${given.name}`
  if (row === undefined) throw new Error(`route ${given.name} was not stored`)
  return asRoute(row)
}

export async function routeById(sql: Db | Tx, id: string): Promise<RouteRow> {
  const [row] = await sql<RouteRow[]>`select ${sql.unsafe(COLUMNS)} from route where id = ${id}`
  if (row === undefined) throw new Error(`there is no route ${id}`)
  return asRoute(row)
}

export async function allRoutes(sql: Db | Tx): Promise<RouteRow[]> {
  return (await sql<RouteRow[]>`select ${sql.unsafe(COLUMNS)} from route order by id`).map(asRoute)
}

export async function routesOfConnection(sql: Db | Tx, connectionId: string): Promise<RouteRow[]> {
  const rows = await sql<RouteRow[]>`
    select ${sql.unsafe(COLUMNS)} from route where ${connectionId} in (left_id, right_id) order by id`
  return rows.map(asRoute)
}

/** Routes whose first sync is not done yet, with what it is to let in. */
export async function unfilledPolicies(
  sql: Db | Tx,
): Promise<(Pick<RouteRow, 'id' | 'name' | 'state'> & { readonly rule: FirstSyncRule })[]> {
  const unfilled = (await allRoutes(sql)).filter((route) => route.filledAt === null)
  return unfilled.map(({ id, name, state, policy }) => ({ id, name, state, rule: policy.firstSync }))
}

/** These pairs by the route that they are of. */
export async function routesOfPairs(
  sql: Db | Tx,
  pairIds: readonly string[],
): Promise<Map<string, string[]>> {
  const routes = new Map<string, string[]>()
  if (pairIds.length === 0) return routes
  const rows = await sql<{ id: string; routeId: string }[]>`
    select id, route_id as "routeId" from pair where id in ${sql([...pairIds])} order by id`
  for (const { id, routeId } of rows) routes.set(routeId, [...(routes.get(routeId) ?? []), id])
  return routes
}

export async function setRouteState(sql: Db | Tx, id: string, state: RouteState): Promise<void> {
  await sql`update route set state = ${state} where id = ${id}`
}

/** Lets a route rest: nothing is written until it goes on. False when it is in no state to do so. */
export async function pauseRoute(sql: Db | Tx, id: string): Promise<boolean> {
  const rows = await sql`
    update route set state = 'paused', paused_from = state
    where id = ${id} and state in ('matching', 'active') returning id`
  return rows.length > 0
}

/**
 * A paused route goes on where it was: one that was matching has not matched yet, and were it active at once, all of its
 * tasks would be taken for new. False when it was not paused.
 */
export async function resumeRoute(sql: Db | Tx, id: string): Promise<boolean> {
  const rows = await sql`
    update route set state = coalesce(paused_from, 'active'), paused_from = null
    where id = ${id} and state = 'paused' returning id`
  return rows.length > 0
}

/** The route's state, which nobody changes until the transaction ends. */
export async function lockRouteState(tx: Tx, id: string): Promise<RouteState> {
  const [row] = await tx<{ state: RouteState }[]>`
    select state from route where id = ${id} for no key update`
  if (row === undefined) throw new Error(`there is no route ${id}`)
  return row.state
}

export async function markFilled(sql: Db | Tx, id: string): Promise<void> {
  await sql`update route set filled_at = coalesce(filled_at, clock()) where id = ${id}`
}

export function sideOf(route: RouteRow, connectionId: string): Side {
  return route.leftId === connectionId ? 'left' : 'right'
}

export function connectionOf(route: RouteRow, side: Side): string {
  return side === 'left' ? route.leftId : route.rightId
}
