import type { DbTime } from '../core/db-time.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { COMPLETES } from './op-words.ts'
import { NO_REFUSALS } from './ops.ts'
import type { PairState } from './pairs.ts'

/** Writes to tasks of one kind of service that ended in a time. Completing is an update that sets only that. */
export type Written = {
  readonly created: number
  readonly updated: number
  readonly completed: number
  readonly deleted: number
  readonly refused: number
}

type Span = { readonly routeIds: readonly string[]; readonly since: DbTime; readonly until: DbTime | null }

/**
 * `to`: kind of the service that was written to; null: all. Writes that were planned anew count once, when they have ended; those
 * that nobody has made or refused do not.
 */
export async function writtenTo(
  sql: Db | Tx,
  to: string | null,
  { routeIds, since, until }: Span,
): Promise<Written> {
  const completes = sql.unsafe(COMPLETES)
  const [row] = await sql<Written[]>`
    select count(*) filter (where o.status = 'confirmed' and o.verb = 'create')::int as created,
      count(*) filter (where o.status = 'confirmed' and o.verb = 'update' and not ${completes})::int as updated,
      count(*) filter (where o.status = 'confirmed' and ${completes})::int as completed,
      count(*) filter (where o.status = 'confirmed' and o.verb = 'delete')::int as deleted,
      count(*) filter (where o.status = 'refused')::int as refused
    from op o join connection c on c.id = o.connection_id
    where o.route_id = any(${[...routeIds]}::bigint[]) and (${to}::text is null or c.provider = ${to}) and o.subject = 'pair'
      and o.closed_at >= ${since}::timestamptz and o.closed_at <= coalesce(${until}::timestamptz, clock())
      and coalesce(o.error ->> 'kind', '') not in ${sql(NO_REFUSALS)}`
  return row ?? { created: 0, updated: 0, completed: 0, deleted: 0, refused: 0 }
}

/** A pair that is not in step as it should be. `left`, `right`: its tasks; null where there is none, or none was known. */
export type TaskTrouble = {
  readonly pair: string
  readonly route: string
  readonly left: string | null
  readonly right: string | null
  readonly state: PairState
  readonly reason: string | null
  readonly error: { readonly kind: string; readonly message: string; readonly hint: string | null } | null
  readonly at: DbTime | null
}

/**
 * Pairs that wait or have failed, and those of which a write was refused from `since` (null: none of these) to `until` (null:
 * now), whatever became of them; oldest first.
 */
export async function taskTroubles(
  sql: Db | Tx,
  given: Omit<Span, 'since'> & { readonly since: DbTime | null; readonly limit: number },
): Promise<TaskTrouble[]> {
  const task = (side: Side) => sql`
    (select m.remote_id from pair_member m where m.pair_id = p.id and m.side = ${side}
     order by m.role = 'current' desc, m.remote_id limit 1)`
  return sql<TaskTrouble[]>`
    select p.id as pair, p.route_id as route, ${task('left')} as left, ${task('right')} as right, p.state, p.reason,
      o.closed_at as at,
      coalesce(o.error, case when p.last_error is not null
        then jsonb_build_object('kind', 'unknown', 'message', p.last_error, 'hint', null) end) as error
    from pair p
    left join lateral (
      select o.error, o.closed_at,
        o.closed_at >= ${given.since}::timestamptz and o.closed_at <= coalesce(${given.until}::timestamptz, clock()) as within
      from op o
      where o.subject = 'pair' and o.subject_id = p.id and o.status = 'refused'
        and coalesce(o.error ->> 'kind', '') not in ${sql(NO_REFUSALS)}
      order by within desc nulls last, o.closed_at desc limit 1) o on true
    where p.route_id = any(${[...given.routeIds]}::bigint[]) and (p.state <> 'ok' or o.within)
    order by p.id limit ${given.limit}`
}
