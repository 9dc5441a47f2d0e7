import type { PendingQuery, Row } from 'postgres'
import type { DbTime } from '../core/db-time.ts'
import { type Db, inTransaction, type Tx } from './database.ts'

/** Whoever took a pair up has this long before somebody else may, unless there is news of it. Milliseconds. */
export const LEASE_MS = 20_000

/**
 * Ends the lease of pairs about which nothing is left to decide; gives back those that are still due. A change that
 * arrives later finds no lease and is dispatched at once.
 */
export async function endLeases(db: Db, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  return inTransaction(db, async (tx) => {
    await tx`select from pair where id in ${tx([...pairIds])} order by id for no key update`
    // A statement of its own: it sees what those did for whose locks the first one waited.
    const rows = await tx<{ id: string }[]>`
      with due as (
        select id from pending where id in ${tx([...pairIds])} and due
      ), ended as (
        update pair set dispatched_at = null
        where id in ${tx([...pairIds])} and id not in (select id from due))
      select id from due order by id`
    return rows.map((row) => row.id)
  })
}

export type DispatchQuery = { readonly connectionId: string; readonly limit: number }

/**
 * Takes due pairs of working routes of this connection under a lease, oldest first. While a route's first sync runs,
 * only pairs that a delivery named are taken. One of which a delivery has brought news since it was taken up is taken
 * again: a user's change does not wait for the rest of a batch. Both then work on it, one after the other.
 */
export async function leasePairs(sql: Db | Tx, { connectionId, limit }: DispatchQuery): Promise<string[]> {
  const free = (pair: string) => `(${freeOf(pair)} or ${newsOf(pair)})`
  const found = sql`
    select p.id from pending p
    join route r on r.id = p.route_id
    join connection l on l.id = r.left_id
    join connection g on g.id = r.right_id
    where ${connectionId} in (r.left_id, r.right_id) and r.state = 'active' and p.due
      and ${sql.unsafe(free('p'))} and ${sql.unsafe(NOT_HELD_UP)}`
  return lease(sql, found, free('x'), limit)
}

/** Both services of the pair's route answer, and its first sync is over or does not keep this pair. */
const NOT_HELD_UP = `l.state = 'ok' and g.state = 'ok' and (r.filled_at is not null or p.nudged_at is not null)`

/** Due pairs of one route, for its first sync. Those that have waited for something already come last: it may be long in coming. */
export async function leaseRoutePairs(sql: Db | Tx, routeId: string, limit: number): Promise<string[]> {
  const found = sql`
    select p.id from pending p
    join route r on r.id = p.route_id
    join connection l on l.id = r.left_id and l.state = 'ok'
    join connection g on g.id = r.right_id and g.state = 'ok'
    where p.route_id = ${routeId} and p.due and ${sql.unsafe(freeOf('p'))}`
  return lease(sql, found, freeOf('x'), limit, (pair) => `(${pair}.wake_at is not null), ${pair}.id`)
}

/**
 * Those who ask at the same moment find the same pairs. So each looks at enough for so many, skips those that another
 * one has locked, and then counts; who counted first would find all of his taken and believe that none are left.
 */
const TAKERS = 4

/** Takes the first of the found pairs, in this order, that nobody has locked. `free`: whether pair `x` may still be taken. */
async function lease(
  sql: Db | Tx,
  found: PendingQuery<Row[]>,
  free: string,
  limit: number,
  order = (pair: string) => `${pair}.id`,
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    with found as materialized (
      ${found} order by ${sql.unsafe(order('p'))} limit ${limit * TAKERS}
    ), taken as (
      select x.id from pair x where x.id in (select id from found) and ${sql.unsafe(free)}
      order by ${sql.unsafe(order('x'))} limit ${limit} for no key update skip locked
    )
    update pair set dispatched_at = clock() where id in (select id from taken) returning id`
  return inOrder(rows)
}

/** Whether a delivery has lately named any of these pairs. */
export async function announcedLately(
  sql: Db | Tx,
  pairIds: readonly string[],
  withinMs: number,
): Promise<boolean> {
  if (pairIds.length === 0) return false
  const rows = await sql`
    select from pair where id in ${sql([...pairIds])}
      and nudged_at > clock() - ${withinMs}::float8 * interval '1 ms' limit 1`
  return rows.length > 0
}

/** One batch of a first sync is handed out at a time. */
export async function lockFill(tx: Tx, routeId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('dealbridge fill'), ${routeId}::int)`
}

