import type { FieldDecree } from './decree.ts'
import type { Elsewhere } from './place.ts'
import type { RoutePolicy, Side, SideRules } from './policy.ts'
import type { CanonicalTask, Field, FieldValues } from './task.ts'

/**
 * What each side held when the two were last confirmed to be the same. Kept for each side, because a service may
 * hold less than the other (a cut title, an instant without its zone) and that is no change by anybody.
 */
export type Base = { readonly left: FieldValues; readonly right: FieldValues }

/**
 * A difference that was decided to stay: a refused write, a discarded one. It stands until either value moves. `refused`: the
 * place that a service did not take, in its own ids.
 */
export type Standing = {
  readonly field: Field
  readonly left: unknown
  readonly right: unknown
  readonly refused?: { readonly by: Side; readonly value: unknown }
}

/**
 * One side as it is now. `seenAt`: for each field, the whole second (epoch) in which its value first reached us.
 * `doubted`: fields whose value looks like a read from before our last write; they are left alone for now. `recurs`: it
 * repeats here. `elsewhere`: where it would lie on the other side.
 */
export type MergeSide = {
  readonly task: CanonicalTask
  readonly seenAt: Readonly<Partial<Record<Field, number>>>
  readonly doubted: ReadonlySet<Field>
  readonly recurs: boolean
  readonly elsewhere: Elsewhere
}

export type MergeInput = {
  readonly base: Base
  readonly left: MergeSide
  readonly right: MergeSide
  readonly rules: Readonly<Record<Side, SideRules>>
  readonly policy: RoutePolicy
  readonly overrides: readonly Field[]
  readonly standing: readonly Standing[]
  readonly decrees: readonly FieldDecree[]
  /** Fields that something else decides now. */
  readonly apart: ReadonlySet<Field>
}

/**
 * Both sides changed and differ. `winner` null: nothing is written until a person decides. `by`: what has decided, where it
 * was no rule of the route: the task repeats on the winner's side, and has to have a date there.
 */
export type FieldConflict = {
  readonly field: Field
  readonly base: Readonly<Record<Side, unknown>>
  readonly left: unknown
  readonly right: unknown
  readonly winner: Side | null
  readonly by?: 'series'
}

/**
 * `writes`: what to set on each side. `sources`: for each written field, the value on the other side that it comes
 * from (the base moves to the two together once the write is shown); a decreed value comes from neither, and its base
 * moves when both sides show it. `agreed`: fields that hold the same on both sides without a write; their base moves
 * now. `fulfilled`: decrees that are over, because both sides show the value or because somebody has edited it since.
 */
export type MergeResult = {
  readonly writes: Readonly<Record<Side, FieldValues>>
  readonly sources: Readonly<Record<Side, FieldValues>>
  readonly agreed: readonly Field[]
  readonly conflicts: readonly FieldConflict[]
  readonly fulfilled: readonly FieldDecree[]
}

export type FieldOutcome =
  | 'leave'
  | 'agreed'
  | {
      readonly writes: readonly { readonly target: Side; readonly value: unknown }[]
      readonly conflict: FieldConflict | null
    }
