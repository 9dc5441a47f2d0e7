import { type ConnectionRow, type ConnectionState, connectionById } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import type { RouteRow } from '../store/routes.ts'

/** What keeps a route from working: it was paused or stopped itself (`connection` null), or one of its connections does not work. */
export type HeldBy =
  | { readonly connection: null; readonly state: 'paused' | 'stopped' }
  | { readonly connection: ConnectionRow; readonly state: Exclude<ConnectionState, 'ok'> }

/** The first thing that does; null when nothing does. A draft waits for its first sync, and nothing else. */
export async function heldBy(
  db: Db,
  { state, leftId, rightId }: Pick<RouteRow, 'state' | 'leftId' | 'rightId'>,
): Promise<HeldBy | null> {
  if (state === 'paused' || state === 'stopped') return { connection: null, state }
  for (const id of [leftId, rightId]) {
    const connection = await connectionById(db, id)
    if (connection.state !== 'ok') return { connection, state: connection.state }
  }
  return null
}
