import { Journal } from '../../test/histories/services/journal.ts'

/** A journal that knows the time of each number: what users did and what the product asked has one order and one clock. */
export class TimedJournal extends Journal {
  readonly #times = new Map<number, number>()

  override next(): number {
    const count = super.next()
    this.#times.set(count, performance.now())
    return count
  }

  override clear(): void {
    super.clear()
    this.#times.clear()
  }

  /** Milliseconds of `performance.now()`. */
  timeOf(count: number): number {
    return this.#times.get(count) ?? 0
  }
}