/** Whether anybody works on pairs of this route. */
export async function hasLeases(sql: Db | Tx, routeId: string): Promise<boolean> {
  const rows = await sql`
    select from pair x where x.route_id = ${routeId} and not ${sql.unsafe(freeOf('x'))} limit 1`
  return rows.length > 0
}

/** Nobody has taken the pair up, or not for long. `pair`: the alias of its row. */
function freeOf(pair: string): string {
  return `(${pair}.dispatched_at is null or ${pair}.dispatched_at < clock() - ${LEASE_MS} * interval '1 ms')`
}

/** A delivery has brought news since it was taken up. */
function newsOf(pair: string): string {
  return `${pair}.nudged_at > ${pair}.dispatched_at`
}

/**
 * Whoever still works on leased pairs holds their leases. One of which there is news since it was taken up is left: it
 * is to be taken up again.
 */
export async function holdLeases(sql: Db | Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length === 0) return
  await sql`
    update pair set dispatched_at = clock()
    where id in (
      select id from pair
      where id in ${sql([...pairIds])} and dispatched_at < clock() - ${LEASE_MS / 4}::float8 * interval '1 ms'
        and (nudged_at is null or nudged_at <= dispatched_at)
      order by id for no key update skip locked)`
}

function inOrder(rows: readonly { readonly id: string }[]): string[] {
  return rows.map((row) => row.id).sort((a, b) => Number(a) - Number(b))
}

/**
 * When a pair of this connection's routes is next to be taken up, after `leasePairs` took what it could: at the end of
 * its wait, and of the lease of whoever is at work on it. Null when none is waited for.
 *
 * A time that has come counts only where nothing holds the pair up, or its connection would ask again and again. What
 * holds it up ends with a dispatch: a connection that answers again makes one itself (`workflows/connection.ts`), who
 * resumes a route nudges both of its connections, a first sync takes what is due before it ends. A time to come always
 * counts: by then that may be over.
 */
export async function nextWake(sql: Db | Tx, connectionId: string): Promise<DbTime | null> {
  const leaseEnd = `case when ${freeOf('p')} or ${newsOf('p')} then null else p.dispatched_at + ${LEASE_MS} * interval '1 ms' end`
  const [row] = await sql<{ at: DbTime | null }[]>`
    select min(x.at) as at from (
      select greatest(p.wake_at, ${sql.unsafe(leaseEnd)}) as at, ${sql.unsafe(NOT_HELD_UP)} as free
      from pending p
      join route r on r.id = p.route_id
      join connection l on l.id = r.left_id
      join connection g on g.id = r.right_id
      where r.left_id = ${connectionId} and r.state = 'active' and p.wake_at is distinct from 'infinity'
        and (p.wake_at is not null or p.dispatched_at is not null)
    ) x where x.free or x.at > clock()`
  return row?.at ?? null
}

/** So long tasks wait at a time for whoever is at work on their deal. Milliseconds. */
const DEAL_MS = 400

/**
 * Leaves leased pairs to whoever is at work on their deal: he tells all of its tasks at once, and moves them. Gives back the
 * others. They come up again soon, should he have nothing for them.
 */
export async function leaveToDeals(sql: Db | Tx, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  const left = await sql<{ id: string }[]>`
    with found as (
      select p.id from pair p join deal_home h on h.route_id = p.route_id and h.deal_id = p.deal
      where p.id in ${sql([...pairIds])} and h.dispatched_at > clock() - ${LEASE_MS} * interval '1 ms'
      order by p.id for no key update of p)
    update pair set dispatched_at = null, wake_at = clock() + ${DEAL_MS} * interval '1 ms'
    where id in (select id from found) returning id`
  const ids = new Set(left.map(({ id }) => id))
  return pairIds.filter((id) => !ids.has(id))
}

/** Gives leased pairs back untouched. */
export async function releaseLeases(sql: Db | Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length === 0) return
  await sql`
    update pair set dispatched_at = null
    where id in (select id from pair where id in ${sql([...pairIds])} order by id for no key update)`
}

/** Those of these pairs in which something failed, or waits for a person. */
export async function unsettledPairs(sql: Db | Tx, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select id from pair where id in ${sql([...pairIds])} and state <> 'ok' order by id`
  return rows.map((row) => row.id)
}
