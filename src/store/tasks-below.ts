import type { SkipReason } from '../core/decision.ts'
import type { Db, Tx } from './database.ts'

/** That the other task of a pair is about to be made. */
export function beingMade(pair: string): string {
  return `(${pair}.memory = 'new' and ${pair}.state = 'ok'
    and (${pair}.reason is null or ${pair}.reason in ('parent-first', 'deleted-there', 'next-occurrence')))`
}

/**
 * That what lies under a member's task is in scope: the route keeps it in step, or has ended its pair and left the task where
 * it is, completed. `member`, `pair`: aliases of the two tables.
 */
function keepsBelow(member: string, pair: string): string {
  return `(${pair}.memory in ('new', 'linked', 'ending') or (${pair}.memory = 'closed' and exists (
    select from remote_task ended where ended.connection_id = ${member}.connection_id
      and ended.remote_id = ${member}.remote_id and ended.presence = 'present')))`
}

/** Whether the parent of mirror row `t` is a task under which everything is in scope. */
export function underPair(routeId: string): string {
  return `exists (
    select from pair_member above join pair over on over.id = above.pair_id
    where above.route_id = ${routeId} and above.connection_id = t.connection_id and above.role = 'current'
      and above.remote_id = t.seen -> 'task' ->> 'parent' and ${keepsBelow('above', 'over')})`
}

/** Those of these parents (remote ids) under which everything is in scope. */
export async function pairedParents(
  sql: Db | Tx,
  routeId: string,
  connectionId: string,
  parents: readonly string[],
): Promise<ReadonlySet<string>> {
  if (parents.length === 0) return new Set()
  const rows = await sql<{ remoteId: string }[]>`
    select m.remote_id as "remoteId" from pair_member m join pair p on p.id = m.pair_id
    where m.route_id = ${routeId} and m.connection_id = ${connectionId} and m.role = 'current'
      and m.remote_id in ${sql([...parents])} and ${sql.unsafe(keepsBelow('m', 'p'))}`
  return new Set(rows.map((row) => row.remoteId))
}

/**
 * Gives the persons of these pairs to the tasks below theirs that have none yet (and to those below them), and wakes
 * their pairs: their ids. A task about which a question is open gets the person too, and goes on waiting for the answer.
 * The caller has locked the pairs above.
 */
export async function inheritPersons(tx: Tx, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  const rows = await tx<{ id: string; reason: SkipReason | null }[]>`
    with recursive heirs as (
      select p.id, p.person from pair p where p.id in ${tx([...pairIds])} and p.person is not null
      union
      select child.id, h.person from heirs h
      join pair_member above on above.pair_id = h.id and above.role = 'current'
      -- One after the other, as in heirsOf (pair-locks.ts).
      cross join lateral (select t.connection_id, t.remote_id from remote_task t
        where t.connection_id = above.connection_id and t.seen -> 'task' ->> 'parent' = above.remote_id offset 0) t
      cross join lateral (select u.pair_id from pair_member u
        where u.connection_id = t.connection_id and u.remote_id = t.remote_id
          and u.route_id = above.route_id and u.role = 'current' offset 0) below
      join pair child on child.id = below.pair_id and child.person is null and child.memory = 'new'
    ), locked as (
      select id from pair where id in (select id from heirs) order by id for no key update
    )
    update pair p set person = h.person,
      wake_at = case when p.reason = 'ambiguous' then p.wake_at else clock() end,
      state = case when p.reason = 'ambiguous' then p.state else 'ok' end,
      reason = case when p.reason = 'ambiguous' then p.reason end
    from heirs h where p.id = h.id and p.id in (select id from locked) and p.person is null
    returning p.id, p.reason`
  return rows.flatMap((row) => (row.reason === null ? row.id : []))
}

/**
 * Wakes what has waited for these pairs' other tasks to be made, where there is one now, or will be none: new tasks, those
 * in step that were put below one that had no other yet, and what a service refused, for their parent may be the reason.
 * The last two where anything is new of these pairs, of which nothing was decided yet: tasks may lie below each other in a
 * circle. The caller has locked the pairs above.
 */
