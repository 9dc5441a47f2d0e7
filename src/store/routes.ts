import type { DbTime } from '../core/db-time.ts'
import type { RoutePolicy, Side } from '../core/policy.ts'
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
  return row
}

export async function routeById(sql: Db | Tx, id: string): Promise<RouteRow> {
  const [row] = await sql<RouteRow[]>`select ${sql.unsafe(COLUMNS)} from route where id = ${id}`
  if (row === undefined) throw new Error(`there is no route ${id}`)
  return row
}

export async function allRoutes(sql: Db | Tx): Promise<RouteRow[]> {
  return sql<RouteRow[]>`select ${sql.unsafe(COLUMNS)} from route order by id`
}

export async function routesOfConnection(sql: Db | Tx, connectionId: string): Promise<RouteRow[]> {
  return sql<RouteRow[]>`
    select ${sql.unsafe(COLUMNS)} from route where ${connectionId} in (left_id, right_id) order by id`
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

/** A route that rests goes on where it was. False when it did not rest. */
export async function resumeRoute(sql: Db | Tx, id: string): Promise<boolean> {
  const rows = await sql`
    update route set state = coalesce(paused_from, 'active'), paused_from = null
    where id = ${id} and state = 'paused' returning id`
  return rows.length > 0
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
