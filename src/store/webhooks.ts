import type { DbTime } from '../core/db-time.ts'
import type { SeenWebhook } from '../core/webhook-steps.ts'
import type { Db, Tx } from './database.ts'

/** A webhook that we have registered, or were about to (`remoteId` null). */
export type KnownWebhook = { readonly event: string; readonly url: string; readonly remoteId: string | null }

export async function knownWebhooks(sql: Db | Tx, connectionId: string): Promise<KnownWebhook[]> {
  return sql<KnownWebhook[]>`
    select event, url, remote_id as "remoteId" from webhook where connection_id = ${connectionId} order by event, url`
}

/** Before the call: its answer may be lost. */
export async function noteIntended(
  db: Db,
  connectionId: string,
  { event, url }: Pick<SeenWebhook, 'event' | 'url'>,
): Promise<void> {
  await db`
    insert into webhook (connection_id, event, url) values (${connectionId}, ${event}, ${url}) on conflict do nothing`
}

/** What is ours now; whatever else stood here is no more. */
export async function saveKnown(tx: Tx, connectionId: string, ours: readonly SeenWebhook[]): Promise<void> {
  await tx`delete from webhook where connection_id = ${connectionId}`
  for (const { event, url, remoteId } of ours)
    await tx`
      insert into webhook (connection_id, event, url, remote_id) values (${connectionId}, ${event}, ${url}, ${remoteId})
      on conflict do nothing`
}

/**
 * The right to change this connection's webhooks for `ms`; null while somebody else has it. A lock would be held during calls
 * to the service.
 */
export async function claimWebhooks(db: Db, connectionId: string, ms: number): Promise<DbTime | null> {
  const [row] = await db<{ until: DbTime }[]>`
    update connection set webhooks_until = clock() + ${ms}::float8 * interval '1 ms'
    where id = ${connectionId} and coalesce(webhooks_until, '-infinity') <= clock()
    returning webhooks_until as until`
  return row?.until ?? null
}

export async function releaseWebhooks(db: Db, connectionId: string, until: DbTime): Promise<void> {
  await db`
    update connection set webhooks_until = null where id = ${connectionId} and webhooks_until = ${until}`
}

/** Whether deliveries of this connection are taken. */
export async function setTaken(sql: Db | Tx, connectionId: string, taken: boolean): Promise<void> {
  await sql`update connection set webhooks = ${taken} where id = ${connectionId} and removed_at is null`
}

/** Whether a configuration gives this account, which then says at each start whether its deliveries are taken. */
export async function isConfigured(sql: Db | Tx, connectionId: string): Promise<boolean> {
  const [row] = await sql<{ configured: boolean }[]>`
    select configured is not null as configured from connection where id = ${connectionId}`
  return row?.configured === true
}
