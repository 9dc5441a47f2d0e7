import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'

export async function cursorOf(sql: Db | Tx, connectionId: string, stream: string): Promise<string | null> {
  const [row] = await sql<{ cursor: string | null }[]>`
    select cursor from sync_state where connection_id = ${connectionId} and stream = ${stream}`
  return row?.cursor ?? null
}

/**
 * Moves a cursor from what it was when the walk began (compare and swap). False when somebody else moved it in the
 * meantime: then what was read stays, and the next walk starts from theirs.
 */
export async function moveCursor(
  tx: Tx,
  where: { readonly connectionId: string; readonly stream: string },
  move: { readonly from: string | null; readonly to: string; readonly askedAt: DbTime },
): Promise<boolean> {
  const rows = await tx`
    insert into sync_state (connection_id, stream, cursor, confirmed_at)
    values (${where.connectionId}, ${where.stream}, ${move.to}, ${move.askedAt})
    on conflict (connection_id, stream) do update
      set cursor = excluded.cursor, confirmed_at = excluded.confirmed_at
      where sync_state.cursor is not distinct from ${move.from}
    returning connection_id`
  return rows.length > 0
}
