import type { Db } from '../../src/store/database.ts'
import { noteCounts } from '../../src/store/notes.ts'

/** As long as the short waits of these tests take (`staleReadMs`, `deleteGraceMs`, `createSettleMs`). */
const LONGEST_MS = 300
const SHORTEST_MS = 50

/**
 * Whether anything is left to do, now or when a wait is over. If so, it waits until the first of it is due: to pull both
 * sides again and again meanwhile shows nothing new.
 */
export async function stillOpen(db: Db): Promise<boolean> {
  const [left] = await db<{ open: number; dueInMs: number | null }[]>`
    select count(*)::int as open,
      (extract(epoch from min(coalesce(wake_at, clock())) - clock()) * 1000)::float8 as "dueInMs"
    from pending where wake_at < 'infinity' or wake_at is null`
  const notes = [...(await noteCounts(db)).values()].filter(({ comments, tasks }) => comments + tasks > 0)
  if ((left?.open ?? 0) + notes.length === 0) return false
  const waitMs = Math.min(Math.max(left?.dueInMs ?? 0, SHORTEST_MS), LONGEST_MS)
  await new Promise((resolve) => setTimeout(resolve, waitMs))
  return true
}
