import type { Config } from './parse.ts'

/** An HTTP call of a write has ended by then, or its outcome is unknown. With the longest wait for the budget before it, it lies inside the activity's own limit. */
export const WRITE_DEADLINE_MS = 40_000

/** The waits of the sync rules as activities take them, in milliseconds. */
export function timingOf(config: Config) {
  const ms = (seconds: number) => seconds * 1000
  return {
    staleReadMs: ms(config.STALE_READ_SECONDS),
    deleteGraceMs: ms(config.DELETE_GRACE_SECONDS),
    createSettleMs: ms(config.CREATE_SETTLE_SECONDS),
    writeDeadlineMs: WRITE_DEADLINE_MS,
    reconcileMs: {
      polled: ms(config.RECONCILE_INTERVAL_SECONDS ?? 600),
      webhooks: ms(config.RECONCILE_INTERVAL_SECONDS ?? 3600),
    },
    dealsMs: ms(config.DEAL_CACHE_REFRESH_SECONDS),
  }
}
