import type { Side } from './sides.ts'
import type { Field, Values } from './values.ts'

/**
 * A value that a user wrote. `count`: its place in the order of all that happened. `was`: what he had before him;
 * undefined where he made the task.
 */
export type UserWrite = {
  readonly count: number
  readonly side: Side
  readonly remoteId: string
  readonly token: string
  readonly field: Field
  readonly value: unknown
  readonly was?: unknown
}

export type Made = {
  readonly side: Side
  /** False when the task says nobody's name, or somebody's whom nobody knows; null: it depends on who was quicker. */
  readonly hasPerson: boolean | null
  readonly parent: string | null
  /** It says whose it is by the marker of the task that it copies, and by nothing else. */
  readonly copied: boolean
  /** Made where the product has no business, and without a label that calls it. */
  readonly bornOutside: boolean
}

export type Gone = {
  readonly count: number
  readonly token: string
  readonly side: Side
  readonly remoteId: string
  /** It was certainly in step with its counterpart once. */
  readonly linked: boolean
  /** What its user saw of it when he deleted it. */
  readonly values: Values
}

/** What users did, by the token that each task carries in its title from its first day. */
export class Doings {
  readonly made = new Map<string, Made>()
  readonly writes: UserWrite[] = []
  readonly deleted: Gone[] = []
  /** A task of Todoist was edited after it was completed. */
  editedCompleted = false
  /** Todoist may have shown the past to somebody. */
  shownThePast = false
  /** Out of which a user took the product's marker: who made them may have to be asked. */
  readonly unmarked = new Set<string>()
  /** Tasks that repeat, or did at some time; and how often their users have closed one of them on each side. */
  readonly repeats = new Set<string>()
  readonly closed: { readonly token: string; readonly side: Side }[] = []
  /** Tasks of Todoist that were taken out of the product's sight, or brought back into it. */
  readonly moved: { readonly count: number; readonly token: string; readonly inScope: boolean }[] = []

  get tokens(): string[] {
    return [...this.made.keys()]
  }

  deletedOn(token: string, side: Side): boolean {
    return this.deleted.some((one) => one.token === token && one.side === side)
  }

  /** The last value of a field that a user of this side wrote. */
  lastWord(token: string, side: Side, field: Field): UserWrite | undefined {
    return this.writes.findLast((one) => one.token === token && one.side === side && one.field === field)
  }

  /** Whether a user deleted the task that he, or somebody, had written it to: it was his to lose. */
  threwAway({ remoteId, count }: Pick<UserWrite, 'remoteId' | 'count'>): boolean {
    return this.deleted.some((one) => one.remoteId === remoteId && one.count > count)
  }

  /** Whether users have taken it out of scope at any time. */
  wasOut(token: string): boolean {
    return this.moved.some((one) => one.token === token && !one.inScope)
  }

  /** Above it, in Todoist, from the nearest up. */
  ancestorsOf(token: string): string[] {
    const parent = this.made.get(token)?.parent ?? null
    return parent === null ? [] : [parent, ...this.ancestorsOf(parent)]
  }

  /** Whether it or a task of its family has others above or below it. */
  hasFamily(token: string): boolean {
    return this.ancestorsOf(token).length > 0 || [...this.made.values()].some((one) => one.parent === token)
  }

  /**
   * Whether its own words name a person, or those above it; null when that depends on who was quicker: a task that was
   * ticked off before anybody looked is not asked for its person.
   */
  hasPerson(token: string): boolean | null {
    const made = this.made.get(token)
    if (made === undefined || made.parent === null) return made?.hasPerson ?? null
    const ended = (one: string) =>
      this.deleted.some(({ token: gone }) => gone === one) ||
      this.writes.some((write) => write.token === one && write.field === 'completed' && write.value === true)
    const { parent } = made
    return ended(parent) || this.wasOut(parent) ? null : this.hasPerson(parent)
  }
}
