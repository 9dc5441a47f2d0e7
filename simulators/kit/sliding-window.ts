import type { SimClock } from './clock.ts'

/** Counts events in a sliding window, for rate limits. */
export class SlidingWindow {
  private times: number[] = []
  private readonly clock: SimClock
  readonly windowMs: number

  constructor(clock: SimClock, windowMs: number) {
    this.clock = clock
    this.windowMs = windowMs
  }

  /**
   * Takes one place out of `limit`. `remaining` is what is left after it; when there was none, `ok` is false,
   * nothing is taken and `retryAfterMs` says when the oldest falls out.
   */
  take(limit: number): { ok: boolean; remaining: number; retryAfterMs: number } {
    const now = this.clock.elapsed()
    this.forget(now)
    if (this.times.length >= limit) {
      const freeing = this.times[this.times.length - limit] ?? now
      return { ok: false, remaining: 0, retryAfterMs: Math.max(1, freeing + this.windowMs - now) }
    }
    this.times.push(now)
    return { ok: true, remaining: limit - this.times.length, retryAfterMs: 0 }
  }

  /** Places in use now. */
  used(): number {
    this.forget(this.clock.elapsed())
    return this.times.length
  }

  private forget(now: number): void {
    const cut = now - this.windowMs
    let gone = 0
    while (gone < this.times.length && (this.times[gone] ?? 0) <= cut) gone += 1
    if (gone > 0) this.times = this.times.slice(gone)
  }

  clear(): void {
    this.times = []
  }
}
