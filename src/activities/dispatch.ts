import { earlier, msBetween } from '../core/db-time.ts'
import { clockNow } from '../store/clock.ts'
import { type DueDeal, leaseDeals, nextDealWake, releaseDeals } from '../store/deal-homes.ts'
import { nextNoteWake, notesDue } from '../store/notes.ts'
import { announcedLately, leasePairs, leaveToDeals, nextWake, releaseLeases } from '../store/pending.ts'
import type { Deps } from './deps.ts'

/** Up to this many due pairs get a task workflow each, where each can be seen and retried; more go in batches. */
export const FEW = 25
/** Two short of what the largest service takes in one request: containers that must be made first go along. */
export const BATCH = 98

/** `room`: how many more batches the caller can run beside what it does. */
export type DispatchInput = { readonly connectionId: string; readonly room: number }

/** A batch goes before polls when a delivery has named one of it within this time (milliseconds). */
const ANNOUNCED_MS = 60_000

/**
 * `batches`: pairs for the caller to settle; `announced`: a delivery caused them, and they go before polls. `wakeInMs`:
 * when the next wait of a pair, a deal or a note ends; null when none is waited for.
 */
export type DispatchOutput = {
  readonly batches: readonly (readonly string[])[]
  readonly announced?: boolean
  readonly wakeInMs: number | null
  /** CRMs on whose people notes are due. */
  readonly notes?: readonly { readonly connectionId: string; readonly provider: string }[]
}

/** So many deals are taken up at a time; each has a workflow of its own. */
export const DEALS = 25

/** Takes up what is due: deals by waking their workflows, a few pairs by waking theirs, many in batches. */
export async function dispatch(deps: Deps, input: DispatchInput): Promise<DispatchOutput> {
  const output = await dispatchTasks(deps, input)
  const notes = await notesDue(deps.db, input.connectionId)
  return notes.length === 0 ? output : { ...output, notes }
}

async function dispatchTasks(deps: Deps, input: DispatchInput): Promise<DispatchOutput> {
  const deals = await leaseDeals(deps.db, input.connectionId, DEALS)
  await wakeLeasedDeals(deps, deals)
  const ids = await leased(deps, input.connectionId, FEW + 1)
  if (ids.length <= FEW) {
    if (ids.length > 0) await orRelease(deps.wakeTasks(ids), () => releaseLeases(deps.db, ids))
    return { batches: [], wakeInMs: await wakeIn(deps, input.connectionId) }
  }
  if (input.room === 0) {
    await releaseLeases(deps.db, ids)
    return { batches: [], wakeInMs: null }
  }
  const limit = input.room * BATCH - ids.length
  const all = [...ids, ...(await leased(deps, input.connectionId, limit))]
  const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, n) =>
    all.slice(n * BATCH, (n + 1) * BATCH),
  )
  return {
    batches,
    announced: await announcedLately(deps.db, all, ANNOUNCED_MS),
    wakeInMs: await wakeIn(deps, input.connectionId),
  }
}

/** Starts the workflows of leased deals, or wakes them; of none, nothing. */
export async function wakeLeasedDeals(deps: Deps, deals: readonly DueDeal[]): Promise<void> {
  if (deals.length > 0) await orRelease(deps.wakeDeals(deals), () => releaseDeals(deps.db, deals))
}

/** Those that could not be woken are taken up again at once, by who tries next, and not after their lease. */
async function orRelease(waking: Promise<void>, release: () => Promise<void>): Promise<void> {
  try {
    await waking
  } catch (error) {
    await release()
    throw error
  }
}

async function leased(deps: Deps, connectionId: string, limit: number): Promise<string[]> {
  return leaveToDeals(deps.db, await leasePairs(deps.db, { connectionId, limit }))
}

async function wakeIn(deps: Deps, connectionId: string): Promise<number | null> {
  const ofTasks = earlier(await nextWake(deps.db, connectionId), await nextDealWake(deps.db, connectionId))
  const at = earlier(ofTasks, await nextNoteWake(deps.db, connectionId))
  return at === null ? null : Math.max(0, msBetween(await clockNow(deps.db), at))
}
