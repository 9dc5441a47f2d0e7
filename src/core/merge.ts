import type { FieldDecree } from './decree.ts'
import { adaptDue, type Due } from './due.ts'
import { sameValue } from './equal.ts'
import { followDecree, isLeftAlone } from './merge-decree.ts'
import { mergeLabels } from './merge-labels.ts'
import type { FieldConflict, FieldOutcome, MergeInput, MergeResult, MergeSide } from './merge-types.ts'
import { isPlace } from './place.ts'
import { mayFlow, otherSide, SIDES, type Side, sharedFields } from './policy.ts'
import type { CanonicalTask, Field, FieldValues } from './task.ts'

/** Merges two looks at one task, field by field, against what was last confirmed equal (I2, I3, I19). */
export function mergeFields(input: MergeInput): MergeResult {
  const writes: Record<Side, FieldValues> = { left: {}, right: {} }
  const sources: Record<Side, FieldValues> = { left: {}, right: {} }
  const agreed: Field[] = []
  const conflicts: FieldConflict[] = []
  const fulfilled: FieldDecree[] = []

  for (const field of sharedFields(input.rules.left, input.rules.right)) {
    const decree = input.decrees.find((one) => one.field === field)
    const decreed = decree === undefined ? null : followDecree(decree, input)
    if (decree !== undefined && decreed?.over === true) fulfilled.push(decree)
    if (decreed?.overtaken) conflicts.push(decreed.overtaken)
    const outcome = decreed?.outcome ?? mergeField(field, input)
    if (outcome === 'leave') continue
    if (outcome === 'agreed') {
      agreed.push(field)
      continue
    }
    if (outcome.conflict) conflicts.push(outcome.conflict)
    for (const { target, value } of outcome.writes) {
      Object.assign(writes[target], { [field]: value })
      if (decreed?.outcome === outcome) continue
      Object.assign(sources[target], { [field]: input[otherSide(target)].task[field] })
    }
  }
  for (const target of SIDES)
    if (writes[target].list !== undefined && goesAlong('parent', target, input)) {
      Object.assign(writes[target], { parent: translate(target, 'parent', input) })
      Object.assign(sources[target], { parent: input[otherSide(target)].task.parent })
    }
  return { writes, sources, agreed, conflicts, fulfilled }
}

/**
 * Whether a task that goes to another list is to be told once more below which task it lies: there it may have to leave it,
 * or come with it. Not where a user has just said that himself.
 */
function goesAlong(field: 'parent', target: Side, input: MergeInput): boolean {
  const source = otherSide(target)
  return (
    !input.rules[target].parentAcrossLists &&
    (input[source].task[field] !== null || input[target].task[field] !== null) &&
    input[source].elsewhere[field] !== undefined &&
    input.rules[source].modes[field] !== 'none' &&
    input.rules[target].modes[field] === 'rw' &&
    mayFlow(input.policy, field, target) &&
    !input.overrides.includes(field) &&
    !isLeftAlone(field, input) &&
    !input.decrees.some((decree) => decree.field === field) &&
    SIDES.every((side) => !hasChanged(side, field, input))
  )
}

function mergeField<F extends Field>(field: F, input: MergeInput): FieldOutcome {
  const { policy } = input
  if (input.overrides.includes(field) || isLeftAlone(field, input)) return 'leave'
  if (field === 'labels') return mergeLabels(input)
  const changed = { left: hasChanged('left', field, input), right: hasChanged('right', field, input) }
  if (!changed.left && !changed.right) return 'leave'
  if (isPlace(field) && SIDES.some((side) => changed[side] && input[side].elsewhere[field] === undefined))
    return 'leave'

  const needed = { left: needsWrite('left', field, input), right: needsWrite('right', field, input) }
  if (changed.left && changed.right) {
    // A value that one side would store as what it already holds is the same value, told with less detail.
    if (!needed.left || !needed.right) return 'agreed'
    return mergeBothChanged(field, input)
  }
  const target: Side = changed.left ? 'right' : 'left'
  if (!needed[target]) return 'agreed'
  if (clearsRule(target, field, input)) return giveDateBack(target, field, input)
  if (!mayFlow(policy, field, target) || input.rules[target].modes[field] !== 'rw') return 'leave'
  return { writes: [{ target, value: translate(target, field, input) }], conflict: null }
}

function mergeBothChanged<F extends Field>(field: F, input: MergeInput): FieldOutcome {
  const allowed = (target: Side) =>
    mayFlow(input.policy, field, target) && input.rules[target].modes[field] === 'rw'
  if (!allowed('left') && !allowed('right')) return 'leave'
  const filled = filledSide(field, input)
  if (filled !== null) {
    const blank = otherSide(filled)
    if (!allowed(blank)) return 'agreed'
    return { writes: [{ target: blank, value: translate(blank, field, input) }], conflict: null }
  }

  const decided = (winner: Side): FieldOutcome => {
    const target = otherSide(winner)
    if (clearsRule(target, field, input)) return giveDateBack(target, field, input)
    return {
      writes: [{ target, value: translate(target, field, input) }],
      conflict: conflictOf(field, input, winner),
    }
  }
  if (!allowed('left')) return decided('left')
  if (!allowed('right')) return decided('right')
  const winner = pickWinner(field, input)
  return winner === null ? { writes: [], conflict: conflictOf(field, input, null) } : decided(winner)
}

