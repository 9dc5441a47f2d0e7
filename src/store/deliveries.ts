import type { Db, Tx } from './database.ts'

export type NewDelivery = {
  readonly connectionId: string
  readonly deliveryId: string
  readonly remoteIds: readonly string[]
  readonly deleted: boolean
}

/** Stores a verified delivery. False when it had been stored before (services repeat themselves). */
export async function storeDelivery(sql: Db | Tx, given: NewDelivery): Promise<boolean> {
  const rows = await sql`
    insert into delivery (connection_id, delivery_id, remote_ids, deleted)
    values (${given.connectionId}, ${given.deliveryId}, ${[...given.remoteIds]}, ${given.deleted})
    on conflict (connection_id, delivery_id) do nothing returning id`
  return rows.length > 0
}

/**
 * Deliveries that no pull has taken in yet, as of now. `naming` name tasks: `named`, of which `deleted` are said to be
 * deleted. `general` name none: something else changed.
 */
export type Waiting = {
  readonly naming: readonly string[]
  readonly general: readonly string[]
  readonly named: readonly string[]
  readonly deleted: ReadonlySet<string>
}

export async function waitingDeliveries(sql: Db | Tx, connectionId: string): Promise<Waiting> {
  const rows = await sql<{ id: string; remoteIds: string[]; deleted: boolean }[]>`
    select id, remote_ids as "remoteIds", deleted from delivery
    where connection_id = ${connectionId} and consumed_at is null order by id limit 1000`
  const naming = rows.filter((row) => row.remoteIds.length > 0)
  return {
    naming: naming.map((row) => row.id),
    general: rows.filter((row) => row.remoteIds.length === 0).map((row) => row.id),
    named: [...new Set(naming.flatMap((row) => row.remoteIds))],
    deleted: new Set(naming.filter((row) => row.deleted).flatMap((row) => row.remoteIds)),
  }
}

export async function consumeDeliveries(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx`update delivery set consumed_at = clock() where id in ${tx(ids)}`
}

/** Connections whose deliveries were stored while nobody could be signalled. */
export async function connectionsWithDeliveries(sql: Db | Tx): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select distinct connection_id as id from delivery where consumed_at is null`
  return rows.map((row) => row.id)
}
