import type { DbTime } from '../core/db-time.ts'
import type { Side } from '../core/policy.ts'
import type { Field, FieldValues } from '../core/task.ts'
import type { Db, Tx } from './database.ts'
import type { OpError } from './ops.ts'

/** What was refused for good and made op `o` (a rollback) take it back: its error, and the fields that it had meant to set. */
export const REFUSED_BEFORE = `
  select f.error, f.after from op f
  where f.subject = 'pair' and f.subject_id = o.subject_id and f.side <> o.side and f.status = 'refused'
    and f.cause = 'change' and f.id < o.id and f.after ?| array(select jsonb_object_keys(o.after))
  order by f.id desc limit 1`

/** What a service said to what it refused, and what can be done about it. */
export function refusalWords({ message, hint }: OpError): string {
  return [message, hint].filter(Boolean).join('. ')
}

/**
 * A change that was shown on `side` before the other side was asked, and that was taken back there at `at` because the other
 * one refused it for good. `now`: the values that it went back to. `by`: name of the connection that refused.
 */
export type Rollback = {
  readonly opId: string
  readonly pairId: string
  readonly route: string
  readonly side: Side
  readonly remoteId: string
  readonly now: FieldValues
  readonly fields: readonly Field[]
  readonly at: DbTime
  readonly by: string
  readonly error: OpError
}

/**
 * Those that still stand, oldest first, of these pairs or of all: nobody has changed the values since, on that side or from
 * the other one. For a person, who may not know yet that what was done is not done.
 */
export async function standingRollbacks(
  sql: Db | Tx,
  pairIds: readonly string[] | null,
): Promise<Rollback[]> {
  if (pairIds?.length === 0) return []
  return sql<Rollback[]>`
    select o.id as "opId", o.subject_id as "pairId", r.name as route, o.side, o.remote_id as "remoteId", o.after as now,
      k.fields, o.closed_at as at, c.name as by, x.error
    from op o
    join pair p on p.id = o.subject_id and p.memory = 'linked'
    join route r on r.id = o.route_id and r.removed_at is null
    join connection c on c.id = case o.side when 'left' then r.right_id else r.left_id end
    join pair_member m on m.pair_id = p.id and m.side = o.side and m.role = 'current' and m.remote_id = o.remote_id
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id and t.presence = 'present'
    cross join lateral (${sql.unsafe(REFUSED_BEFORE)}) x
    cross join lateral (
      select array(select key from jsonb_object_keys(o.after) key where x.after ? key order by key) as fields) k
    where o.subject = 'pair' and o.cause = 'rollback' and o.status = 'confirmed' and o.undone_at is null
      and (${pairIds === null} or o.subject_id = any(${[...(pairIds ?? [])]}::bigint[]))
      and not exists (
        select from op n where n.subject = 'pair' and n.subject_id = o.subject_id and n.id > o.id and n.after ?| k.fields)
      and not exists (
        select from unnest(k.fields) as key
        where t.seen -> 'task' -> key is distinct from o.after -> key
          or (t.field_seen ->> key)::float8 > extract(epoch from o.closed_at))
    order by o.closed_at, o.id`
}
