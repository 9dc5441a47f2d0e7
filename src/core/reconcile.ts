import type { Beside } from './beside.ts'
import { sameValue } from './equal.ts'
import {
  type Base,
  carryOver,
  type FieldConflict,
  type MergeSide,
  mergeFields,
  type Standing,
} from './merge.ts'
import {
  mayFlow,
  otherSide,
  type RoutePolicy,
  SIDES,
  type Side,
  type SideRules,
  sharedFields,
} from './policy.ts'
import { type Memory, PRESENCE_TABLE } from './presence-table.ts'
import type { Field, FieldValues } from './task.ts'

/**
 * One side of a pair as the record has it. `fresh`: the picture is no older than the start of this attempt, so that
 * a write may be planned on it.
 */
export type SideView =
  | { readonly presence: 'none' | 'gone' | 'unknown' }
  | (MergeSide & {
      readonly presence: 'present'
      readonly fresh: boolean
      readonly inScope: boolean
      readonly recurs: boolean
    })

/** Why a pair is left alone. Kept with the pair, shown to people. */
export const SKIP_REASONS = [
  'completed-before-link',
  'recurring',
  'out-of-scope',
  'no-sync',
  'needs-person',
  'deleted-there',
  'direction',
  'not-visible',
  'ambiguous',
  'discarded',
  'undone',
  'refused',
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
  readonly left: SideView
  readonly right: SideView
  /** True when the record knows the person to whom the task belongs. */
  readonly hasPerson: boolean
  readonly rules: Readonly<Record<Side, SideRules & { readonly needsPerson: boolean }>>
  readonly policy: RoutePolicy
}

/**
 * `sources`: see MergeResult. `cause`: what made it necessary, for the audit. `beside`: what it tells the user; the
 * block is added when it is planned.
 */
export type PlannedWrite = {
  readonly side: Side
  readonly verb: 'create' | 'update' | 'delete'
  readonly fields: FieldValues
  readonly sources: FieldValues
  readonly cause: 'new-task' | 'change' | 'deletion' | 'edit-beats-delete' | 'notice'
  readonly beside?: Beside
}

/**
 * What to do with a pair now. `reads`: sides that must be read before anything can be written; when there are any,
 * there are no writes. `abandon`: the task on this side is gone for good, its id becomes a former one.
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
}

type Present = Extract<SideView, { presence: 'present' }>

/** Decides what one pair needs. Pure: the same view gives the same decision, today and in a replay. */
export function reconcile(view: PairView): Decision {
  const scoped = applyScope(view)
  if (scoped !== null) return scoped
  const memory = view.memory === 'unlinked' && view.reason === 'out-of-scope' ? rejoined(view) : view.memory
  const cell = PRESENCE_TABLE[memory][view.left.presence][view.right.presence]
  switch (cell) {
    case 'createLeft':
      return create(view, 'left')
    case 'createRight':
      return create(view, 'right')
    case 'link':
    case 'merge':
      return merge(view)
    case 'leftGone':
      return gone(view, 'left')
    case 'rightGone':
      return gone(view, 'right')
    case 'endLeft':
      return finishEnding(view, 'left')
    case 'endRight':
      return finishEnding(view, 'right')
    case 'close':
      return decide({ memory: 'closed' })
    case 'look':
      return decide({ memory, reason: view.reason, reads: unknownSides(view) })
    case 'rest':
      return decide({ memory, reason: view.reason })
    case 'broken':
      return decide({ memory, state: 'error', reason: 'broken' })
  }
}

function decide(part: Partial<Decision> & Pick<Decision, 'memory'>): Decision {
  return {
    state: 'ok',
    reason: null,
    reads: [],
    writes: [],
    agreed: [],
    conflicts: [],
    abandon: null,
    ...part,
  }
}

/** Out of scope unlinks and never deletes (I16); it may come back with its base. */
function applyScope(view: PairView): Decision | null {
  if (view.memory !== 'new' && view.memory !== 'linked') return null
  const present = SIDES.map((side) => view[side]).filter(isPresent)
  if (present.some((side) => !side.inScope)) {
    return decide({ memory: view.memory === 'new' ? 'new' : 'unlinked', reason: 'out-of-scope' })
  }
  if (present.some((side) => side.recurs)) return decide({ memory: view.memory, reason: 'recurring' })
  return null
}

function rejoined(view: PairView): Memory {
  const both = isPresent(view.left) && isPresent(view.right) && view.left.inScope && view.right.inScope
  return both ? 'linked' : 'unlinked'
}

