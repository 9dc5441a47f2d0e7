import type { Db, Tx } from './database.ts'

/**
 * A connection's budget in one rate context. `left`: requests that may be sent at once now. `limit`: what the service allows in
 * `windowSeconds`. `taken`, `written`: requests so far, and those of them that were writes.
 */
export type QuotaMeasure = {
  readonly connection: string
  readonly context: string
  readonly left: number
  readonly limit: number
  readonly windowSeconds: number
  readonly taken: number
  readonly written: number
}

export async function quotaMeasures(sql: Db | Tx): Promise<QuotaMeasure[]> {
  return sql<QuotaMeasure[]>`
    select c.name as connection, q.context, q.request_limit as limit, q.window_ms / 1000 as "windowSeconds",
      q.taken::float8 as taken, q.written::float8 as written,
      case when q.blocked_until > clock() then 0 else greatest(0, floor(
        b.burst - extract(epoch from greatest(q.tat, clock()) - clock()) * 1000 / b.spacing_ms)) end::float8 as left
    from quota q join connection c on c.id = q.connection_id and c.removed_at is null
    cross join lateral budget(q.request_limit, q.window_ms) b
    order by c.id, q.context`
}

/** How old the cursor of a stream is, in seconds: what changed since is not known. */
export type CursorAge = { readonly connection: string; readonly stream: string; readonly seconds: number }

export async function cursorAges(sql: Db | Tx): Promise<CursorAge[]> {
  return sql<CursorAge[]>`
    select c.name as connection, s.stream, extract(epoch from clock() - s.confirmed_at)::float8 as seconds
    from sync_state s join connection c on c.id = s.connection_id and c.removed_at is null
    where s.cursor is not null order by c.id, s.stream`
}

/** Deliveries that no pull has taken in, and the age of the oldest in seconds. */
export type WaitingDeliveries = {
  readonly connection: string
  readonly count: number
  readonly oldest: number
}

export async function deliveryMeasures(sql: Db | Tx): Promise<WaitingDeliveries[]> {
  return sql<WaitingDeliveries[]>`
    select c.name as connection, count(d.id)::int as count,
      coalesce(extract(epoch from clock() - min(d.received_at)), 0)::float8 as oldest
    from connection c left join delivery d on d.connection_id = c.id and d.consumed_at is null
    where c.removed_at is null group by c.id, c.name order by c.id`
}
