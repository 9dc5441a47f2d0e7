import type { DbTime } from '../core/db-time.ts'
import type { ConnectionState } from './connections.ts'
import type { Db, Tx } from './database.ts'
import type { Stopped } from './endings.ts'
import { atTheGate } from './gate.ts'
import { type NoteCounts, noteCounts } from './notes.ts'
import { COUNTED_AS } from './op-words.ts'
import { NO_REFUSALS } from './ops.ts'
import { standingRollbacks } from './rollbacks.ts'
import type { RouteState } from './routes.ts'

/**
 * How far a first sync is: pairs that take part, those of them still to be settled, those that wait for a person, and
 * those that were left as they are and take no part.
 */
export type FillProgress = {
  readonly pairs: number
  readonly pending: number
  readonly waiting: number
  readonly leftOut: number
}

export async function fillProgress(sql: Db | Tx, routeId: string): Promise<FillProgress> {
  const [row] = await sql<FillProgress[]>`
    select count(*) filter (where memory in ('new', 'linked', 'ending'))::int as pairs,
           count(*) filter (where state in ('waiting', 'conflict'))::int as waiting,
           count(*) filter (where memory = 'unlinked' and reason = 'known-before')::int as "leftOut",
           (select count(*)::int from pending where route_id = ${routeId} and state <> 'waiting') as pending
    from pair where route_id = ${routeId}`
  return row ?? { pairs: 0, pending: 0, waiting: 0, leftOut: 0 }
}

/** `reasons`: why some wait or have failed, and of how many deals that is so. */
export type DealCounts = {
  readonly deals: number
  readonly pending: number
  readonly waiting: number
  readonly failed: number
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
}

export type RouteStatus = {
  readonly route: string
  readonly state: RouteState
  readonly filled: boolean
  readonly pairs: number
  readonly pending: number
  readonly waiting: number
  readonly failed: number
  /** Changes that the other side refused for good and that were taken back, until they are changed again. */
  readonly rolledBack: number
  /** Mappings of which a list is deleted or archived. */
  readonly broken: number
  /** Of its deals: those with a section, or with tasks in the list of their stage; those still to be followed, and those that wait for a person or have failed. */
  readonly deals: DealCounts
  /** Notes on people of its CRM; null where there is nothing to tell. */
  readonly notes: NoteCounts | null
  /** Why it was stopped; null unless it is. */
  readonly stopped: Stopped | null
}

/**
 * `pending` leaves out what waits for a person, candidates of an open question too; others at the gate count as pending, and
 * deals whose homes are not as they should be, and comments that are to be copied. Notes that tell of
 * tasks are not waited for: where there are many they take hours.
 */
export async function routeStatus(sql: Db | Tx): Promise<RouteStatus[]> {
  const rolledBack = new Map<string, number>()
  for (const { route } of await standingRollbacks(sql, null))
    rolledBack.set(route, (rolledBack.get(route) ?? 0) + 1)
  const rows = await sql<Omit<RouteStatus, 'rolledBack' | 'notes'>[]>`
    select r.name as route, r.state, r.filled_at is not null as filled,
      (select count(*)::int from pair p where p.route_id = r.id and p.memory in ('new', 'linked', 'ending')) as pairs,
      (select count(*)::int from pending q where q.route_id = r.id and q.state <> 'waiting')
        + (select count(*)::int from ${sql.unsafe(atTheGate('r.id'))} u)
        + d.pending as pending,
      (select count(*)::int from pair p where p.route_id = r.id and p.state in ('waiting', 'conflict')) as waiting,
      (select count(*)::int from pair p where p.route_id = r.id and p.state = 'error') as failed,
      (select count(*)::int from mapping m where m.route_id = r.id and m.direction <> 'off' and exists (
        select from container c
        where c.route_id = r.id and c.role = 'list' and c.state in ('archived', 'gone')
          and c.subject in ('left/' || m.left_list, 'right/' || m.right_list))) as broken,
      r.stopped,
      jsonb_build_object('deals', d.deals, 'pending', d.pending, 'waiting', d.waiting, 'failed', d.failed,
        'reasons', d.reasons) as deals
    from route r
    cross join lateral (
      select
        (select count(distinct c.subject)::int from container c where c.route_id = r.id and c.role = 'deal')
          + (select count(distinct p.deal)::int from pair p where p.route_id = r.id and p.deal is not null
            and p.memory = 'linked' and p.place ->> 'kind' = 'list') as deals,
        (select count(*)::int from pending_deal q where q.route_id = r.id
          and (q.state <> 'error' or q.wake_at is not null)) as pending,
        (select count(*)::int from deal_home h where h.route_id = r.id and h.state = 'waiting') as waiting,
        (select count(*)::int from deal_home h where h.route_id = r.id and h.state = 'error') as failed,
        (select coalesce(jsonb_agg(jsonb_build_object('reason', x.reason, 'count', x.count) order by x.reason), '[]')
         from (select h.reason, count(*)::int as count from deal_home h
               where h.route_id = r.id and h.state <> 'ok' and h.reason is not null group by h.reason) x) as reasons) d
    where r.removed_at is null order by r.id`
  const notes = await noteCounts(sql)
  return rows.map((row) => ({
    ...row,
    pending: row.pending + (notes.get(row.route)?.comments ?? 0),
    notes: notes.get(row.route) ?? null,
    rolledBack: rolledBack.get(row.route) ?? 0,
  }))
}

export type ConnectionStatus = {
  readonly connection: string
  readonly provider: string
  readonly state: ConnectionState
  readonly note: string | null
  readonly lastPullAt: DbTime | null
  readonly lag: number | null
}

/** `lag`: seconds since the last complete pull. */
export async function connectionStatus(sql: Db | Tx): Promise<ConnectionStatus[]> {
  return sql<ConnectionStatus[]>`
    select name as connection, provider, state, state_note as note, last_pull_at as "lastPullAt",
      extract(epoch from clock() - last_complete_at)::float8 as lag
    from connection where removed_at is null order by id`
}

/** Closed ops of tasks since a moment, counted by route, side and verb. Completing is an update that sets only that. */
export type OpCount = {
  readonly route: string
  readonly side: 'left' | 'right'
  readonly verb: 'create' | 'update' | 'complete' | 'delete'
  readonly status: 'confirmed' | 'refused'
  readonly count: number
}

export async function opCounts(sql: Db | Tx, since: DbTime): Promise<OpCount[]> {
  return sql<OpCount[]>`
    select r.name as route, o.side, o.status, count(*)::int as count,
      ${sql.unsafe(COUNTED_AS)} as verb
    from op o join route r on r.id = o.route_id
    where o.subject = 'pair' and o.closed_at >= ${since}::timestamptz
      and coalesce(o.error ->> 'kind', '') not in ${sql(NO_REFUSALS)}
    group by 1, 2, 3, 5 order by 1, 2`
}
