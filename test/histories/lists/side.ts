import type { Place } from './pairs.ts'
import type { Values } from './values.ts'

/**
 * A task as its user's app shows it. `own`: what only this side has a place for, to the letter. `stray`: lines of its notes
 * that nobody may have written.
 */
export type SeenTask = {
  readonly id: string
  readonly token: string
  readonly values: Values
  readonly repeats: boolean
  readonly own: readonly string[]
  readonly stray: readonly string[]
}

export type Draft = {
  readonly token: string
  readonly title: string
  readonly notes: string
  readonly due: string | null
  readonly priority: number | null
  readonly labels: readonly string[]
  readonly list: Place
  /** The id of the task above. */
  readonly parent: string | null
  readonly repeats: boolean
  /** A number in [0, 1), by which an app does what the history leaves open. */
  readonly value: number
}

export type Change = Partial<Pick<Values, 'title' | 'notes' | 'due' | 'priority'>> & {
  readonly label?: { readonly name: string; readonly on: boolean }
}

/** One side's service, through the app of its user. What an app cannot do with a task, it does not do. */
export type UserApp = {
  /** All that are there, completed ones too. */
  tasks(): Promise<readonly SeenTask[]>
  add(draft: Draft): Promise<void>
  change(id: string, change: Change): Promise<void>
  /** Of a task that repeats: the present occurrence. */
  complete(id: string): Promise<void>
  reopen(id: string): Promise<void>
  remove(id: string): Promise<void>
  move(id: string, to: Place): Promise<void>
  putBelow(id: string, parent: string | null): Promise<void>
  /** Changes something that the other side has no place for. */
  decorate(id: string, value: number): Promise<void>
}
