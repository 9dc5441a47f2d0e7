import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** What the last check found wrong with a connection's webhooks: of how many events; null: the service did not say. */
export type WebhookTrouble = { readonly connectionId: string; readonly events: number | null }

/** Of connections that are still there, with their names. */
export async function webhookTroubles(sql: Db | Tx): Promise<(WebhookTrouble & { readonly name: string })[]> {
  return sql<(WebhookTrouble & { name: string })[]>`
    select t.connection_id as "connectionId", t.events, c.name
    from webhook_trouble t join connection c on c.id = t.connection_id
    where c.removed_at is null and c.webhooks and c.state <> 'paused' order by c.id`
}

/** Replaces what an earlier check found. */
export async function saveWebhookTroubles(tx: Tx, troubles: readonly WebhookTrouble[]): Promise<void> {
  await tx`delete from webhook_trouble`
  await tx`
    insert into webhook_trouble (connection_id, events)
    select t."connectionId", t.events
    from jsonb_to_recordset(${json(tx, troubles)}) as t("connectionId" bigint, events int)
    join connection c on c.id = t."connectionId"`
}

/** Nothing is wrong any more with the webhooks of this connection. */
export async function dropWebhookTrouble(tx: Tx, connectionId: string): Promise<void> {
  await tx`delete from webhook_trouble where connection_id = ${connectionId}`
}
