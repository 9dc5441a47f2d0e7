import type { RemoteTask } from '../core/observation.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** The stream under which the cursor of a cleaning's look is kept. */
export function cleanStream(leavingId: string): string {
  return `clean/${leavingId}`
}

/** Whose leaving, and in which account. */
export type LeavingAccount = { readonly leavingId: string; readonly connectionId: string }

/** A task that may hold something of ours. `seen` null: no look at the whole account has shown it. */
export type Leftover = {
  readonly remoteId: string
  readonly pairId: string
  readonly routeId: string
  readonly side: Side
  readonly seen: RemoteTask | null
  readonly tries: number
}

/** The routes of a leaving connection, those that were removed before too: what they wrote may still be there. */
const ROUTES = (id: string) => `select r.id from route r where ${id} in (r.left_id, r.right_id)`

/** The accounts that a leaving connection and its counterparts have written into, as far as they are connected. */
export async function accountsToClean(
  sql: Db | Tx,
  leavingId: string,
): Promise<readonly { readonly connectionId: string; readonly provider: string }[]> {
  return sql<{ connectionId: string; provider: string }[]>`
    select c.id as "connectionId", c.provider from connection c
    where c.removed_at is null and (c.id = ${leavingId} or exists (
      select from route r where ${leavingId} in (r.left_id, r.right_id) and c.id in (r.left_id, r.right_id)))
    order by c.id`
}

/** Writes down every task that the routes of a leaving connection have known. Safe to repeat. */
export async function gatherLeftovers(tx: Tx, leavingId: string): Promise<void> {
  await tx`
    insert into leftover (leaving_id, connection_id, remote_id, pair_id, side)
    select ${leavingId}, m.connection_id, m.remote_id, m.pair_id, m.side
    from pair_member m join connection c on c.id = m.connection_id
    where c.removed_at is null and m.route_id in (${tx.unsafe(ROUTES(leavingId))})
    order by m.role, m.pair_id
    on conflict do nothing`
}

