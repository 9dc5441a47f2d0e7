import type { Db } from './database.ts'

/** One request budget of a connection: at most `limit` in `windowMs`; `free`: how many may be sent at once now. */
export type BudgetLeft = {
  readonly context: string
  readonly limit: number
  readonly windowMs: number
  readonly burst: number
  readonly free: number
  /** Seconds until anything may be sent at all: the service said so. 0: now. */
  readonly blockedFor: number
}

export async function budgetsLeft(db: Db, connectionId: string): Promise<BudgetLeft[]> {
  return db<BudgetLeft[]>`
    select q.context, q.request_limit::float8 as limit, q.window_ms::float8 as "windowMs", floor(b.burst)::float8 as burst,
      greatest(0, floor(b.burst - extract(epoch from greatest(q.tat, clock()) - clock()) * 1000 / b.spacing_ms))::float8 as free,
      greatest(0, extract(epoch from q.blocked_until - clock()))::float8 as "blockedFor"
    from quota q cross join lateral budget(q.request_limit, q.window_ms) b
    where q.connection_id = ${connectionId} order by q.context`
}
