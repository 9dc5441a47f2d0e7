import type { DbTime } from '../core/db-time.ts'
import type { QuotaContext } from '../providers/contract.ts'
import type { Db } from './database.ts'

/** Who asks. A user's change always finds room: polls leave 15 % of the burst alone, a first sync 40 %. */
export const QUOTA_PRIORITIES = { change: 0, poll: 0.15, backfill: 0.4 } as const
export type QuotaPriority = keyof typeof QUOTA_PRIORITIES

const USABLE = 0.9
const SHORT_WINDOW_MS = 60_000
const SHORT_BURST = 0.05
const LONG_BURST = 0.5

/** `askedAt`: a slot was taken. `retryAfterMs`: none was free; ask again then. */
export type SlotAnswer = { readonly askedAt: DbTime } | { readonly retryAfterMs: number }

/**
 * Takes one slot of a connection's budget, or none: never waits, never holds a lock across a request. GCRA for a
 * sliding window: a burst and a steady rate that together never use more than 90 % of the limit in any window.
 * Requests of a write are counted apart as well (`written`).
 */
export async function takeSlot(
  db: Db,
  connectionId: string,
  context: QuotaContext,
  priority: QuotaPriority,
  forWrite = false,
): Promise<SlotAnswer> {
  for (;;) {
    const [row] = await db<{ askedAt: DbTime; taken: boolean; waitMs: number }[]>`
      with wanted as (
        select q.connection_id, q.context, clock() as now, b.spacing_ms,
               greatest(q.tat, clock()) + b.spacing_ms * interval '1 ms' as next,
               clock() + greatest(b.spacing_ms, b.burst * (1 - ${QUOTA_PRIORITIES[priority]}::float8) * b.spacing_ms)
                 * interval '1 ms' as latest,
               q.blocked_until
        from quota q
        cross join lateral (
          select burst, q.window_ms / greatest(q.request_limit * ${USABLE}::float8 - burst,
                                               q.request_limit * ${SHORT_BURST}::float8) as spacing_ms
          from (select greatest(1, q.request_limit * case when q.window_ms <= ${SHORT_WINDOW_MS}::float8
                  then ${SHORT_BURST}::float8 else ${LONG_BURST}::float8 end) as burst) x
        ) b
        where q.connection_id = ${connectionId} and q.context = ${context.context}
        for no key update of q
      ), taken as (
        update quota q set tat = w.next, taken = q.taken + 1, written = q.written + ${forWrite ? 1 : 0}
        from wanted w
        where q.connection_id = w.connection_id and q.context = w.context
          and w.next <= w.latest and w.blocked_until <= w.now
        returning q.connection_id
      )
      select clock() as "askedAt", exists (select from taken) as taken,
             (extract(epoch from greatest(w.next - w.latest, w.blocked_until - w.now)) * 1000)::float8 as "waitMs"
      from wanted w`
    if (row !== undefined)
      return row.taken ? { askedAt: row.askedAt } : { retryAfterMs: Math.ceil(Math.max(row.waitMs, 1)) }
    await db`
      insert into quota (connection_id, context, request_limit, window_ms)
      values (${connectionId}, ${context.context}, ${context.limit}, ${context.windowMs})
      on conflict do nothing`
  }
}

/** What an answer's headers said: a new limit, or a time before which nothing must be sent. Milliseconds. */
export async function learnQuota(
  db: Db,
  connectionId: string,
  news: {
    readonly context: string
    readonly limit?: number | undefined
    readonly windowMs?: number | undefined
    readonly retryAfterMs?: number | undefined
  },
): Promise<void> {
  const limit = positive(news.limit)
  const windowMs = positive(news.windowMs)
  await db`
    update quota set request_limit = coalesce(${limit}::float8, request_limit),
      window_ms = coalesce(${windowMs}::float8, window_ms),
      blocked_until = greatest(blocked_until,
        clock() + coalesce(${news.retryAfterMs ?? null}::float8, 0) * interval '1 ms')
    where connection_id = ${connectionId} and context = ${news.context}
      and (${news.retryAfterMs ?? null}::float8 is not null
        or request_limit <> coalesce(${limit}::float8, request_limit)
        or window_ms <> coalesce(${windowMs}::float8, window_ms))`
}

/** A budget of nothing, or in no time, is a misread header and no budget. */
function positive(value: number | undefined): number | null {
  return value !== undefined && value > 0 ? value : null
}
