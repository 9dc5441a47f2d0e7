import type { DbTime } from '../core/db-time.ts'
import type { NudgeTopic } from '../providers/contract.ts'
import type { Db, Tx } from './database.ts'

/** `remoteIds`: of what it is about. Ids of a deal may look like those of a task. */
export type NewDelivery = {
  readonly connectionId: string
  readonly deliveryId: string
  readonly about: NudgeTopic
  readonly remoteIds: readonly string[]
  readonly made: boolean
  readonly deleted: boolean
}

/** Stores a verified delivery. False when it had been stored before (services repeat themselves). */
export async function storeDelivery(sql: Db | Tx, given: NewDelivery): Promise<boolean> {
  const rows = await sql`
    insert into delivery (connection_id, delivery_id, about, remote_ids, made, deleted)
    values (${given.connectionId}, ${given.deliveryId}, ${given.about}, ${[...given.remoteIds]},
      ${given.made}, ${given.deleted})
    on conflict (connection_id, delivery_id) do nothing returning id`
  return rows.length > 0
}

/** One that no pull has taken in yet. */
export type WaitingDelivery = Omit<NewDelivery, 'connectionId' | 'deliveryId'> & {
  readonly id: string
  readonly receivedAt: DbTime
}

/** Those that wait for a pull of this connection, oldest first. */
export async function waitingDeliveries(sql: Db | Tx, connectionId: string): Promise<WaitingDelivery[]> {
  return sql<WaitingDelivery[]>`
    select id, about, remote_ids as "remoteIds", made, deleted, received_at as "receivedAt" from delivery
    where connection_id = ${connectionId} and consumed_at is null order by id limit 1000`
}

/** Whether a pull has just taken something in: a nudge that finds nothing waiting came for that. */
export async function hasJustConsumed(
  sql: Db | Tx,
  connectionId: string,
  withinMs: number,
): Promise<boolean> {
  const rows = await sql`
    select from delivery where connection_id = ${connectionId}
      and consumed_at > clock() - ${withinMs}::float8 * interval '1 ms' limit 1`
  return rows.length > 0
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
