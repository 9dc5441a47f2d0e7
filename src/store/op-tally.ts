import type { DbTime } from '../core/db-time.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { COUNTED_AS } from './op-words.ts'
import { NO_REFUSALS } from './ops.ts'

/** Upper bounds of latencies that are counted together, in seconds. */
export const LATENCY_BOUNDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600] as const

/**
 * Closed writes of one kind. `side`: to which they went. `bucket`: the first of LATENCY_BOUNDS that is above the latency, by its
 * place, one more than the last for longer ones; null where no user's change was carried. `seconds`: sum of latencies.
 */
export type OpTally = {
  readonly route: string
  readonly side: Side
  readonly subject: 'pair' | 'container'
  readonly verb: 'create' | 'update' | 'complete' | 'delete'
  readonly status: 'confirmed' | 'refused'
  readonly bucket: number | null
  readonly count: number
  readonly seconds: number
}

const SECONDS = `case when o.status = 'confirmed' and o.learnt_at is not null
  then greatest(extract(epoch from o.closed_at - o.learnt_at), 0) end`

/** Writes that were closed from `since` on and before `until` (null: till now), counted. What nobody has made or refused is no write. */
export async function tallyOps(sql: Db | Tx, since: DbTime, until: DbTime | null): Promise<OpTally[]> {
  return sql<OpTally[]>`
    select r.name as route, o.side, o.subject, ${sql.unsafe(COUNTED_AS)} as verb, o.status,
      width_bucket(${sql.unsafe(SECONDS)}::float8, ${[...LATENCY_BOUNDS]}::float8[]) as bucket,
      count(*)::float8 as count, coalesce(sum(${sql.unsafe(SECONDS)}), 0)::float8 as seconds
    from op o join route r on r.id = o.route_id
    where o.closed_at >= ${since}::timestamptz and (${until}::timestamptz is null or o.closed_at < ${until}::timestamptz)
      and o.subject in ('pair', 'container') and coalesce(o.error ->> 'kind', '') not in ${sql(NO_REFUSALS)}
    group by 1, 2, 3, 4, 5, 6`
}

/** How long changes took, in seconds, from when they were first heard of to the confirmed write; `n` of them. */
export type Latency = { readonly p50: number; readonly p95: number; readonly p99: number; readonly n: number }

/** By route (null: all together) and by the side that was written; those of the last hours. */
export async function latenciesSince(
  sql: Db | Tx,
  since: DbTime,
): Promise<(Latency & { readonly route: string | null; readonly side: Side })[]> {
  return sql<(Latency & { readonly route: string | null; readonly side: Side })[]>`
    select x.route, x.side, count(*)::int as n,
      percentile_cont(0.5) within group (order by x.seconds)::float8 as p50,
      percentile_cont(0.95) within group (order by x.seconds)::float8 as p95,
      percentile_cont(0.99) within group (order by x.seconds)::float8 as p99
    from (
      select r.name as route, o.side, (${sql.unsafe(SECONDS)})::float8 as seconds
      from op o join route r on r.id = o.route_id
      where o.closed_at >= ${since}::timestamptz and o.subject = 'pair' and o.learnt_at is not null
        and o.status = 'confirmed') x
    group by grouping sets ((x.route, x.side), (x.side)) order by x.route nulls first, x.side`
}

/** Writes that were refused, by the kind of the error. */
export type RefusedOps = {
  readonly route: string
  readonly side: Side
  readonly kind: string
  readonly count: number
  readonly lastAt: DbTime
}

export async function refusedSince(sql: Db | Tx, since: DbTime): Promise<RefusedOps[]> {
  return sql<RefusedOps[]>`
    select r.name as route, o.side, coalesce(o.error ->> 'kind', 'unknown') as kind, count(*)::int as count,
      max(o.closed_at) as "lastAt"
    from op o join route r on r.id = o.route_id
    where o.closed_at >= ${since}::timestamptz and o.status = 'refused' and o.subject in ('pair', 'container')
      and coalesce(o.error ->> 'kind', '') not in ${sql(NO_REFUSALS)}
    group by 1, 2, 3 order by 1, 2, 3`
}
