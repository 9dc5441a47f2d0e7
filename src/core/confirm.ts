import type { BaseMove } from './base.ts'
import { sameValue } from './equal.ts'
import { applyLabelChange, labelChange, showsLabelChange } from './label-sets.ts'
import type { Base } from './merge-types.ts'
import type { RemoteTask } from './observation.ts'
import { otherSide, type RoutePolicy, type Side, type SideRules } from './policy.ts'
import { BLANK_TASK, type CanonicalTask, type Field, type FieldValues } from './task.ts'

/**
 * A write whose outcome is known. `before`: what the target held when it was planned, null for a create. `base`: what
 * base held then of the fields that it sets.
 */
export type WrittenOp = {
  readonly verb: 'create' | 'update' | 'delete'
  readonly side: Side
  readonly after: FieldValues
  readonly sources: FieldValues
  readonly before: RemoteTask | null
  readonly base: Base
}

/**
 * `move`: fields that the service now shows as wanted, or as it makes of what was wanted. `ignored`: fields that it still
 * shows as they were, although it accepted the write. Fields in neither are shown with a third value: somebody else's
 * edit, which the next merge treats as a change there.
 */
export type Confirmation = { readonly move: BaseMove; readonly ignored: readonly Field[] }

/**
 * Compares what was wanted with what the service shows (I3: base moves only for what is shown). `base`: the pair's, as
 * it is now. `answered`: fields that the answer to the very call that sets them shows, so that nobody can have edited
 * them between: a value that is neither the old nor the new one is what the service makes of ours, and no change by
 * anybody (I19).
 */
export function confirmFields(
  op: WrittenOp,
  fields: readonly Field[],
  shown: RemoteTask | null,
  rules: SideRules,
  policy: RoutePolicy,
  base: Base,
  answered: ReadonlySet<Field> = new Set(),
): Confirmation {
  const here: FieldValues = {}
  const there: FieldValues = {}
  const ignored: Field[] = []
  if (op.verb === 'create' && fields.length > 0) {
    // What was left out, because it may not flow or cannot be written, is as it is on both sides from the start; a new
    // task is blank there, or as the service makes it, which only its own answer tells: later somebody may have edited it.
    const blank = <F extends Field>(field: F) => rules.keep(field, BLANK_TASK[field], { zone: policy.zone })
    for (const field of (Object.keys(op.sources) as Field[]).filter((one) => !(one in op.after))) {
      Object.assign(here, {
        [field]: shown === null || answered.size === 0 ? blank(field) : shown.task[field],
      })
      Object.assign(there, { [field]: op.sources[field] })
    }
  }
  for (const field of shown === null ? [] : fields) {
    if (shown === null || (field === 'completed' && closesOccurrence(op, shown))) continue
    if (field === 'labels' && op.verb !== 'create' && op.sources.labels !== undefined) {
      const moved = movedLabels(op, op.sources.labels, shown.task.labels, rules, policy, base)
      if (moved !== null) {
        Object.assign(here, { labels: moved.here })
        Object.assign(there, { labels: moved.there })
        continue
      }
    } else if (op.sources[field] === undefined) {
      // Nothing of a merge: what a person decreed, or words that were for the machine.
      continue
    } else if (keptAlike(field, op.after, shown.task, rules, policy)) {
      Object.assign(here, { [field]: shown.task[field] })
      Object.assign(there, { [field]: op.sources[field] })
      continue
    }
    const before = op.before?.task ?? BLANK_TASK
    if ((op.before !== null || answered.has(field)) && sameValue(before[field], shown.task[field]))
      ignored.push(field)
    else if (answered.has(field) && op.sources[field] !== undefined) {
      Object.assign(here, { [field]: shown.task[field] })
      Object.assign(there, { [field]: op.sources[field] })
    }
  }
  const move = op.side === 'left' ? { left: here, right: there } : { left: there, right: here }
  return { move, ignored }
}

/**
 * A repeating task that is completed stays open and moves on: the count of its completions shows that it was done. No
 * base moves for it; the pair goes on to the next occurrence.
 */
export function closesOccurrence(op: WrittenOp, shown: RemoteTask): boolean {
  const { before } = op
  return (
    op.after.completed === true &&
    before?.recurs === true &&
    !shown.task.completed &&
    shown.completions > before.completions
  )
}

/**
 * Both sides may have changed the set, and each is told of the other's change by a write of its own: base takes in, on
 * both sides, just the change that this write has carried. Null while the service does not show it.
 */
function movedLabels(
  op: WrittenOp,
  source: readonly string[],
  shown: readonly string[],
  rules: SideRules,
  policy: RoutePolicy,
  base: Base,
): { readonly here: readonly string[]; readonly there: readonly string[] } | null {
  const other = otherSide(op.side)
  const keep = (labels: readonly string[]) => rules.keep('labels', labels, { zone: policy.zone })
  const carried = labelChange(op.base[other].labels, source)
  const kept = { added: keep(carried.added), removed: keep(carried.removed) }
  if (!showsLabelChange(keep(shown), kept)) return null
  const here = applyLabelChange(base[op.side].labels ?? [], kept)
  return {
    here: sameValue(keep(here), keep(shown)) ? shown : here,
    there: applyLabelChange(base[other].labels ?? [], carried),
  }
}

/**
 * What to do with a write that was planned or sent in an earlier attempt, after a fresh look at its target:
 * `done` when the target shows it, `send` when the target is as it was, `overtaken` when somebody changed it.
 */
export function resumeWrite(
  op: WrittenOp,
  now: RemoteTask,
  rules: SideRules,
  policy: RoutePolicy,
): 'done' | 'send' | 'overtaken' {
  const fields = Object.keys(op.after) as Field[]
  const shows = (field: Field) =>
    keptAlike(field, op.after, now.task, rules, policy) ||
    (field === 'completed' && closesOccurrence(op, now))
  if (fields.every(shows)) return 'done'
  const untouched = fields.every(
    (field) => shows(field) || (op.before !== null && sameValue(op.before.task[field], now.task[field])),
  )
  return untouched ? 'send' : 'overtaken'
}

/**
 * The target of a write that is sent again, before it: as a new look shows it, but what the write sets as it was when
 * it was planned. A part of the lost attempt may have arrived, and what that has replaced stands nowhere else.
 */
export function beforeResumed({ before, after }: WrittenOp, now: RemoteTask): RemoteTask {
  if (before === null) return now
  const replaced = Object.entries(before.task).filter(([field]) => field in after)
  return { ...now, task: { ...now.task, ...Object.fromEntries(replaced) } }
}

/** Whether a side shows a field as it keeps what was wanted; true when nothing was wanted of it. */
export function keptAlike(
  field: Field,
  wanted: FieldValues,
  shown: CanonicalTask,
  rules: SideRules,
  policy: RoutePolicy,
): boolean {
  const value = wanted[field]
  if (value === undefined) return true
  const context = { zone: policy.zone }
  return sameValue(rules.keep(field, value, context), rules.keep(field, shown[field], context))
}
