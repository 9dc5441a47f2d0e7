import type { BlockPart } from './block-lines.ts'
import type { DealPolicy } from './deal-policy.ts'
import { type CanonicalTask, FIELDS, type Field } from './task.ts'

export const SIDES = ['left', 'right'] as const
export type Side = (typeof SIDES)[number]

export function otherSide(side: Side): Side {
  return side === 'left' ? 'right' : 'left'
}

/** Which way a field (or a whole route) may flow. */
export const DIRECTIONS = ['both', 'toLeft', 'toRight', 'off'] as const
export type Direction = (typeof DIRECTIONS)[number]

export const CONFLICT_RULES = ['newest', 'left', 'right', 'manual'] as const
export type ConflictRule = (typeof CONFLICT_RULES)[number]

/** What happens on the other side when a task was deleted on this one. */
export const DELETE_RULES = ['propagate', 'complete', 'unlink'] as const
export type DeleteRule = (typeof DELETE_RULES)[number]

/** Which of a side's tasks belong to a route where tasks are assigned to users: those of its key's own user, or all. */
export const ASSIGNEE_SCOPES = ['own', 'anyone'] as const
/** Those of these users (remote ids) alone, and whether those that nobody is assigned to go with them. */
export type AgentScope = { readonly only: readonly string[]; readonly unassigned: boolean }
export type AssigneeScope = (typeof ASSIGNEE_SCOPES)[number] | AgentScope

/**
 * What a first sync lets in of the tasks that are on one side only: all open ones, those that are not overdue by more
 * than so many days, or none.
 */
export type FirstSyncRule =
  | { readonly kind: 'open' }
  | { readonly kind: 'dueSince'; readonly days: number }
  | { readonly kind: 'none' }

/** `zone`: IANA name, in which the route's user reads wall clocks. */
export type RoutePolicy = {
  readonly zone: string
  readonly direction: Direction
  readonly fields: Readonly<Partial<Record<Field, Direction>>>
  readonly conflicts: ConflictRule
  readonly deletes: Readonly<Record<Side, DeleteRule>>
  readonly assignees: AssigneeScope
  readonly firstSync: FirstSyncRule
  /** Absent: tasks are not filed by deals, and all lie in General. */
  readonly deals?: DealPolicy
  /** What is told of a task's person in the task app; everything where it is not said. */
  readonly block?: readonly BlockPart[]
  /** Whether comments in the task app become notes on the person in the CRM; not where it is not said. */
  readonly comments?: boolean
  /** Whether each task has a note on its person in the CRM that tells of it; not where it is not said. */
  readonly notes?: boolean
}

/** What the core must know of the service on one side. Providers' own capabilities and `keep` fit this shape. */
export type SideRules = {
  readonly modes: Readonly<Record<Field, 'rw' | 'createOnly' | 'readOnly' | 'none'>>
  keep<F extends Field>(
    field: F,
    value: CanonicalTask[F],
    context: { readonly zone: string },
  ): CanonicalTask[F]
  /** Whether a task may lie in another list than the one below which it is. */
  readonly parentAcrossLists: boolean
}

/**
 * What else the core must know of it. `needsPerson`: no task is made there without one. `guardsWrites`: what its user has
 * typed since we looked is not written over.
 */
export type ServiceRules = SideRules & { readonly needsPerson: boolean; readonly guardsWrites: boolean }

/** The fields that both sides can hold, in a fixed order. */
export function sharedFields(left: SideRules, right: SideRules): Field[] {
  return FIELDS.filter((field) => left.modes[field] !== 'none' && right.modes[field] !== 'none')
}

/** True when a change of `field` may be carried to `target`. */
export function mayFlow(policy: RoutePolicy, field: Field, target: Side): boolean {
  const allowed = target === 'left' ? ['both', 'toLeft'] : ['both', 'toRight']
  return allowed.includes(policy.direction) && allowed.includes(policy.fields[field] ?? 'both')
}
