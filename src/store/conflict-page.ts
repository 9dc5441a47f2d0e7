import { CONFLICT_COLUMNS, type ConflictRow } from './conflicts.ts'
import type { Db, Tx } from './database.ts'

/** A conflict with what its reader wants to know beside it. `title`: of the task, as it was last seen. */
export type PagedConflict = ConflictRow & { readonly route: string; readonly title: string | null }

/** Those of routes that are not removed, lowest number first. `pair` null: any. */
export async function conflictPage(
  sql: Db | Tx,
  query: {
    readonly decided: boolean
    readonly pair: string | null
    readonly after: string
    readonly limit: number
  },
): Promise<PagedConflict[]> {
  return sql<PagedConflict[]>`
    select ${sql.unsafe(CONFLICT_COLUMNS)}, p.route_id as route, (
      select t.seen -> 'task' ->> 'title' from pair_member m
      join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
      where m.pair_id = p.id and m.role = 'current' order by t.presence <> 'present', m.side limit 1) as title
    from conflict c join pair p on p.id = c.pair_id join route r on r.id = p.route_id and r.removed_at is null
    where c.id > ${query.after} and (${query.decided} or c.decision is null)
      and (${query.pair}::bigint is null or c.pair_id = ${query.pair}::bigint)
    order by c.id limit ${query.limit}`
}
