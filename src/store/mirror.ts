import { type DbTime, LONG_AGO } from '../core/db-time.ts'
import type { RemoteTask } from '../core/observation.ts'
import type { MirrorRow } from '../core/observe.ts'
import { type Db, MadeMeanwhileError, type Tx } from './database.ts'
import { json } from './json.ts'

type Stored = Omit<MirrorRow, 'changedSeq'> & { readonly remoteId: string; readonly changedSeq: string }

export const MIRROR_COLUMNS = `t.presence, t.seen, t.field_seen as "fieldSeen", t.asked_at as "askedAt",
  t.changed_seq as "changedSeq", t.missing_at as "missingAt", t.look_again as "lookAgain", t.gone_at as "goneAt",
  t.first_seen_at as "firstSeenAt"`

/** The pictures of these tasks, locked until the transaction ends. */
export async function lockMirror(
  tx: Tx,
  connectionId: string,
  remoteIds: readonly string[],
): Promise<Map<string, MirrorRow>> {
  if (remoteIds.length === 0) return new Map()
  const rows = await tx<Stored[]>`
    select t.remote_id as "remoteId", ${tx.unsafe(MIRROR_COLUMNS)} from remote_task t
    where t.connection_id = ${connectionId} and t.remote_id in ${tx([...remoteIds])}
    order by t.remote_id for no key update of t`
  return new Map(
    rows.map(({ remoteId, ...row }) => [remoteId, { ...row, changedSeq: Number(row.changedSeq) }]),
  )
}

/** How these tasks looked when they were last seen. */
export async function lastSeenOf(
  sql: Db | Tx,
  connectionId: string,
  remoteIds: readonly string[],
): Promise<ReadonlyMap<string, RemoteTask>> {
  if (remoteIds.length === 0) return new Map()
  const rows = await sql<{ remoteId: string; seen: RemoteTask }[]>`
    select remote_id as "remoteId", seen from remote_task
    where connection_id = ${connectionId} and remote_id in ${sql([...remoteIds])}`
  return new Map(rows.map(({ remoteId, seen }) => [remoteId, seen]))
}

/** Those of these tasks that were there when they were last looked at. */
export async function presentOf(
  sql: Db | Tx,
  connectionId: string,
  remoteIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (remoteIds.length === 0) return new Set()
  const rows = await sql<{ remoteId: string }[]>`
    select remote_id as "remoteId" from remote_task
    where connection_id = ${connectionId} and remote_id in ${sql([...remoteIds])} and presence = 'present'`
  return new Set(rows.map((row) => row.remoteId))
}

/** `toldAt`: when a delivery named it, before this look. */
export type SavedRow = {
  readonly remoteId: string
  readonly row: MirrorRow
  readonly toldAt?: DbTime | null
}

/**
 * Writes pictures back, new ones included. `known`: those that `lockMirror` gave the caller. Throws MadeMeanwhileError
 * where another one made a picture that is new to the caller: it may be newer, and is never replaced unseen.
 */
export async function saveMirror(
  tx: Tx,
  connectionId: string,
  rows: readonly SavedRow[],
  known: ReadonlyMap<string, unknown>,
): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map(({ remoteId, row, toldAt = null }) => ({ remoteId, toldAt, ...row }))
  const saved = await tx`
    insert into remote_task (connection_id, remote_id, presence, seen, field_seen, asked_at, changed_seq,
      missing_at, look_again, gone_at, first_seen_at, changed_at)
    select ${connectionId}, r."remoteId", r.presence, r.seen, r."fieldSeen", r."askedAt", r."changedSeq",
      r."missingAt", r."lookAgain", r."goneAt", r."firstSeenAt", least(r."toldAt", clock())
    from jsonb_to_recordset(${json(tx, values)}) as r("remoteId" text, presence text, seen jsonb, "fieldSeen" jsonb,
      "askedAt" timestamptz, "changedSeq" bigint, "missingAt" timestamptz, "lookAgain" boolean,
      "goneAt" timestamptz, "firstSeenAt" timestamptz, "toldAt" timestamptz)
    order by r."remoteId"
    on conflict (connection_id, remote_id) do update set presence = excluded.presence, seen = excluded.seen,
      field_seen = excluded.field_seen, asked_at = excluded.asked_at, changed_seq = excluded.changed_seq,
      missing_at = excluded.missing_at, look_again = excluded.look_again, gone_at = excluded.gone_at,
      changed_at = case when excluded.changed_seq > remote_task.changed_seq
        then excluded.changed_at else remote_task.changed_at end
      where remote_task.remote_id = any (${[...known.keys()]}::text[])
    returning 1`
  if (saved.length < rows.length) throw new MadeMeanwhileError('a picture was made by another transaction')
}

/** Linked tasks that a complete walk did not show: known to be there before it began, and not looked at since. */
export async function absentSince(
  sql: Db | Tx,
  connectionId: string,
  walk: { readonly startedAt: DbTime; readonly showsCompleted: boolean },
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ remoteId: string }[]>`
    select t.remote_id as "remoteId" from remote_task t
    where t.connection_id = ${connectionId} and t.presence = 'present' and t.missing_at is null
      and t.asked_at < ${walk.startedAt}::timestamptz
      and (${walk.showsCompleted} or not coalesce((t.seen -> 'task' ->> 'completed')::boolean, false))
    order by t.remote_id limit ${limit}`
  return rows.map((row) => row.remoteId)
}

/** These tasks may not be there any more: they are to be looked at themselves. */
export async function doubtTasks(tx: Tx, connectionId: string, remoteIds: readonly string[]): Promise<void> {
  if (remoteIds.length === 0) return
  await tx`
    update remote_task set look_again = true, changed_seq = changed_seq + 1
    where connection_id = ${connectionId} and presence = 'present' and remote_id in ${tx([...new Set(remoteIds)])}`
}

