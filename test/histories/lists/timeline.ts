import type { Side } from '../services/sides.ts'
import type { SeenTask } from './side.ts'

type Moment = { readonly count: number; readonly tasks: readonly SeenTask[] }

/** What each service held at any time, as its user saw it. Of the past as well, so that the oracle can say what a look showed. */
export class Timeline {
  readonly #moments: Record<Side, Moment[]> = { left: [], right: [] }

  note(side: Side, count: number, tasks: readonly SeenTask[]): void {
    this.#moments[side].push({ count, tasks })
  }

  /** A task as it was at this place of the order of everything; undefined where it was not there. */
  at(side: Side, id: string, count: number): SeenTask | undefined {
    const moment = this.#moments[side].findLast((one) => one.count <= count)
    return moment?.tasks.find((task) => task.id === id)
  }

  /** Its tasks at the end. */
  last(side: Side): readonly SeenTask[] {
    return this.#moments[side].at(-1)?.tasks ?? []
  }

  /** The token of a task that was ever there; null of no such task. */
  tokenOf(side: Side, id: unknown): string | null {
    for (const { tasks } of this.#moments[side].toReversed()) {
      const task = tasks.find((one) => one.id === id)
      if (task !== undefined) return task.token
    }
    return null
  }

  /** All ids that a token ever had on a side. */
  idsOf(side: Side, token: string): ReadonlySet<string> {
    const all = this.#moments[side].flatMap(({ tasks }) => tasks.filter((one) => one.token === token))
    return new Set(all.map(({ id }) => id))
  }
}
