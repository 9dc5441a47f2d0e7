import type { Side } from '../services/sides.ts'
import type { SeenTask } from './side.ts'
import type { Field } from './values.ts'

/** A value that a user wrote. `count`: its place in the order of all that happened. `was`: what he had before him. */
export type UserWrite = {
  readonly count: number
  readonly side: Side
  readonly id: string
  readonly token: string
  readonly field: Field
  readonly value: unknown
  readonly was?: unknown
}

/** `seen`: what its user had before him when he deleted it. `linked`: it was certainly in step once. */
export type Deletion = {
  readonly count: number
  readonly side: Side
  readonly id: string
  readonly token: string
  readonly seen: SeenTask
  readonly linked: boolean
}

/** What users did, by the token that each task carries in its title from its first day. */
export class Doings {
  readonly made = new Map<string, { readonly side: Side; readonly count: number }>()
  readonly writes: UserWrite[] = []
  readonly deleted: Deletion[] = []
  /** Tasks that repeat, on the side where they do; and how often their users have closed one of them on each side. */
  readonly repeats = new Map<string, Side>()
  readonly closed: { readonly token: string; readonly side: Side; readonly count: number }[] = []
  /** What only its own side has a place for, as its user has left it last. */
  readonly own = new Map<string, readonly string[]>()
  /** Tasks of which a user changed something that the other side has no place for. */
  readonly decorated: { readonly token: string; readonly side: Side }[] = []
  /** Tasks that lay below another, or above it, at any time: services change what lies below along with the rest. */
  readonly family = new Set<string>()
  /** Tasks that lay in an unmapped list at any time. */
  readonly out = new Set<string>()

  deletedOn(token: string, side: Side): boolean {
    return this.deleted.some((one) => one.token === token && one.side === side)
  }

  /** The last value of a field that a user of this side wrote. */
  lastWord(token: string, side: Side, field: Field): UserWrite | undefined {
    return this.writes.findLast((one) => one.token === token && one.side === side && one.field === field)
  }

  /** Whether a user deleted the task that somebody had written it to: it was his to lose. */
  threwAway({ id, side, count }: Pick<UserWrite, 'id' | 'side' | 'count'>): boolean {
    return this.deleted.some((one) => one.id === id && one.side === side && one.count > count)
  }
}
