import type { Beside } from './beside.ts'
import type { Decree } from './decree.ts'
import { sameValue } from './equal.ts'
import type { Base, FieldConflict, MergeSide, Standing } from './merge-types.ts'
import type { Lie } from './placed.ts'
import type { RoutePolicy, ServiceRules, Side } from './policy.ts'
import type { Memory } from './presence-table.ts'
import { accountedOccurrences } from './series.ts'
import type { Field, FieldValues } from './task.ts'

/**
 * One side of a pair as the record has it. `fresh`: the picture is no older than the start of this attempt, so that
 * a write may be planned on it.
 */
export type SideView =
  | { readonly presence: 'none' }
  /** `withHome`: its project or section is deleted or archived: that was one change by its user, and not many. */
  | { readonly presence: 'gone'; readonly withHome: boolean }
  /** `hidden`: for certain nobody but the service can say more: the key may not see it. */
  | { readonly presence: 'unknown'; readonly hidden: boolean }
  | (MergeSide & {
      readonly presence: 'present'
      readonly fresh: boolean
      /** Why it is none of the route's business; null when it is. */
      readonly outside: 'out-of-scope' | 'no-sync' | 'handed-over' | 'reassigned' | 'home-gone' | null
      /** Of one that was handed over: another route has it in step. */
      readonly takenOver: boolean
      /** Times that it was completed, occurrences included. */
      readonly completions: number
      /** Where it lies may be a picture from before our move. */
      readonly placeDoubted?: boolean
      /** The labels that say its deal may be from before our last write, where the app has no sections. */
      readonly filedDoubted?: boolean
      /** The task above it is about to be made on the other side. */
      readonly parentComing: boolean
      /** The list that stands for its own on the other side is deleted or archived. */
      readonly homeLost: boolean
    })

/** Why a pair is left alone. Kept with the pair, shown to people. */
export const SKIP_REASONS = [
  'completed-before-link',
  'out-of-scope',
  'no-sync',
  'needs-person',
  'parent-first',
  'deleted-there',
  'home-gone',
  'let-go',
  'unmapped',
  'next-occurrence',
  'direction',
  'not-visible',
  'ambiguous',
  'known-before',
  'discarded',
  'undone',
  'refused',
  'disconnected',
  'handed-over',
  'reassigned',
  'broken',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

export type PairView = {
  readonly memory: Memory
  /** Why it is unlinked or waiting, as an earlier decision left it. */
  readonly reason: SkipReason | null
  readonly base: Base
  readonly overrides: readonly Field[]
  readonly standing: readonly Standing[]
  readonly decrees: readonly Decree[]
  /** What the task held whose place is free; null when none was there. */
  readonly former: FieldValues | null
  /** Completions of a repeating task that are accounted for; null where nothing was counted yet. */
  readonly occurrences: number | null
  /** What the task of another route holds that this pair's new one takes the place of; null where there is none. */
  readonly inherited: FieldValues | null
  readonly left: SideView
  readonly right: SideView
  /** Of a task that a first sync left as it was (`known-before`): what its fields held then. */
  readonly known: FieldValues | null
  /** True when the record knows the person to whom the task belongs. */
  readonly hasPerson: boolean
  readonly rules: Readonly<Record<Side, ServiceRules>>
  readonly policy: RoutePolicy
}

export type WriteCause =
  | 'new-task'
  | 'change'
  | 'deletion'
  | 'edit-beats-delete'
  | 'occurrence'
  | 'series-date'
  | 'next-occurrence'
  | 'resolved'
  | 'undo'
  | 'rollback'
  | 'notice'
  | 'hand-over'
  | 'placement'
  | 'person'
  | 'facts'
  | 'clean'
  | 'checklist'

/** Where a task is to be put: into its deal's section, or into General. */
export type Home = Exclude<Lie, { readonly kind: 'stay' }>

/**
 * `sources`: see MergeResult. `home`: where it puts the task; an update without stays where it is, a create goes into General
 * (where tasks lie in places that Dealbridge chooses). `cause`: what made it necessary, for the audit. `beside`: what it tells the user; the
 * block is added when it is planned.
 */
export type PlannedWrite = {
  readonly home?: Home
  readonly side: Side
  readonly verb: 'create' | 'update' | 'delete'
  readonly fields: FieldValues
  readonly sources: FieldValues
  readonly cause: WriteCause
  readonly beside?: Beside
}

/**
 * What to do with a pair now. `reads`: sides that must be read before anything can be written; when there are any,
 * there are no writes. `abandon`: the task on this side is gone for good (or its occurrence is over), its id becomes a
 * former one. `decrees` and `occurrences`: what is left of them, and what is accounted for, after it.
 */
export type Decision = {
  readonly memory: Memory
  readonly state: 'ok' | 'conflict' | 'waiting' | 'error'
  readonly reason: SkipReason | null
  readonly reads: readonly Side[]
  readonly writes: readonly PlannedWrite[]
  readonly agreed: readonly Field[]
  readonly conflicts: readonly FieldConflict[]
  readonly abandon: Side | null
  readonly decrees: readonly Decree[]
  readonly occurrences: number | null
}

export type Present = Extract<SideView, { presence: 'present' }>

export function isPresent(side: SideView): side is Present {
  return side.presence === 'present'
}

/** A refusal, or what a person gave up, stands: the task of `side` holds what it held then. */
export function isAsRefused(view: PairView, side: Side): boolean {
  const now = view[side]
  if (view.standing.length === 0 || !isPresent(now)) return false
  return view.standing.every((one) => sameValue(one[side], now.task[one.field]))
}

/** A decision about a view: what is not said stays as it is. */
export function decide(view: PairView, part: Partial<Decision> & Pick<Decision, 'memory'>): Decision {
  const over = part.memory === 'unlinked' || part.memory === 'closed'
  return {
    state: 'ok',
    reason: null,
    reads: [],
    writes: [],
    agreed: [],
    conflicts: [],
    abandon: null,
    decrees: over ? [] : view.decrees,
    occurrences: accountedOccurrences(view),
    ...part,
  }
}

export function routeFlows(policy: RoutePolicy, target: Side): boolean {
  return policy.direction === 'both' || policy.direction === (target === 'left' ? 'toLeft' : 'toRight')
}
