/** `savedAt`: real time, milliseconds since the epoch. */
export interface ClockSnapshot {
  offsetMs: number
  elapsedMs: number
  savedAt: number
}

/**
 * The simulator's clock. Every timestamp a simulator hands out comes from `now()`, so that a test can
 * move time; everything that measures a span (rate windows, staleness, visibility lag) uses `elapsed()`,
 * which follows moves forward but never goes back.
 */
export class SimClock {
  private offsetMs = 0
  private forwardMs = 0
  /** Real times at which it was told to stand. */
  private stood: { now: number; elapsed: number } | undefined

  /** Simulated wall time, milliseconds since the epoch. */
  now(): number {
    return (this.stood?.now ?? Date.now()) + this.offsetMs
  }

  /** Milliseconds that only grow: real monotonic time plus every move forward. */
  elapsed(): number {
    return (this.stood?.elapsed ?? performance.now()) + this.forwardMs
  }

  /** From now on it moves only when it is moved, or runs again: so that a test decides what time it is. */
  stand(standing: boolean): void {
    if (standing && this.stood === undefined) {
      // Whole numbers from here: spans that end at the same moment must not differ by a rounding.
      this.forwardMs = Math.ceil(this.elapsed())
      this.stood = { now: Date.now(), elapsed: 0 }
    }
    if (standing || this.stood === undefined) return
    const [now, elapsed] = [this.now(), this.elapsed()]
    this.stood = undefined
    this.offsetMs = now - Date.now()
    this.forwardMs = elapsed - performance.now()
  }

  /** Simulated wall time as `2026-03-02T15:04:05.123Z`. */
  iso(): string {
    return new Date(this.now()).toISOString()
  }

  /** Moves the clock by `ms` (negative goes back). */
  advance(ms: number): void {
    this.offsetMs += ms
    if (ms > 0) this.forwardMs += ms
  }

  /** Sets the clock; it keeps running from there. */
  set(epochMs: number): void {
    this.advance(epochMs - this.now())
  }

  /** What `restore` needs to run on from here in another process. */
  snapshot(): ClockSnapshot {
    return { offsetMs: this.offsetMs, elapsedMs: this.elapsed(), savedAt: Date.now() }
  }

  /** Runs on as if there had been no interruption: both clocks have moved by the real time since. */
  restore(kept: ClockSnapshot): void {
    this.offsetMs = kept.offsetMs
    this.forwardMs = kept.elapsedMs + Math.max(0, Date.now() - kept.savedAt) - performance.now()
  }

  /** Back to real time, which runs. */
  reset(): void {
    this.stand(false)
    this.offsetMs = 0
  }
}
