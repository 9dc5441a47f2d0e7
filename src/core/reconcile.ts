import { carryOut, settleDecrees } from './carry-out.ts'
import {
  type Decision,
  decide,
  isAsRefused,
  isPresent,
  type PairView,
  type PlannedWrite,
  type Present,
  routeFlows,
  type SkipReason,
} from './decision.ts'
import { remakeIn } from './decree.ts'
import { entered, waitsForAnswer } from './entry.ts'
import { finishEnding, gone, nextOccurrence } from './gone.ts'
import { handOver } from './hand-over.ts'
import { inheritedBy } from './inherit.ts'
import { carryOver, mergeFields } from './merge.ts'
import type { MergeResult } from './merge-types.ts'
import { mayFlow, otherSide, SIDES, type Side, sharedFields } from './policy.ts'
import { isKept, type Memory, PRESENCE_TABLE } from './presence-table.ts'
import { seriesOf } from './series.ts'
import type { Field, FieldValues } from './task.ts'

/** Decides what one pair needs. Pure: the same view gives the same decision, today and in a replay. */
export function reconcile(given: PairView): Decision {
  const { decrees, conflicts } = settleDecrees(given)
  const view = { ...given, decrees }
  const decision = carryOut(view) ?? byRule(view)
  return decision.reads.length > 0
    ? decision
    : { ...decision, conflicts: [...conflicts, ...decision.conflicts] }
}

function byRule(given: PairView): Decision {
  const view = entered(given)
  if (waitsForAnswer(view)) return decide(view, { memory: 'new', state: 'waiting', reason: 'ambiguous' })
  const handed = handOver(view, merge)
  if (handed !== null) return handed
  const scoped = applyScope(view)
  if (scoped !== null) return scoped
  const memory = view.memory === 'unlinked' && mayRejoin(view.reason) ? rejoined(view) : view.memory
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
      return decide(view, { memory: 'closed' })
    case 'look':
      return decide(view, { memory, reason: view.reason, reads: unknownSides(view) })
    case 'rest':
      return decide(view, { memory, reason: view.reason })
    case 'broken':
      return decide(view, { memory, state: 'error', reason: 'broken' })
  }
}

/** What is not the route's business, or not to be seen, is unlinked and never deleted (I7, I16). */
function applyScope(view: PairView): Decision | null {
  if (!isKept(view.memory) && view.memory !== 'ending') return null
  const outside = SIDES.map((side) => view[side]).find((side) => isPresent(side) && side.outside !== null)
  if (outside !== undefined && isPresent(outside))
    return decide(view, { memory: view.memory === 'new' ? 'new' : 'unlinked', reason: outside.outside })
  const hidden = SIDES.some((side) => view[side].presence === 'unknown' && view[side].hidden)
  return hidden && view.memory === 'linked'
    ? decide(view, { memory: 'unlinked', reason: 'not-visible' })
    : null
}

const REJOINS: ReadonlySet<SkipReason> = new Set([
  'out-of-scope',
  'no-sync',
  'not-visible',
  'disconnected',
  'handed-over',
  'reassigned',
  // Its list was brought back, with the task in it.
  'home-gone',
  // Its lists are mapped to each other again.
  'unmapped',
])

/** Reasons that end by themselves: the pair is linked again, with its base. */
function mayRejoin(reason: SkipReason | null): boolean {
  return reason !== null && REJOINS.has(reason)
}

function rejoined(view: PairView): Memory {
  const back = (side: Side) => {
    const look = view[side]
    return isPresent(look) && look.outside === null
  }
  return SIDES.every(back) ? 'linked' : 'unlinked'
}

function create(view: PairView, side: Side): Decision {
  const source = view[otherSide(side)]
  if (!isPresent(source)) return decide(view, { memory: view.memory, state: 'error', reason: 'broken' })
  const skip = (reason: SkipReason, state: Decision['state'] = 'ok') =>
    decide(view, { memory: view.memory, state, reason })
  // A task that a person edited after it was deleted elsewhere comes back as it is now, also completed (D7).
  if (source.task.completed && view.reason !== 'deleted-there') return skip('completed-before-link')
  if (!routeFlows(view.policy, side)) return skip('direction')
  // Refused for good (or given up): tried again when the words change, or when a person says so.
  if (isAsRefused(view, otherSide(side)))
    return view.reason === 'discarded' ? skip('discarded') : skip('refused', 'error')
  if (view.rules[side].needsPerson && !view.hasPerson) return skip('needs-person', 'waiting')
  if (view.rules[side].modes.parent !== 'none' && source.parentComing) return skip('parent-first')
  if (source.homeLost) return skip('home-gone', 'waiting')
  const cause = createCause(view)
  return decide(view, {
    memory: view.memory,
    // Kept until the task is there, so that a plan that comes to nothing decides alike.
    reason: cause === 'new-task' || cause === 'undo' ? null : view.reason,
    writes: [{ side, verb: 'create', ...createFields(view, side, source), cause }],
  })
}