export async function wakeBelow(tx: Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length === 0) return
  // Step by step, for as long as nobody has counted the rows of a new record the planner would multiply all with all.
  await tx`
    with above as materialized (
      select p.id, p.route_id, m.side, m.connection_id, m.remote_id, exists (
          select from pair_member n join remote_task t on t.connection_id = n.connection_id and t.remote_id = n.remote_id
          where n.pair_id = p.id and n.role = 'current' and n.decided_seq < t.changed_seq) as news
      from pair p
      join pair_member m on m.pair_id = p.id and m.role = 'current'
      where p.id in ${tx([...pairIds])} and not ${tx.unsafe(beingMade('p'))}
    ), lying as materialized (
      select a.*, t.remote_id as below from above a
      join remote_task t on t.connection_id = a.connection_id and t.seen -> 'task' ->> 'parent' = a.remote_id
    ), waiting as (
      select child.id from lying l
      join pair_member m on m.connection_id = l.connection_id and m.remote_id = l.below
        and m.route_id = l.route_id and m.role = 'current'
      join pair child on child.id = m.pair_id and (
        child.memory = 'new' and child.reason = 'parent-first' or l.news and (child.state = 'error' or
          child.memory = 'linked' and (child.base -> l.side ->> 'parent' is distinct from l.remote_id
            or child.base -> (case l.side when 'left' then 'right' else 'left' end) ->> 'parent' is null)
          and exists (select from mapping where route_id = l.route_id)))
      order by child.id for no key update of child
    )
    update pair set wake_at = clock() where id in (select id from waiting)`
}

/** What the tasks of these pairs tell of their deal is told by those below them as well. */
export async function tellBelow(tx: Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length === 0) return
  await tx`
    with above as materialized (
      select m.route_id, m.connection_id, m.remote_id from pair_member m
      where m.pair_id in ${tx([...pairIds])} and m.role = 'current'
    ), lying as materialized (
      select a.route_id, t.connection_id, t.remote_id from above a
      join remote_task t on t.connection_id = a.connection_id and t.seen -> 'task' ->> 'parent' = a.remote_id
    ), found as (
      select child.id from lying l
      join pair_member m on m.connection_id = l.connection_id and m.remote_id = l.remote_id
        and m.route_id = l.route_id and m.role = 'current'
      join pair child on child.id = m.pair_id and child.memory in ('new', 'linked')
      order by child.id for no key update of child
    )
    update pair set wake_at = least(coalesce(wake_at, clock()), clock()) where id in (select id from found)`
}

/**
 * Takes the other tasks of these pairs for made; the pairs that waited for them. Only for a transaction that is rolled back.
 */
export async function takeForMade(tx: Tx, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  await tx`update pair set memory = 'linked' where id in ${tx([...pairIds])} and memory = 'new'`
  const rows = await tx<{ id: string }[]>`
    select child.id from pair child
    join pair_member below on below.pair_id = child.id and below.role = 'current'
    join remote_task t on t.connection_id = below.connection_id and t.remote_id = below.remote_id
    join pair_member above on above.route_id = below.route_id and above.connection_id = t.connection_id
      and above.remote_id = t.seen -> 'task' ->> 'parent' and above.role = 'current'
    where child.memory = 'new' and child.reason = 'parent-first' and above.pair_id in ${tx([...pairIds])}
    order by child.id`
  return rows.map(({ id }) => id)
}

/** Wakes new pairs that waited for these tasks of a connection, which no route is about to keep in step after all. */
export async function wakeUnder(tx: Tx, connectionId: string, remoteIds: readonly string[]): Promise<void> {
  if (remoteIds.length === 0) return
  await tx`
    with waiting as (
      select child.id from remote_task t
      join pair_member below on below.connection_id = t.connection_id and below.remote_id = t.remote_id
        and below.role = 'current'
      join pair child on child.id = below.pair_id and child.memory = 'new' and child.reason = 'parent-first'
      where t.connection_id = ${connectionId} and t.seen -> 'task' ->> 'parent' in ${tx([...remoteIds])}
      order by child.id for no key update of child
    )
    update pair set wake_at = clock() where id in (select id from waiting)`
}

/** The person of the task under which a pair's own task lies; null where there is none, or nobody is known yet. */
export async function personAbove(tx: Tx, pairId: string): Promise<string | null> {
  const [row] = await tx<{ person: string | null }[]>`
    select over.person from pair_member m
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    join pair_member above on above.route_id = m.route_id and above.connection_id = m.connection_id
      and above.remote_id = t.seen -> 'task' ->> 'parent' and above.role = 'current'
    join pair over on over.id = above.pair_id
    where m.pair_id = ${pairId} and m.role = 'current' and over.person is not null limit 1`
  return row?.person ?? null
}
