import type { PendingQuery, Row } from 'postgres'
import type { DbTime } from '../core/db-time.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { DROPPED, type OpStatus } from './ops.ts'

/** Null: any. `before`: number of the last one of the page before. `since`: of the op's time. `dropped`: with those that were planned anew. */
export type OpPage = {
  readonly before: string | null
  readonly route: string | null
  readonly status: OpStatus | null
  readonly side: Side | null
  readonly since: DbTime | null
  readonly dropped: boolean
  readonly limit: number
}

/** Of table `op` under the alias `o`. */
export function onPage(sql: Db | Tx, query: OpPage): PendingQuery<Row[]> {
  const { before, route, status, side, since, dropped } = query
  return sql`
    (${before}::bigint is null or o.id < ${before}::bigint)
    and (${route}::bigint is null or o.route_id = ${route}::bigint)
    and (${status}::text is null or o.status = ${status}::text)
    and (${side}::text is null or o.side = ${side}::text)
    and (${since}::timestamptz is null or coalesce(o.closed_at, o.planned_at) >= ${since}::timestamptz)
    and (${dropped} or coalesce(o.error ->> 'kind', '') not in ${sql(DROPPED)})`
}
