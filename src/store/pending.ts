import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'

/** Whoever took a pair up has this long before somebody else may, unless there is news of it. Milliseconds. */
export const LEASE_MS = 20_000

/**
 * Ends the lease of pairs about which nothing is left to decide; gives back those that are still due. A change that
 * arrives later finds no lease and is dispatched at once.
 */
export async function endLeases(sql: Db | Tx, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    with locked as (
      select id from pair where id in ${sql([...pairIds])} order by id for no key update
    ), due as (
      select id from pending where id in (select id from locked) and due
    ), ended as (
      update pair set dispatched_at = null
      where id in (select id from locked) and id not in (select id from due))
    select id from due order by id`
  return rows.map((row) => row.id)
}

export type DispatchQuery = { readonly connectionId: string; readonly limit: number }

/**
 * Takes due pairs of working routes of this connection under a lease, oldest first. While a route's first sync runs,
 * only pairs that a delivery named are taken. One of which a delivery has brought news since it was taken up is taken
 * again: a user's change does not wait for the rest of a batch. Both then work on it, one after the other.
 */
export async function leasePairs(sql: Db | Tx, query: DispatchQuery): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    update pair set dispatched_at = clock()
    where id in (
      select x.id from pair x
      join pending p on p.id = x.id
      join route r on r.id = x.route_id
      join connection l on l.id = r.left_id
      join connection g on g.id = r.right_id
      where ${query.connectionId} in (r.left_id, r.right_id) and r.state = 'active' and l.state = 'ok' and g.state = 'ok'
        and p.due
        and (x.dispatched_at is null or x.dispatched_at < clock() - ${LEASE_MS}::float8 * interval '1 ms'
          or x.nudged_at > x.dispatched_at)
        and (r.filled_at is not null or x.nudged_at is not null)
      order by x.id limit ${query.limit} for no key update of x skip locked)
    returning id`
  return inOrder(rows)
}

/** Due pairs of one route, for its first sync. */
export async function leaseRoutePairs(sql: Db | Tx, routeId: string, limit: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    update pair set dispatched_at = clock()
    where id in (
      select x.id from pair x
      join pending p on p.id = x.id
      join route r on r.id = x.route_id
      join connection l on l.id = r.left_id and l.state = 'ok'
      join connection g on g.id = r.right_id and g.state = 'ok'
      where x.route_id = ${routeId} and p.due
        and (x.dispatched_at is null or x.dispatched_at < clock() - ${LEASE_MS}::float8 * interval '1 ms')
      order by x.id limit ${limit} for no key update of x skip locked)
    returning id`
  return inOrder(rows)
}

function inOrder(rows: readonly { readonly id: string }[]): string[] {
  return rows.map((row) => row.id).sort((a, b) => Number(a) - Number(b))
}

/** When the next wait of a pair of this connection's routes ends; null when none is waited for. */
export async function nextWake(sql: Db | Tx, connectionId: string): Promise<DbTime | null> {
  const [row] = await sql<{ at: DbTime | null }[]>`
    select min(p.wake_at) as at from pair p join route r on r.id = p.route_id
    where r.left_id = ${connectionId} and r.state = 'active' and p.wake_at < 'infinity'`
  return row?.at ?? null
}

/** Gives leased pairs back untouched. */
export async function releaseLeases(sql: Db | Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length > 0) await sql`update pair set dispatched_at = null where id in ${sql([...pairIds])}`
}

/** Those of these pairs in which something failed, or waits for a person. */
export async function unsettledPairs(sql: Db | Tx, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select id from pair where id in ${sql([...pairIds])} and state <> 'ok' order by id`
  return rows.map((row) => row.id)
}
