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

/** Keeps a cursor, whatever stood there. */
export async function keepCursor(
  tx: Tx,
  where: { readonly connectionId: string; readonly stream: string },
  { to, askedAt }: { readonly to: string; readonly askedAt: DbTime },
): Promise<void> {
  await tx`
    insert into sync_state (connection_id, stream, cursor, confirmed_at)
    values (${where.connectionId}, ${where.stream}, ${to}, ${askedAt})
    on conflict (connection_id, stream) do update set cursor = excluded.cursor, confirmed_at = excluded.confirmed_at`
}

/** The next walk begins as the first one did, with a complete look. */
export async function forgetCursor(
  tx: Tx,
  { connectionId, stream }: { readonly connectionId: string; readonly stream: string },
): Promise<void> {
  await tx`delete from sync_state where connection_id = ${connectionId} and stream in (${stream}, ${WALK_STREAM})`
}

/** What was read of a stream counts no more: it begins anew, for every connection. */
export async function forgetStream(tx: Tx, stream: string): Promise<void> {
  await tx`delete from sync_state where stream = ${stream}`
}

/** A walk over several pages, between two of them. `from`: the cursor at its start. It stays out of histories. */
export type Walk = {
  readonly startedAt: DbTime
  readonly position: string
  readonly from: string | null
  readonly complete: boolean
  /** Open tasks in the scope of no route on the pages so far, and which, where another page may show them again. */
  readonly outside?: {
    readonly count: number
    readonly ids: readonly string[]
    /** Those that are assigned to users (remote ids; empty: to nobody) whom no route has. */
    readonly ofNobody?: Readonly<Record<string, number>>
  }
}

const WALK_STREAM = 'walk'

export async function walkOf(sql: Db | Tx, connectionId: string): Promise<Walk | null> {
  const text = await cursorOf(sql, connectionId, WALK_STREAM)
  return text === null ? null : (JSON.parse(text) as Walk)
}

/** Keeps where a walk is, with the page that it has taken in; null when it has ended. */
export async function saveWalk(tx: Tx, connectionId: string, walk: Walk | null): Promise<void> {
  const text = walk === null ? null : JSON.stringify(walk)
  await tx`
    insert into sync_state (connection_id, stream, cursor, confirmed_at)
    values (${connectionId}, ${WALK_STREAM}, ${text}, clock())
    on conflict (connection_id, stream) do update set cursor = excluded.cursor, confirmed_at = excluded.confirmed_at`
}
