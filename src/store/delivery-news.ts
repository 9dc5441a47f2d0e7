import type { DbTime } from '../core/db-time.ts'
import type { NudgeTopic } from '../providers/contract.ts'
import type { Db, Tx } from './database.ts'

/** What came of a connection's webhooks. `refused`: deliveries that its secret had not signed, in all. */
export type DeliveryNews = {
  readonly connectionId: string
  readonly lastAt: DbTime | null
  readonly refused: number
  readonly lastRefusedAt: DbTime | null
}

export async function deliveryNews(sql: Db | Tx): Promise<DeliveryNews[]> {
  return sql<DeliveryNews[]>`
    select c.id as "connectionId",
      (select d.received_at from delivery d where d.connection_id = c.id order by d.received_at desc limit 1) as "lastAt",
      coalesce(r.refused, 0)::int as refused, r.last_at as "lastRefusedAt"
    from connection c left join refused_delivery r on r.connection_id = c.id
    where c.removed_at is null order by c.id`
}

/** The first delivery that has come after this moment. */
export async function deliveryAfter(
  sql: Db | Tx,
  connectionId: string,
  after: DbTime,
): Promise<{ readonly about: NudgeTopic; readonly at: DbTime } | undefined> {
  const [row] = await sql<{ about: NudgeTopic; at: DbTime }[]>`
    select about, received_at as at from delivery
    where connection_id = ${connectionId} and received_at > ${after} order by received_at limit 1`
  return row
}

/** Counts deliveries that were refused. */
export async function addRefused(sql: Db | Tx, connectionId: string, count: number): Promise<void> {
  await sql`
    insert into refused_delivery as r (connection_id, refused, last_at) values (${connectionId}, ${count}, clock())
    on conflict (connection_id) do update set refused = r.refused + excluded.refused, last_at = excluded.last_at`
}
