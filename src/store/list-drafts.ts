import { randomUUID } from 'node:crypto'
import { listMarker } from '../core/marker.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'

/**
 * The list that is to be made on one side of a route under this name, written down before it is made: asked for again it is
 * the same one.
 */
export async function draftList(
  tx: Tx,
  given: {
    readonly routeId: string
    readonly connectionId: string
    readonly side: Side
    readonly name: string
  },
): Promise<{ readonly id: string; readonly key: string }> {
  const key = randomUUID()
  const [row] = await tx<{ id: string; key: string }[]>`
    insert into container (route_id, connection_id, role, subject, name, marker, key, made)
    values (${given.routeId}, ${given.connectionId}, 'list', ${`${given.side}/new/${given.name}`}, ${given.name},
      ${listMarker(key)}, ${key}, true)
    on conflict (route_id, role, subject, shard) do update set name = excluded.name
    returning id, key`
  if (row === undefined) throw new Error('a list to be made was not stored')
  return row
}

/** What was written down of a list that was made, and whose answer was lost; by its marker. */
export async function draftMarked(
  sql: Db | Tx,
  routeId: string,
  connectionId: string,
  marker: string,
): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select id from container
    where route_id = ${routeId} and connection_id = ${connectionId} and role = 'list' and made
      and remote_id is null and marker = ${marker}`
  return row?.id ?? null
}

/** The list is there, and is about to be mapped. */
export async function settleDraft(tx: Tx, id: string, side: Side, remoteId: string): Promise<void> {
  await tx`update container set remote_id = ${remoteId}, subject = ${`${side}/${remoteId}`} where id = ${id}`
}
