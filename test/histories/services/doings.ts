import type { Side } from './sides.ts'
import type { Field } from './values.ts'

/** A value that a user wrote. `count`: its place in the order of all that happened. */
export type UserWrite = {
  readonly count: number
  readonly side: Side
  readonly remoteId: string
  readonly token: string
  readonly field: Field
  readonly value: unknown
}

export type Made = {
  readonly side: Side
  /** False when the task says nobody's name, or somebody's whom nobody knows; null: it depends on who was quicker. */
  readonly hasPerson: boolean | null
  readonly parent: string | null
  /** It says whose it is by the marker of the task that it copies, and by nothing else. */
  readonly copied: boolean
}

export type Gone = {
  readonly count: number
  readonly token: string
  readonly side: Side
  readonly remoteId: string
  /** It was certainly in step with its counterpart once. */
  readonly linked: boolean
}

/** What users did, by the token that each task carries in its title from its first day. */
export class Doings {
  readonly made = new Map<string, Made>()
  readonly writes: UserWrite[] = []
  readonly deleted: Gone[] = []
  /** Tasks of Todoist that were taken out of the product's sight, or brought back into it. */
  readonly moved: { readonly count: number; readonly token: string; readonly inScope: boolean }[] = []

  get tokens(): string[] {
    return [...this.made.keys()]
  }

  deletedOn(token: string, side: Side): boolean {
    return this.deleted.some((one) => one.token === token && one.side === side)
  }

  /** Whether it is in scope at the end, and whether it always was. */
  scopeOf(token: string): { readonly now: boolean; readonly always: boolean } {
    const moves = this.moved.filter((one) => one.token === token)
    return { now: moves.at(-1)?.inScope ?? true, always: moves.every((one) => one.inScope) }
  }
}
