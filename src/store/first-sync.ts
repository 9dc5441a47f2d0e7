import type { Side } from '../core/policy.ts'
import type { CanonicalTask } from '../core/task.ts'
import type { Walk } from './cursors.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'
import type { PairRow } from './pairs.ts'

/** A pair as a first sync makes it. */
export type MatchedPair = Pick<PairRow, 'personBy' | 'state' | 'reason'> & {
  readonly origin: Side
  readonly person: string | null
  readonly members: readonly {
    readonly side: Side
    readonly connectionId: string
    readonly remoteId: string
  }[]
}

/** Makes many pairs of one route at once; their ids come back in the order given. */
export async function insertPairs(tx: Tx, routeId: string, pairs: readonly MatchedPair[]): Promise<string[]> {
  if (pairs.length === 0) return []
  const values = pairs.map(({ members: _, ...pair }, n) => ({ ...pair, n }))
  const rows = await tx<{ id: string }[]>`
    insert into pair (route_id, origin, state, reason, person, person_by)
    select ${routeId}, r.origin, r.state, r.reason, r.person, nullif(r."personBy", 'null')
    from jsonb_to_recordset(${json(tx, values)}) as r(n int, origin text, state text, reason text, person text,
      "personBy" jsonb)
    order by r.n
    returning id`
  const ids = rows.map((row) => row.id).sort((a, b) => Number(a) - Number(b))
  const members = pairs.flatMap((pair, n) =>
    pair.members.map((member) => ({ ...member, pairId: ids[n] ?? '' })),
  )
  await tx`
    insert into pair_member (route_id, connection_id, remote_id, pair_id, side)
    select ${routeId}, r."connectionId", r."remoteId", r."pairId", r.side
    from jsonb_to_recordset(${json(tx, members)}) as r("connectionId" bigint, "remoteId" text, "pairId" bigint,
      side text)`
  return ids
}

/** Those of these tasks of a side whose pairs wait for their other task, or would take one that came. */
export async function awaitedBy(
  tx: Tx,
  routeId: string,
  side: Side,
  remoteIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (remoteIds.length === 0) return new Set()
  const rows = await tx<{ remoteId: string }[]>`
    select m.remote_id as "remoteId" from pair_member m join pair p on p.id = m.pair_id
    where m.route_id = ${routeId} and m.side = ${side} and m.remote_id in ${tx([...remoteIds])}
      and (p.memory = 'new' or p.memory = 'unlinked' and p.reason = 'known-before')
      and not exists (
        select from pair_member o where o.pair_id = p.id and o.role = 'current' and o.side <> m.side)`
  return new Set(rows.map(({ remoteId }) => remoteId))
}

/** The youngest pair of all. */
export async function lastPairId(sql: Db | Tx): Promise<string> {
  const [row] = await sql<{ id: string }[]>`select coalesce(max(id), 0)::text as id from pair`
  return row?.id ?? '0'
}

export type NewTask = { readonly pairId: string; readonly side: Side; readonly task: CanonicalTask }

/** Pairs of a route that were made after another one, are on one side only, and about which nothing is decided. */
export async function newTasksAfter(tx: Tx, routeId: string, pairId: string): Promise<NewTask[]> {
  return tx<NewTask[]>`
    select p.id as "pairId", m.side, t.seen -> 'task' as task
    from pair p
    join pair_member m on m.pair_id = p.id and m.role = 'current'
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    where p.route_id = ${routeId} and p.id > ${pairId} and p.memory = 'new' and p.reason is null
      and not exists (
        select from pair_member o where o.pair_id = p.id and o.role = 'current' and o.side <> m.side)
    order by p.id`
}

/** A first sync leaves these pairs' tasks as they are, and remembers how that was. Nothing of them is pending. */
export async function leaveAsKnown(tx: Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length === 0) return
  await tx`
    with seen as (
      update pair_member m set decided_seq = t.changed_seq from remote_task t
      where m.pair_id in ${tx([...pairIds])} and m.role = 'current'
        and t.connection_id = m.connection_id and t.remote_id = m.remote_id
      returning m.pair_id, t.seen -> 'task' as task)
    update pair p set memory = 'unlinked', state = 'ok', reason = 'known-before', known = s.task, wake_at = null
    from seen s where p.id = s.pair_id`
}

/** Of each route's pairs that a first sync has left as they were, how many on each side. Routes without any are left out. */
export async function leftOutByRoute(
  sql: Db | Tx,
): Promise<ReadonlyMap<string, Readonly<Record<Side, number>>>> {
  const rows = await sql<{ route: string; left: number; right: number }[]>`
    select r.name as route, count(*) filter (where m.side = 'left')::int as "left",
      count(*) filter (where m.side = 'right')::int as "right"
    from pair p
    join route r on r.id = p.route_id and r.removed_at is null
    join pair_member m on m.pair_id = p.id and m.role = 'current'
    where p.memory = 'unlinked' and p.reason = 'known-before' group by r.name`
  return new Map(rows.map(({ route, ...counts }) => [route, counts]))
}

/** Open tasks outside the scope of every route, as the last complete walk of each connection counted them. */
export async function outOfScopeCounts(sql: Db | Tx): Promise<Readonly<Record<Side, number>>> {
  const [row] = await sql<{ left: number; right: number }[]>`
    select coalesce(sum(out_of_scope) filter (where id in (select left_id from route where removed_at is null)), 0)::int as "left",
           coalesce(sum(out_of_scope) filter (where id in (select right_id from route where removed_at is null)), 0)::int as "right"
    from connection`
  return { left: row?.left ?? 0, right: row?.right ?? 0 }
}

/** The same for the two connections of each route. */
export async function outOfScopeByRoute(
  sql: Db | Tx,
): Promise<{ readonly route: string; readonly left: number; readonly right: number }[]> {
  return sql<{ route: string; left: number; right: number }[]>`
    select r.name as route, coalesce(l.out_of_scope, 0)::int as "left", coalesce(g.out_of_scope, 0)::int as "right"
    from route r join connection l on l.id = r.left_id join connection g on g.id = r.right_id
    where r.removed_at is null order by r.id`
}

/** `ofNobody`: of them by the user whom no route has. */
export async function setOutOfScope(
  tx: Tx,
  connectionId: string,
  { count, ofNobody = {} }: Pick<NonNullable<Walk['outside']>, 'count' | 'ofNobody'>,
): Promise<void> {
  await tx`
    update connection set out_of_scope = ${count}, of_nobody = ${json(tx, ofNobody)} where id = ${connectionId}`
}

/**
 * Tells Postgres how much a first sync has brought. It would count by itself within a minute, and plan until then as if the
 * tables were empty.
 */
export async function countRows(db: Db): Promise<void> {
  await db`analyze pair, pair_member, remote_task`
}