function create(view: PairView, side: Side): Decision {
  const source = view[otherSide(side)]
  if (!isPresent(source)) return decide({ memory: view.memory, state: 'error', reason: 'broken' })
  const skip = (reason: SkipReason, state: Decision['state'] = 'ok') =>
    decide({ memory: view.memory, state, reason })
  if (source.task.completed) return skip('completed-before-link')
  if (!routeFlows(view.policy, side)) return skip('direction')
  if (view.reason === 'ambiguous') return skip('ambiguous', 'waiting')
  // Refused for good (or given up): tried again when the words change, or when a person says so.
  const refused =
    view.standing.length > 0 &&
    view.standing.every((one) => sameValue(one[otherSide(side)], source.task[one.field]))
  if (refused) return view.reason === 'discarded' ? skip('discarded') : skip('refused', 'error')
  if (view.rules[side].needsPerson && !view.hasPerson) return skip('needs-person', 'waiting')
  const cause = view.reason === 'deleted-there' ? 'edit-beats-delete' : 'new-task'
  return decide({
    memory: view.memory,
    writes: [{ side, verb: 'create', ...createFields(view, side, source), cause }],
  })
}

function createFields(view: PairView, side: Side, source: Present): Pick<PlannedWrite, 'fields' | 'sources'> {
  const fields: FieldValues = {}
  const sources: FieldValues = {}
  for (const field of sharedFields(view.rules.left, view.rules.right)) {
    const mode = view.rules[side].modes[field]
    if (mode === 'readOnly' || !mayFlow(view.policy, field, side)) continue
    Object.assign(fields, { [field]: carryOver(field, source.task[field], null, view.policy.zone) })
    Object.assign(sources, { [field]: source.task[field] })
  }
  return { fields, sources }
}

function merge(view: PairView): Decision {
  const { left, right } = view
  if (!isPresent(left) || !isPresent(right))
    return decide({ memory: view.memory, state: 'error', reason: 'broken' })
  const merged = mergeFields({ ...view, left, right })
  const writes = SIDES.filter((side) => Object.keys(merged.writes[side]).length > 0)
  const reads = writes.filter((side) => !(side === 'left' ? left : right).fresh)
  // The fresh read may change the whole picture: base moves and conflicts wait for it too.
  if (reads.length > 0) return decide({ memory: view.memory, reads })
  return decide({
    memory: 'linked',
    state: merged.conflicts.some((conflict) => conflict.winner === null) ? 'conflict' : 'ok',
    writes: writes.map((side) => ({
      side,
      verb: 'update',
      fields: merged.writes[side],
      sources: merged.sources[side],
      cause: 'change',
    })),
    agreed: merged.agreed,
    conflicts: merged.conflicts,
  })
}

/** One side is certainly deleted, the other still there. */
function gone(view: PairView, goneSide: Side): Decision {
  const side = otherSide(goneSide)
  const remaining = view[side]
  if (!isPresent(remaining)) return decide({ memory: view.memory, state: 'error', reason: 'broken' })
  const rule = routeFlows(view.policy, side) ? view.policy.deletes[goneSide] : 'unlink'
  if (rule === 'unlink' || view.memory === 'new')
    return decide({ memory: 'unlinked', reason: 'deleted-there' })
  if (!remaining.fresh) return decide({ memory: view.memory, reads: [side] })
  if (editedSinceBase(view, side, remaining)) return recreate(view, goneSide)
  // A value that may be a stale read may as well be a person's revert: nothing is ended before a look settles it.
  if (remaining.doubted.size > 0) return decide({ memory: view.memory })
  if (rule === 'complete' && remaining.task.completed) return decide({ memory: 'closed' })
  const done = { completed: true }
  return decide({
    memory: 'ending',
    writes: [
      rule === 'propagate'
        ? { side, verb: 'delete', fields: {}, sources: {}, cause: 'deletion' }
        : { side, verb: 'update', fields: done, sources: done, cause: 'deletion' },
    ],
  })
}

/** Edit beats delete (D7): the deleted side is made again from the one that a person went on editing. */
function recreate(view: PairView, goneSide: Side): Decision {
  const possible = routeFlows(view.policy, goneSide) && (!view.rules[goneSide].needsPerson || view.hasPerson)
  if (!possible) return decide({ memory: 'unlinked', state: 'waiting', reason: 'deleted-there' })
  return decide({ memory: 'new', reason: 'deleted-there', abandon: goneSide })
}

/** The other side was deleted and we were ending this one: repeat, unless a person edited it in the meantime. */
function finishEnding(view: PairView, side: Side): Decision {
  return gone({ ...view, memory: 'linked' }, otherSide(side))
}

/** Completing is not an edit here: who ticks off a task does not ask for its return. */
function editedSinceBase(view: PairView, side: Side, now: Present): boolean {
  return sharedFields(view.rules.left, view.rules.right).some((field) => {
    if (field === 'completed' || now.doubted.has(field)) return false
    const before = view.base[side][field]
    return before !== undefined && !sameValue(before, now.task[field])
  })
}

function routeFlows(policy: RoutePolicy, target: Side): boolean {
  return policy.direction === 'both' || policy.direction === (target === 'left' ? 'toLeft' : 'toRight')
}

function unknownSides(view: PairView): Side[] {
  return SIDES.filter((side) => view[side].presence === 'unknown')
}

function isPresent(side: SideView): side is Present {
  return side.presence === 'present'
}