/** How many tasks a cleaning would look at. */
export async function countToClean(sql: Db | Tx, leavingId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(distinct (m.connection_id, m.remote_id))::int as count
    from pair_member m join connection c on c.id = m.connection_id
    where c.removed_at is null and m.route_id in (${sql.unsafe(ROUTES(leavingId))})`
  return row?.count ?? 0
}

/** Milliseconds until every write of these routes that is under way has ended; 0 when none is. */
export async function writesEndInMs(sql: Db | Tx, leavingId: string): Promise<number> {
  const [row] = await sql<{ ms: number }[]>`
    select coalesce(max(extract(epoch from deadline_at - clock()) * 1000), 0)::float8 as ms from (
      select route_id, deadline_at from op where status = 'sent'
      union all select route_id, deadline_at from note where deadline_at is not null) underway
    where deadline_at > clock() and route_id in (${sql.unsafe(ROUTES(leavingId))})`
  return Math.max(0, row?.ms ?? 0)
}

/**
 * A task as a look at the whole account shows it. `marked`: the task of the other side that its marker names; `stamped`: the item of
 * a checklist.
 */
export type SeenLeftover = {
  readonly remoteId: string
  readonly seen: RemoteTask
  readonly marked: { readonly provider: string; readonly remoteId: string } | null
  readonly stamped: string | null
}

/**
 * Takes in what a look at a whole account shows: how the known ones are, and strangers that carry a marker of these routes,
 * which a lost write has made, or a user by copying.
 */
export async function saveSeenLeftovers(
  tx: Tx,
  { leavingId, connectionId }: LeavingAccount,
  tasks: readonly SeenLeftover[],
): Promise<void> {
  if (tasks.length === 0) return
  await tx`
    with given as (
      select r."remoteId" as remote_id, r.seen, r.marked ->> 'provider' as provider, r.marked ->> 'remoteId' as there,
        r.stamped
      from jsonb_to_recordset(${json(tx, tasks)}) as r("remoteId" text, seen jsonb, marked jsonb, stamped text)
    ), named as (
      select g.remote_id, m.pair_id, case m.side when 'left' then 'right' else 'left' end as side, g.seen
      from given g
      join pair_member m on m.remote_id = g.there and m.connection_id <> ${connectionId}
        and m.route_id in (${tx.unsafe(ROUTES(leavingId))})
      join route r on r.id = m.route_id and ${connectionId} in (r.left_id, r.right_id)
      join connection c on c.id = m.connection_id and c.provider = g.provider
      union all
      select g.remote_id, p.id, p.origin, g.seen
      from given g
      join pair p on p.stamped_as::text = g.stamped and p.route_id in (${tx.unsafe(ROUTES(leavingId))})
      join route r on r.id = p.route_id
        and ${connectionId} = case p.origin when 'left' then r.left_id else r.right_id end
    ), strangers as (
      insert into leftover (leaving_id, connection_id, remote_id, pair_id, side, seen)
      select distinct on (remote_id) ${leavingId}::bigint, ${connectionId}::bigint, remote_id, pair_id, side, seen
      from named order by remote_id, pair_id
      on conflict do nothing)
    update leftover l set seen = g.seen from given g
    where l.leaving_id = ${leavingId} and l.connection_id = ${connectionId} and l.remote_id = g.remote_id and l.state = 'open'`
}

/** The next tasks to be cleaned, one of each pair's side: none of which a write is under way. */
export async function nextLeftovers(
  sql: Db | Tx,
  { leavingId, connectionId }: LeavingAccount,
  limit: number,
): Promise<Leftover[]> {
  return sql<Leftover[]>`
    select * from (
      select distinct on (l.pair_id, l.side) l.remote_id as "remoteId", l.pair_id as "pairId", p.route_id as "routeId",
        l.side, l.seen, l.tries
      from leftover l join pair p on p.id = l.pair_id
      where l.leaving_id = ${leavingId} and l.connection_id = ${connectionId} and l.state = 'open'
        and not exists (
          select from op o where o.subject = 'pair' and o.subject_id = l.pair_id and o.side = l.side
            and o.status in ('planned', 'sent', 'unknown'))
      order by l.pair_id, l.side, l.remote_id) one
    order by tries, "pairId", side limit ${limit}`
}

/** What is found out about tasks. `note`: why one is kept as it is. */
export async function settleLeftovers(
  tx: Tx,
  { leavingId, connectionId }: LeavingAccount,
  settled: readonly {
    readonly remoteId: string
    readonly state: 'open' | 'done' | 'kept'
    readonly note: string | null
  }[],
): Promise<void> {
  if (settled.length === 0) return
  await tx`
    update leftover l set state = r.state, note = r.note, tries = l.tries + 1,
      seen = case when r.state = 'open' then l.seen end
    from jsonb_to_recordset(${json(tx, settled)}) as r("remoteId" text, state text, note text)
    where l.leaving_id = ${leavingId} and l.connection_id = ${connectionId} and l.remote_id = r."remoteId"`
}

/** How far a cleaning is. `kept`: tasks that could not be cleaned. */
export type CleanProgress = { readonly total: number; readonly done: number; readonly kept: number }

export async function cleanProgress(sql: Db | Tx, leavingId: string): Promise<CleanProgress> {
  const [row] = await sql<CleanProgress[]>`
    select count(*)::int as total, count(*) filter (where state <> 'open')::int as done,
      count(*) filter (where state = 'kept')::int as kept
    from leftover where leaving_id = ${leavingId}`
  return row ?? { total: 0, done: 0, kept: 0 }
}

/** Tasks left in an account, and of how many of them a write is under way. */
export async function openLeftovers(sql: Db | Tx, account: LeavingAccount): Promise<number> {
  const [row] = await sql<{ open: number }[]>`
    select count(*)::int as open from leftover
    where leaving_id = ${account.leavingId} and connection_id = ${account.connectionId} and state = 'open'`
  return row?.open ?? 0
}

/**
 * Those of these tasks that another route goes on with, and the markers by which it knows them (`provider/task/id`).
 * Whatever else of ours they hold is that route's.
 */
export async function heldByOthers(
  sql: Db | Tx,
  { leavingId, connectionId }: LeavingAccount,
  remoteIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const held = new Map<string, Set<string>>()
  if (remoteIds.length === 0) return held
  const rows = await sql<{ remoteId: string; marker: string | null }[]>`
    select m.remote_id as "remoteId", c.provider || '/task/' || there.remote_id as marker
    from pair_member m join pair p on p.id = m.pair_id and p.memory in ('new', 'linked', 'ending')
    join route r on r.id = m.route_id and r.removed_at is null and ${leavingId} not in (r.left_id, r.right_id)
    left join pair_member there on there.pair_id = m.pair_id and there.side <> m.side and there.role = 'current'
    left join connection c on c.id = there.connection_id
    where m.connection_id = ${connectionId} and m.role = 'current' and m.remote_id in ${sql([...remoteIds])}`
  for (const { remoteId, marker } of rows) {
    const markers = held.get(remoteId) ?? new Set()
    if (marker !== null) markers.add(marker)
    held.set(remoteId, markers)
  }
  return held
}

/** Nothing of ours is left in these routes' tasks, but in those that were kept. */
export async function endLeftovers(tx: Tx, leavingId: string): Promise<void> {
  await tx`
    update pair p set marked = false, block = '[]', told = default, notice = null, comment = null
    where p.route_id in (${tx.unsafe(ROUTES(leavingId))}) and not exists (
      select from leftover l where l.pair_id = p.id and l.state <> 'done')`
}

/** The connection goes: what was to be cleaned is not kept, nor any word of it. */
export async function dropLeftovers(tx: Tx, leavingId: string): Promise<void> {
  await tx`delete from leftover where leaving_id = ${leavingId} and state <> 'kept'`
  await tx`update leftover set seen = null where leaving_id = ${leavingId}`
  await tx`delete from sync_state where stream = ${cleanStream(leavingId)}`
}

/** The removal starts anew, or the account is there again: what an earlier one has left says nothing any more. */
export async function forgetLeftovers(tx: Tx, leavingId: string): Promise<void> {
  await tx`delete from leftover where leaving_id = ${leavingId}`
}