function createCause({ reason, decrees }: PairView): PlannedWrite['cause'] {
  // The second half of an undo: no later one takes it back.
  if (remakeIn(decrees) !== undefined) return 'undo'
  if (reason === 'deleted-there') return 'edit-beats-delete'
  return reason === 'next-occurrence' ? 'next-occurrence' : 'new-task'
}

/** `sources` also has what is left out: what the new task then holds there is no edit. */
function createFields(view: PairView, side: Side, source: Present): Pick<PlannedWrite, 'fields' | 'sources'> {
  const fields: FieldValues = {}
  const sources: FieldValues = {}
  for (const field of sharedFields(view.rules.left, view.rules.right)) {
    // Made open, and then completed as a change: no service makes a completed task.
    const value = field === 'completed' ? false : source.task[field]
    const carriedOver = field === 'completed' ? false : carryOver(field, source, null, view.policy.zone)
    // Nothing stands for it there yet: once something does, it is a change to be carried over.
    if (carriedOver === undefined) continue
    Object.assign(sources, { [field]: value })
    // No task is without a title, whichever way titles may flow.
    const own = view.overrides.includes(field) && !OF_THE_OCCURRENCE.has(field) && view.former !== null
    const carried = !own && (field === 'title' || mayFlow(view.policy, field, side))
    if (view.rules[side].modes[field] === 'readOnly') continue
    if (carried) Object.assign(fields, { [field]: carriedOver })
    // What may not flow, or a person keeps apart, is that side's own: it goes on from the task that was there.
    else if (view.former?.[field] !== undefined && field !== 'completed')
      Object.assign(fields, { [field]: view.former[field] })
  }
  const inherited = view.inherited === null ? {} : inheritedBy(side, view.inherited, source.task, view)
  return { fields: { ...remakeIn(view.decrees)?.own, ...fields, ...inherited }, sources }
}

/** What an occurrence that is over leaves to the next one, and not to its plain task. */
const OF_THE_OCCURRENCE: ReadonlySet<Field> = new Set(['due', 'completed'])
const NO_FIELDS: ReadonlySet<Field> = new Set()

function merge(view: PairView): Decision {
  const { left, right } = view
  if (!isPresent(left) || !isPresent(right))
    return decide(view, { memory: view.memory, state: 'error', reason: 'broken' })
  const series = seriesOf(view)
  const over = series?.advanced === true ? series.plain : null
  const decrees = view.decrees.filter((decree) => decree.kind === 'field')
  const apart = over === null ? NO_FIELDS : OF_THE_OCCURRENCE
  const merged = mergeFields({ ...view, left, right, decrees, apart })
  const writes = plannedWrites(view, merged, over)
  const reads = writes
    .map(({ side }) => side)
    .filter((side) => !view.rules[side].guardsWrites && !(side === 'left' ? left : right).fresh)
  // The fresh read may change the whole picture: base moves and conflicts wait for it too.
  if (reads.length > 0) return decide(view, { memory: view.memory, reads })
  const rest = {
    decrees: view.decrees.filter((decree) => !merged.fulfilled.some((one) => one === decree)),
    conflicts: merged.conflicts,
  }
  if (over !== null && writes.length === 0 && mayMakeRoom(view, over))
    return { ...nextOccurrence(view, over), ...rest }
  return decide(view, {
    memory: 'linked',
    state: merged.conflicts.some((conflict) => conflict.winner === null) ? 'conflict' : 'ok',
    writes,
    agreed: merged.agreed,
    ...rest,
  })
}

function plannedWrites(view: PairView, merged: MergeResult, over: Side | null): PlannedWrite[] {
  return SIDES.flatMap((side): PlannedWrite[] => {
    const ends = side === over && mayComplete(view, side)
    const fields: FieldValues = { ...merged.writes[side], ...(ends ? { completed: true } : {}) }
    if (Object.keys(fields).length === 0) return []
    const decree = view.decrees.find((one) => one.kind === 'field' && one.field in fields)
    const dated =
      Object.keys(fields).length === 1 &&
      merged.conflicts.some((one) => one.by === 'series' && one.winner !== side)
    const own = ends ? 'occurrence' : dated ? 'series-date' : 'change'
    const cause = decree?.kind === 'field' && !ends ? decree.cause : own
    return [{ side, verb: 'update', fields, sources: merged.sources[side], cause }]
  })
}

/** The plain task of an occurrence that is over is completed before the next one's is made. */
function mayComplete(view: PairView, plain: Side): boolean {
  const task = view[plain]
  return (
    isPresent(task) &&
    !task.task.completed &&
    !task.doubted.has('completed') &&
    !view.overrides.includes('completed') &&
    mayFlow(view.policy, 'completed', plain)
  )
}

function mayMakeRoom(view: PairView, plain: Side): boolean {
  const task = view[plain]
  return isPresent(task) && task.task.completed && task.doubted.size === 0
}

function unknownSides(view: PairView): Side[] {
  return SIDES.filter((side) => view[side].presence === 'unknown')
}
