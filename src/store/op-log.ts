import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'
import { type OpPage, onPage } from './op-pages.ts'
import { DROPPED, OP_COLUMNS, type OpError, type OpRow } from './ops.ts'
import { REFUSED_BEFORE } from './rollbacks.ts'

/** An op with what a reader of the log wants to know beside it. `at`: when it was closed; of an open one, planned. */
export type LoggedOp = OpRow & {
  readonly at: DbTime
  readonly route: string
  readonly undoneAt: DbTime | null
  /** Of a rollback: what the other side said to what it refused. */
  readonly refusal: OpError | null
  /** Its words are forgotten: its route was removed. */
  readonly forgotten: boolean
}

const LOGGED = `${OP_COLUMNS}, coalesce(o.closed_at, o.planned_at) as at, r.name as route, o.undone_at as "undoneAt",
  o.forgotten_at is not null as forgotten,
  case when o.cause = 'rollback' then (select x.error from (${REFUSED_BEFORE}) x) end as refusal`

/** `since`: of the op's time; `dropped`: with those that were planned anew before they were sent. */
export type LogQuery = {
  readonly since: DbTime | null
  readonly pairId: string | null
  readonly limit: number
  readonly dropped: boolean
}

/** The last ops of tasks, oldest first; those of one second, in which many are closed together, in the order of their numbers. */
export async function opLog(sql: Db | Tx, query: LogQuery): Promise<LoggedOp[]> {
  const rows = await sql<LoggedOp[]>`
    select ${sql.unsafe(LOGGED)} from op o join route r on r.id = o.route_id
    where o.subject = 'pair'
      and (${query.since}::timestamptz is null or coalesce(o.closed_at, o.planned_at) >= ${query.since}::timestamptz)
      and (${query.pairId}::bigint is null or o.subject_id = ${query.pairId}::bigint)
      and (${query.dropped} or coalesce(o.error ->> 'kind', '') not in ${sql(DROPPED)})
    order by date_trunc('second', coalesce(o.closed_at, o.planned_at)) desc, o.id desc limit ${query.limit}`
  return rows.reverse()
}

/** Newest first: those before an op's number. */
export async function opPage(
  sql: Db | Tx,
  query: OpPage & { readonly pairId: string | null },
): Promise<LoggedOp[]> {
  return sql<LoggedOp[]>`
    select ${sql.unsafe(LOGGED)} from op o join route r on r.id = o.route_id
    where o.subject = 'pair' and (${query.pairId}::bigint is null or o.subject_id = ${query.pairId}::bigint)
      and ${onPage(sql, query)}
    order by o.id desc limit ${query.limit}`
}

/** Ops of these ids, whatever became of them. */
export async function loggedOps(sql: Db | Tx, ids: readonly string[]): Promise<LoggedOp[]> {
  if (ids.length === 0) return []
  return sql<LoggedOp[]>`
    select ${sql.unsafe(LOGGED)} from op o join route r on r.id = o.route_id
    where o.subject = 'pair' and o.id in ${sql([...ids])} order by o.id`
}

/** Ops since a moment that can be taken back: confirmed, of a field or a task, taken back by nobody, and no undo. */
export async function undoableSince(
  sql: Db | Tx,
  since: DbTime,
  routeId: string | null,
): Promise<LoggedOp[]> {
  return sql<LoggedOp[]>`
    select ${sql.unsafe(LOGGED)} from op o join route r on r.id = o.route_id
    where o.subject = 'pair' and o.status = 'confirmed' and o.undone_at is null and o.cause <> 'undo'
      and (o.verb = 'delete' or o.after <> '{}'::jsonb) and o.forgotten_at is null
      and o.closed_at >= ${since}::timestamptz and (${routeId}::bigint is null or o.route_id = ${routeId}::bigint)
    order by o.id`
}

/** Ops of the same plans as these: what one decision wrote to both sides belongs together. */
export async function opsOfPlans(sql: Db | Tx, planIds: readonly string[]): Promise<LoggedOp[]> {
  if (planIds.length === 0) return []
  return sql<LoggedOp[]>`
    select ${sql.unsafe(LOGGED)} from op o join route r on r.id = o.route_id
    where o.subject = 'pair' and o.plan_id in ${sql([...planIds])} order by o.id`
}

/** They are taken back, or it was seen that they cannot be. The caller holds their pairs' locks. */
export async function markUndone(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx`update op set undone_at = clock() where id in ${tx([...ids])}`
}
