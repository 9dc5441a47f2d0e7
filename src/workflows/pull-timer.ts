/** First and longest distance between pulls that nudges cause. */
const FIRST_SPACING_MS = 100
const LONGEST_SPACING_MS = 2_000
/** The longest after a pull that cost no request: all that was announced were creates of ours. */
const IDLE_SPACING_MS = 500

/** After a listing of deals that failed; doubled with each further one, up to the distance between listings. */
const FIRST_DEALS_PAUSE_MS = 30_000

/** How often deals are listed, and when next. */
export type DealTimes = { readonly inMs: number; readonly everyMs: number }

export type PullPlanTimes = {
  readonly deals?: DealTimes | undefined
  readonly pollMs: number
  readonly completeInMs: number
  readonly completeEveryMs: number
}

/** When to pull next. Reads the workflow's own clock, which replays. */
export class PullTimer {
  #pollMs = 30_000
  #completeEveryMs = 600_000
  #nextPollAt: number
  #nextCompleteAt = 0
  #wakeAt = Number.POSITIVE_INFINITY
  #dealsEveryMs: number | null = null
  #nextDealsAt = Number.POSITIVE_INFINITY
  #dealsPauseMs = FIRST_DEALS_PAUSE_MS
  #lastNudgePullAt = 0
  #spacingMs = FIRST_SPACING_MS

  /** `pollInMs`: until the first poll. */
  constructor(pollInMs: number) {
    this.#nextPollAt = Date.now() + pollInMs
  }

  /** Milliseconds until the next poll. */
  pollInMs(): number {
    return Math.max(0, this.#nextPollAt - Date.now())
  }

  configure(plan: PullPlanTimes): void {
    this.#pollMs = plan.pollMs
    this.#completeEveryMs = plan.completeEveryMs
    this.#nextCompleteAt = Date.now() + plan.completeInMs
    this.#dealsEveryMs = plan.deals?.everyMs ?? null
    // While they cannot be listed, the pause counts.
    if (plan.deals === undefined) this.#nextDealsAt = Number.POSITIVE_INFINITY
    else if (this.#dealsPauseMs === FIRST_DEALS_PAUSE_MS) this.#nextDealsAt = Date.now() + plan.deals.inMs
  }

  /** Milliseconds until something is to be done without anybody asking. */
  nextInMs(nudged: boolean): number {
    const nudgeAt = nudged ? this.#lastNudgePullAt + this.#spacingMs : Number.POSITIVE_INFINITY
    return Math.max(0, Math.min(this.#nextPollAt, this.#nextDealsAt, this.#wakeAt, nudgeAt) - Date.now())
  }

  nudgeIsDue(nudged: boolean): boolean {
    return nudged && Date.now() >= this.#lastNudgePullAt + this.#spacingMs
  }

  pollIsDue(): boolean {
    return Date.now() >= this.#nextPollAt
  }

  completeIsDue(): boolean {
    return Date.now() >= this.#nextCompleteAt
  }

  /** Whether the connection has deals that anybody needs. */
  hasDeals(): boolean {
    return this.#dealsEveryMs !== null
  }

  dealsAreDue(): boolean {
    return Date.now() >= this.#nextDealsAt
  }

  dealsFailed(): void {
    if (this.#dealsEveryMs === null) return
    this.#nextDealsAt = Date.now() + this.#dealsPauseMs
    this.#dealsPauseMs = Math.min(
      2 * this.#dealsPauseMs,
      Math.max(this.#dealsEveryMs, FIRST_DEALS_PAUSE_MS + 1),
    )
  }

  dealsListed(): void {
    this.#dealsPauseMs = FIRST_DEALS_PAUSE_MS
    if (this.#dealsEveryMs !== null) this.#nextDealsAt = Date.now() + this.#dealsEveryMs
  }

  /** Our own writes come back as nudges: those that find nothing make the next ones rarer, a find resets it. */
  nudgePulled(found: boolean, idle: boolean): void {
    this.#lastNudgePullAt = Date.now()
    const longest = idle ? IDLE_SPACING_MS : LONGEST_SPACING_MS
    this.#spacingMs = found ? FIRST_SPACING_MS : Math.min(this.#spacingMs * 2, longest)
  }

  polled(mode: 'incremental' | 'complete'): void {
    this.#nextPollAt = Date.now() + this.#pollMs
    if (mode === 'complete') this.#nextCompleteAt = Date.now() + this.#completeEveryMs
  }

  pollNow(): void {
    this.#nextPollAt = Date.now()
  }

  /** `ms` null: no pair waits for a time. */
  wakeIn(ms: number | null): void {
    this.#wakeAt = ms === null ? Number.POSITIVE_INFINITY : Date.now() + ms
  }
}