/**
 * The side that alone holds something, of two tasks that were never the same: nobody has emptied the other one, and a blank
 * is no word that could win, whichever way the route flows. One that we have made was the same in what we gave it.
 */
function filledSide(field: Field, { base, left, right }: MergeInput): Side | null {
  if (isPlace(field) || SIDES.some((side) => Object.keys(base[side]).length > 0)) return null
  const isBlank = ({ task }: MergeSide) => task[field] === null || task[field] === ''
  if (isBlank(left) === isBlank(right)) return null
  return isBlank(left) ? 'right' : 'left'
}

function conflictOf(field: Field, { left, right, base }: MergeInput, winner: Side | null): FieldConflict {
  return {
    field,
    base: { left: base.left[field] ?? null, right: base.right[field] ?? null },
    left: left.task[field],
    right: right.task[field],
    winner,
  }
}

/** A repeating task without a date is one without its rule: who clears a date elsewhere meant no such thing (D1). */
function clearsRule(target: Side, field: Field, input: MergeInput): boolean {
  return field === 'due' && input[target].recurs && input[otherSide(target)].task.due === null
}

/** The date of the present occurrence goes back to the side where somebody cleared it, and that is noted. */
function giveDateBack(from: Side, field: Field, input: MergeInput): FieldOutcome {
  const target = otherSide(from)
  if (!mayFlow(input.policy, field, target) || input.rules[target].modes[field] !== 'rw') return 'leave'
  return {
    writes: [{ target, value: translate(target, field, input) }],
    conflict: { ...conflictOf(field, input, from), by: 'series' },
  }
}

/** `newest` compares whole seconds of one clock, ours; a tie goes to the left, so that every replay decides alike. */
function pickWinner(field: Field, { policy, left, right }: MergeInput): Side | null {
  switch (policy.conflicts) {
    case 'manual':
      return null
    case 'left':
    case 'right':
      return policy.conflicts
    case 'newest':
      return (right.seenAt[field] ?? 0) > (left.seenAt[field] ?? 0) ? 'right' : 'left'
  }
}

function hasChanged(side: Side, field: Field, input: MergeInput): boolean {
  const before = input.base[side][field]
  return (
    before === undefined || !sameValue(before, input[side].task[field]) || standsForSome(side, field, input)
  )
}

/** A parent for which nothing stood on the other side when both were last the same, and something does now. */
function standsForSome(side: Side, field: Field, { base, ...sides }: MergeInput): boolean {
  const other = otherSide(side)
  return (
    field === 'parent' &&
    base[side].parent !== null &&
    base[other].parent === null &&
    sides[other].task.parent === null &&
    (sides[side].elsewhere.parent ?? null) !== null
  )
}

/** The other side's value in the words of `target`. */
function translate<F extends Field>(target: Side, field: F, input: MergeInput): CanonicalTask[F] {
  const source = input[otherSide(target)]
  const carried = carryOver(field, source, input[target].task, input.policy.zone)
  // What nothing stands for there was left before anybody asks.
  return carried === undefined ? input[target].task[field] : carried
}

/**
 * A value of one side as it is to be written to the other, which now holds `current` (null: nothing yet). Undefined
 * where nothing stands for it there.
 */
export function carryOver<F extends Field>(
  field: F,
  source: Pick<MergeSide, 'task' | 'elsewhere'>,
  current: CanonicalTask | null,
  zone: string,
): CanonicalTask[F] | undefined {
  return isPlace(field)
    ? (source.elsewhere[field] as CanonicalTask[F] | undefined)
    : inWordsOf(field, source.task[field], current, zone)
}

/** A value in the words of a side that now holds `current`: a time stays floating, or keeps its zone, where it did. */
export function inWordsOf<F extends Field>(
  field: F,
  value: CanonicalTask[F],
  current: CanonicalTask | null,
  zone: string,
): CanonicalTask[F] {
  if (field === 'due' || field === 'start') {
    const due = adaptDue(value as Due | null, current === null ? null : (current[field] as Due | null), zone)
    return due as CanonicalTask[F]
  }
  return value
}

function needsWrite(target: Side, field: Field, input: MergeInput): boolean {
  const rules = input.rules[target]
  const context = { zone: input.policy.zone }
  const wanted = rules.keep(field, translate(target, field, input), context)
  return !sameValue(wanted, rules.keep(field, input[target].task[field], context))
}
