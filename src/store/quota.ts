import type { DbTime } from '../core/db-time.ts'
import type { QuotaContext } from '../providers/contract.ts'
import type { Db } from './database.ts'

/** Who asks. A user's change always finds room: polls leave 15 % of the burst alone, a first sync 40 %. */
export const QUOTA_PRIORITIES = { change: 0, poll: 0.15, backfill: 0.4 } as const
export type QuotaPriority = keyof typeof QUOTA_PRIORITIES

/**
 * Of what the service says is left, so much of the limit is left to whoever else uses the account. With the burst it is
 * what a budget that nobody else uses always leaves.
 */
const RESERVE = 0.02
/** Refused writes of a backfill come back when half of their share of the burst is there, or so much later (milliseconds). */
const GATHER_MS = 400

/** `askedAt`: a slot was taken. `retryAfterMs`: none was free; ask again then. */
export type SlotAnswer = { readonly askedAt: DbTime } | { readonly retryAfterMs: number }

/**
 * Takes one slot of a connection's budget, or none: never waits, never holds a lock across a request. GCRA for a
 * sliding window: a burst and a steady rate that together never use more than 93 % of the limit in any window.
 * Requests of a write are counted apart as well (`written`).
 *
 * The refused writes of a `backfill` are told to come back when half of their share of the burst is there: they are
 * many, and would else come for one slot at a time. Not all of it: what comes while the burst is full is lost.
 *
 * Nobody waits until it is on disk, once for every request: a server that loses its power forgets the last second's slots,
 * and what is left of the limit is more than that.
 */
export async function takeSlot(
  db: Db,
  connectionId: string,
  context: QuotaContext,
  priority: QuotaPriority,
  forWrite = false,
): Promise<SlotAnswer> {
  const share = 1 - QUOTA_PRIORITIES[priority]
  const gatherMs = priority === 'backfill' && forWrite ? GATHER_MS : 0
  for (;;) {
    const [row] = await db<{ askedAt: DbTime; taken: boolean; waitMs: number }[]>`
      with wanted as (
        select q.connection_id, q.context, clock() as now, b.burst, b.spacing_ms,
               greatest(q.tat, clock()) + b.spacing_ms * interval '1 ms' as next,
               clock() + greatest(1, b.burst * ${share}::float8) * b.spacing_ms * interval '1 ms' as latest,
               q.blocked_until
        from quota q cross join lateral budget(q.request_limit, q.window_ms) b
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
             set_config('synchronous_commit', 'off', true),
             (extract(epoch from greatest(w.next - w.latest, w.blocked_until - w.now)) * 1000
               + least(greatest(0, w.burst * ${share}::float8 / 2 - 1) * w.spacing_ms, ${gatherMs}::float8))::float8
               as "waitMs"
      from wanted w`
    if (row !== undefined)
      return row.taken ? { askedAt: row.askedAt } : { retryAfterMs: Math.ceil(Math.max(row.waitMs, 1)) }
    await db`
      insert into quota (connection_id, context, request_limit, window_ms)
      values (${connectionId}, ${context.context}, ${context.limit}, ${context.windowMs})
      on conflict do nothing`
  }
}

/**
 * What an answer's headers said: a new limit, a time before which nothing must be sent, or how much is left
 * (milliseconds). Other programs may use the same budget: when less is left than we know of, the next slots come as
 * much later, and ever later the nearer it is to the reserve. An answer that tells of enough changes nothing.
 */
export async function learnQuota(
  db: Db,
  connectionId: string,
  news: {
    readonly context: string
    readonly limit?: number | undefined
    readonly remaining?: number | undefined
    readonly windowMs?: number | undefined
    readonly retryAfterMs?: number | undefined
  },
): Promise<void> {
  const limit = positive(news.limit)
  const windowMs = positive(news.windowMs)
  const remaining = news.remaining ?? null
  await db`
    with told as (
      select q.connection_id, q.context, l.request_limit, l.window_ms,
             clock() + (b.burst + l.request_limit * ${RESERVE}::float8 - ${remaining}::float8)
               * b.spacing_ms * interval '1 ms' as tat
      from quota q
      cross join lateral (
        select coalesce(${limit}::float8, q.request_limit) as request_limit,
               coalesce(${windowMs}::float8, q.window_ms) as window_ms) l
      cross join lateral budget(l.request_limit, l.window_ms) b
      where q.connection_id = ${connectionId} and q.context = ${news.context}
    )
    update quota q set request_limit = t.request_limit, window_ms = t.window_ms, tat = greatest(q.tat, t.tat),
      blocked_until = greatest(q.blocked_until,
        clock() + ${news.retryAfterMs ?? null}::float8 * interval '1 ms')
    from told t
    where q.connection_id = t.connection_id and q.context = t.context
      and (${news.retryAfterMs ?? null}::float8 is not null
        or q.request_limit <> t.request_limit or q.window_ms <> t.window_ms
        or t.tat > greatest(q.tat, clock()))`
}

/** How much of the burst is used up in the busiest context of a connection: 0 none, 1 all of it. */
export async function budgetInUse(db: Db, connectionId: string): Promise<number> {
  const [row] = await db<{ used: number | null }[]>`
    select max(extract(epoch from greatest(q.tat, clock()) - clock()) * 1000 / (b.burst * b.spacing_ms))::float8 as used
    from quota q cross join lateral budget(q.request_limit, q.window_ms) b
    where q.connection_id = ${connectionId}`
  return row?.used ?? 0
}

/** A budget of nothing, or in no time, is a misread header and no budget. */
function positive(value: number | undefined): number | null {
  return value !== undefined && value > 0 ? value : null
}
