import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../store/database.ts'
import { readStatus, type StatusReport } from './status-report.ts'

const LOOK_EVERY_MS = 200

/**
 * Looks at the record until it is settled, `until` says that waiting is useless, or the time is over. Gives back the
 * last report either way. Throws the signal's reason when it fires.
 */
export async function waitSettled(
  db: Db,
  options: {
    readonly signal: AbortSignal
    readonly timeoutMs?: number
    readonly until?: (report: StatusReport) => boolean
  },
): Promise<StatusReport> {
  const end = performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY)
  for (;;) {
    options.signal.throwIfAborted()
    const report = await readStatus(db)
    if (report.settled || options.until?.(report) === true || performance.now() >= end) return report
    const restMs = Math.max(1, Math.min(LOOK_EVERY_MS, end - performance.now()))
    await pause(restMs, undefined, { signal: options.signal }).catch(() => {})
  }
}
