import type { SimClock } from './clock.ts'

interface Change<K, V> {
  at: number
  key: K
  before: V | undefined
}

/**
 * What records were before their latest changes, so that a read can be answered from the past (fault
 * `stale-read`, read-after-write lag). Records must be replaced on change, never mutated.
 *
 * Use: call `note(key, before)` with each write (`before` undefined = it was created now), and on a stale
 * read lay `view(staleMs)` over the present: a key in it had that value then (undefined = did not exist).
 */
export class RecentPast<K, V> {
  private changes: Change<K, V>[] = []
  private readonly clock: SimClock
  private readonly keepMs: number

  constructor(clock: SimClock, keepMs = 600_000) {
    this.clock = clock
    this.keepMs = keepMs
  }

  note(key: K, before: V | undefined): void {
    const at = this.clock.elapsed()
    this.changes.push({ at, key, before })
    // Pruned in bulk: the oldest half goes once it is out of reach.
    const middle = this.changes[this.changes.length >> 1]
    if (this.changes.length > 4096 && middle !== undefined && middle.at < at - this.keepMs) {
      this.changes = this.changes.slice(this.changes.length >> 1)
    }
  }

  /** The keys that changed in the last `staleMs`, with the value each had before that. */
  view(staleMs: number): ReadonlyMap<K, V | undefined> {
    const past = new Map<K, V | undefined>()
    if (staleMs <= 0) return past
    const cut = this.clock.elapsed() - staleMs
    for (let i = this.changes.length - 1; i >= 0; i -= 1) {
      const change = this.changes[i]
      if (change === undefined || change.at <= cut) break
      past.set(change.key, change.before)
    }
    return past
  }

  clear(): void {
    this.changes = []
  }
}