/**
 * Nobody has kept up the pictures of a route's tasks: what they show still counts, but not that the tasks are there. The next
 * look brings one up to date, and what no look shows is to be looked at itself.
 */
export async function discountLooks(tx: Tx, routeId: string): Promise<void> {
  await tx`
    update remote_task t set asked_at = ${LONG_AGO}::timestamptz
    from (
      select own.connection_id, own.remote_id from remote_task own
      join pair_member m on m.connection_id = own.connection_id and m.remote_id = own.remote_id
      where m.route_id = ${routeId} and m.role = 'current' and own.presence = 'present'
      order by own.connection_id, own.remote_id for no key update of own) known
    where t.connection_id = known.connection_id and t.remote_id = known.remote_id`
}

/** Tasks of a connection that wait at the intake gate, with their pictures. */
export async function unclaimedTasks(
  tx: Tx,
  connectionId: string,
  routeId: string,
): Promise<{ remoteId: string; row: MirrorRow }[]> {
  const rows = await tx<Stored[]>`
    select t.remote_id as "remoteId", ${tx.unsafe(MIRROR_COLUMNS)}
    from remote_task t where t.connection_id = ${connectionId} and t.remote_id = any (array (
      select remote_id from unclaimed where connection_id = ${connectionId} and route_id = ${routeId}))
    order by t.remote_id for no key update of t`
  return rows.map(({ remoteId, ...row }) => ({
    remoteId,
    row: { ...row, changedSeq: Number(row.changedSeq) },
  }))
}

/** As they were last seen, and not locked. */
export async function seenAtTheGate(
  sql: Db | Tx,
  connectionId: string,
  routeId: string,
): Promise<{ remoteId: string; seen: RemoteTask }[]> {
  return sql<{ remoteId: string; seen: RemoteTask }[]>`
    select t.remote_id as "remoteId", t.seen from remote_task t where t.connection_id = ${connectionId} and t.remote_id = any (array (
      select remote_id from unclaimed where connection_id = ${connectionId} and route_id = ${routeId}))`
}

/** The tasks directly below one that are still there, as far as they are known. */
export async function tasksBelow(sql: Db | Tx, connectionId: string, parent: string): Promise<string[]> {
  const rows = await sql<{ remoteId: string }[]>`
    select remote_id as "remoteId" from remote_task
    where connection_id = ${connectionId} and seen -> 'task' ->> 'parent' = ${parent} and presence <> 'gone'
    order by remote_id`
  return rows.map((row) => row.remoteId)
}

/** Open tasks known in each of these remote containers. */
export async function openTasksIn(
  tx: Tx,
  connectionId: string,
  containers: readonly string[],
): Promise<Map<string, number>> {
  if (containers.length === 0) return new Map()
  const rows = await tx<{ container: string; open: number }[]>`
    select seen -> 'task' ->> 'list' as container, count(*)::int as open from remote_task
    where connection_id = ${connectionId} and presence = 'present' and seen -> 'task' ->> 'list' in ${tx([...containers])}
      and not coalesce((seen -> 'task' ->> 'completed')::boolean, false)
    group by 1`
  return new Map(rows.map((row) => [row.container, row.open]))
}

/** Open tasks that lie in these sections and projects themselves; one in a section counts there alone. */
export async function openTasksByContainer(
  tx: Tx,
  connectionId: string,
  containers: readonly string[],
): Promise<Map<string, number>> {
  if (containers.length === 0) return new Map()
  const rows = await tx<{ container: string; open: number }[]>`
    select seen ->> 'container' as container, count(*)::int as open from remote_task
    where connection_id = ${connectionId} and presence = 'present' and seen ->> 'container' = any(${[...containers]})
      and not coalesce((seen -> 'task' ->> 'completed')::boolean, false)
    group by 1`
  return new Map(rows.map((row) => [row.container, row.open]))
}

/** These tasks are none of a route's business, as they look now. */
export async function markOutOfScope(
  tx: Tx,
  routeId: string,
  connectionId: string,
  remoteIds: readonly string[],
): Promise<void> {
  if (remoteIds.length === 0) return
  await tx`
    insert into out_of_scope (route_id, connection_id, remote_id, changed_seq)
    select ${routeId}, t.connection_id, t.remote_id, t.changed_seq from remote_task t
    where t.connection_id = ${connectionId} and t.remote_id in ${tx([...remoteIds])}
    on conflict (route_id, connection_id, remote_id) do update set changed_seq = excluded.changed_seq`
}

/** A route looks at everything anew: what is its business may be another thing now. */
export async function forgetScope(tx: Tx, routeId: string): Promise<void> {
  await tx`delete from out_of_scope where route_id = ${routeId}`
}

/** Forgets tasks that are no route's business, until a look shows one that is. */
export async function forgetUnwanted(tx: Tx, connectionId: string): Promise<void> {
  await tx`
    delete from remote_task t using out_of_scope o
    where t.connection_id = ${connectionId} and o.connection_id = t.connection_id and o.remote_id = t.remote_id
      and not exists (
        select from pair_member m where m.connection_id = t.connection_id and m.remote_id = t.remote_id)
      and not exists (
        select from route r
        where ${connectionId} in (r.left_id, r.right_id) and r.removed_at is null and not exists (
          select from out_of_scope other
          where other.route_id = r.id and other.connection_id = t.connection_id and other.remote_id = t.remote_id
            and other.changed_seq = t.changed_seq))`
}
