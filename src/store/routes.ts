import type { DbTime } from '../core/db-time.ts'
import type { FirstSyncRule, RoutePolicy, Side } from '../core/policy.ts'
import { reopenCreates } from './abandoned-creates.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'
import { discountLooks, forgetScope } from './mirror.ts'

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
    on conflict (name) where removed_at is null do nothing`
  const [row] = await sql<RouteRow[]>`
    select ${sql.unsafe(COLUMNS)} from route where name = ${given.name} and removed_at is null`
  if (row === undefined) throw new Error(`route ${given.name} was not stored`)
  return asRoute(row)
}

export async function routeById(sql: Db | Tx, id: string): Promise<RouteRow> {
  const [row] = await sql<RouteRow[]>`select ${sql.unsafe(COLUMNS)} from route where id = ${id}`
  if (row === undefined) throw new Error(`there is no route ${id}`)
  return asRoute(row)
}

/** The route, which nobody changes until the transaction ends; undefined once it was removed. */
export async function lockLivingRoute(tx: Tx, id: string): Promise<RouteRow | undefined> {
  const [row] = await tx<RouteRow[]>`
    select ${tx.unsafe(COLUMNS)} from route where id = ${id} and removed_at is null for no key update`
  return row === undefined ? undefined : asRoute(row)
}

export async function allRoutes(sql: Db | Tx): Promise<RouteRow[]> {
  return (
    await sql<RouteRow[]>`select ${sql.unsafe(COLUMNS)} from route where removed_at is null order by id`
  ).map(asRoute)
}

export async function routesOfConnection(sql: Db | Tx, connectionId: string): Promise<RouteRow[]> {
  const rows = await sql<RouteRow[]>`
    select ${sql.unsafe(COLUMNS)} from route where ${connectionId} in (left_id, right_id) and removed_at is null order by id`
  return rows.map(asRoute)
}

/** All routes of a connection, removed ones too. */
export async function routeIdsOf(sql: Db | Tx, connectionId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from route where ${connectionId} in (left_id, right_id) order by id`
  return rows.map(({ id }) => id)
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
    where id = ${id} and state in ('matching', 'active') and removed_at is null returning id`
  return rows.length > 0
}

/**
 * A paused route goes on where it was: one that was matching has not matched yet, and were it active at once, all of its
 * tasks would be taken for new. False when it was not paused.
 */
export async function resumeRoute(sql: Db | Tx, id: string): Promise<boolean> {
  const rows = await sql`
    update route set state = coalesce(paused_from, 'active'), paused_from = null
    where id = ${id} and state = 'paused' and removed_at is null returning id`
  return rows.length > 0
}

/** The route's state, which nobody changes until the transaction ends. */
export async function lockRouteState(tx: Tx, id: string): Promise<RouteState> {
  const [row] = await tx<{ state: RouteState }[]>`
    select state from route where id = ${id} for no key update`
  if (row === undefined) throw new Error(`there is no route ${id}`)
  return row.state
}

/** The first sync is done. False where it is to begin again, because more lists were mapped meanwhile. */
export async function markFilled(sql: Db | Tx, id: string): Promise<boolean> {
  const rows = await sql`
    update route set filled_at = coalesce(filled_at, clock())
    where id = ${id} and state <> 'matching' and paused_from is distinct from 'matching' returning id`
  return rows.length > 0
}

/** The route between two connections, also one that was removed. */
export async function routeBetween(
  sql: Db | Tx,
  leftId: string,
  rightId: string,
): Promise<(RouteRow & { readonly removed: boolean }) | undefined> {
  const [row] = await sql<(RouteRow & { readonly removed: boolean })[]>`
    select ${sql.unsafe(COLUMNS)}, removed_at is not null as removed from route
    where left_id = ${leftId} and right_id = ${rightId}`
  return row === undefined ? undefined : { ...asRoute(row), removed: row.removed }
}

/**
 * Nothing of the route is kept in step any more; what it knows stays, in case it is taken up again. Creates whose calls have
 * left stay open until they have ended: their answers say what they made. `underWay`: so do all other writes.
 */
export async function retireRoute(tx: Tx, id: string, { underWay = false } = {}): Promise<void> {
  await tx`
    update route set removed_at = coalesce(removed_at, clock()), paused_from = null, state = 'paused'
    where id = ${id}`
  const gone = { kind: 'disconnected', message: 'Its route was removed', hint: null }
  const unanswered = {
    ...gone,
    message: 'Its route was removed before its answer came; it may have been done all the same',
  }
  await tx`
    update op set status = 'refused', closed_at = clock(),
      error = case when status = 'planned' then ${json(tx, gone)} else ${json(tx, unanswered)} end
    where route_id = ${id} and status in ('planned', 'sent', 'unknown')
      and not ((${underWay} or verb = 'create') and status = 'sent' and deadline_at > clock())`
  await letGo(tx, id)
}

/** What was in step is let go, for as long as the route is away. */
async function letGo(tx: Tx, id: string): Promise<void> {
  await tx`
    update pair set memory = 'unlinked', state = 'ok', reason = 'disconnected', decrees = '[]', wake_at = null
    where route_id = ${id} and memory in ('linked', 'ending')`
}

/**
 * A removed route goes on as a draft: its tasks are matched anew, and what it knew of them still counts, except that they are
 * there: what no look shows from now on is looked at itself. Pairs that were completed on both sides rest until one of
 * their tasks changes.
 */
export async function reviveRoute(tx: Tx, id: string, name: string, policy: RoutePolicy): Promise<void> {
  await tx`
    update route set removed_at = null, name = ${name}, policy = ${json(tx, policy)}, state = 'draft', paused_from = null,
      filled_at = null, forget_at = null, forgotten_at = null
    where id = ${id}`
  // What was confirmed then is to be confirmed anew.
  await tx`delete from setup where route_id = ${id}`
  await forgetScope(tx, id)
  // An answer that came after the removal has linked its pair.
  await letGo(tx, id)
  await reopenCreates(tx, id)
  await discountLooks(tx, id)
  await tx`
    update pair p set wake_at = clock()
    where p.route_id = ${id} and p.memory = 'unlinked' and p.reason = 'disconnected' and exists (
      select from pair_member m
      left join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
      where m.pair_id = p.id and m.role = 'current' and not coalesce((t.seen -> 'task' ->> 'completed')::boolean, false))`
}

/** Changes what a route does; its pairs are looked at anew. */
export async function setPolicy(tx: Tx, id: string, policy: RoutePolicy): Promise<void> {
  await tx`update route set policy = ${json(tx, policy)} where id = ${id}`
  await forgetScope(tx, id)
  await tx`
    update pair set wake_at = clock()
    where route_id = ${id} and memory in ('new', 'linked', 'ending') and wake_at is null`
  // Where its deals lie may be said otherwise now.
  await tx`update deal_home set decided_seq = 0, tasks_seq = 0 where route_id = ${id}`
}

/**
 * New tasks of both sides are to be matched before any is made: the first sync begins again, for what is in no pair yet. One
 * that is paused or stopped goes on with that.
 */
export async function matchAgain(tx: Tx, id: string): Promise<void> {
  await tx`
    update route set filled_at = null,
      state = case when state = 'active' then 'matching' else state end,
      paused_from = case when state in ('paused', 'stopped') then 'matching' else paused_from end
    where id = ${id} and state <> 'draft'`
  await forgetScope(tx, id)
}

export function sideOf(route: RouteRow, connectionId: string): Side {
  return route.leftId === connectionId ? 'left' : 'right'
}

export function connectionOf(route: Pick<RouteRow, 'leftId' | 'rightId'>, side: Side): string {
  return side === 'left' ? route.leftId : route.rightId
}
