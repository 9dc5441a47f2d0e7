import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'

/** Pairs let go since a moment because one of their tasks was deleted, or went with its project: nothing links them again by itself. */
export async function letGoSince(sql: Db | Tx, since: DbTime, routeId: string | null): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from pair
    where memory = 'unlinked' and reason in ('deleted-there', 'home-gone') and ended_at >= ${since}::timestamptz
      and (${routeId}::bigint is null or route_id = ${routeId}::bigint)
    order by id`
  return rows.map((row) => row.id)
}
