import type { Timers } from '../../src/receiver/timers.ts'

/** Time that passes when a test says so. */
export class TestTimers implements Timers {
  now = 0
  readonly #waits = new Set<{ readonly at: number; readonly run: () => void }>()

  after(ms: number, run: () => void): () => void {
    const wait = { at: this.now + ms, run }
    this.#waits.add(wait)
    return () => this.#waits.delete(wait)
  }

  /** Lets this many milliseconds pass; what they wake runs at its own moment, to its next wait. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms
    await this.settle()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.now = next.at
      this.#waits.delete(next)
      next.run()
      await this.settle()
    }
    this.now = end
  }

  /** Until every promise that can go on has done so. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
  }

  #next(end: number): { readonly at: number; readonly run: () => void } | undefined {
    return [...this.#waits].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }
}
