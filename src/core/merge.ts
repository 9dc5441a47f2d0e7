import { decreeStep, type FieldDecree } from './decree.ts'
import { adaptDue, type Due } from './due.ts'
import { sameValue } from './equal.ts'
import { applyLabelChange, labelChange } from './label-sets.ts'
import {
  mayFlow,
  otherSide,
  type RoutePolicy,
  SIDES,
  type Side,
  type SideRules,
  sharedFields,
} from './policy.ts'
import type { CanonicalTask, Field, FieldValues } from './task.ts'

/**
 * What each side held when the two were last confirmed to be the same. Kept for each side, because a service may
 * hold less than the other (a cut title, an instant without its zone) and that is no change by anybody.
 */
export type Base = { readonly left: FieldValues; readonly right: FieldValues }

/** A difference that was decided to stay: a refused write, a discarded one. It stands until either value moves. */
export type Standing = { readonly field: Field; readonly left: unknown; readonly right: unknown }

/**
 * One side as it is now. `seenAt`: for each field, the whole second (epoch) in which its value first reached us.
 * `doubted`: fields whose value looks like a read from before our last write; they are left alone for now.
 */
export type MergeSide = {
  readonly task: CanonicalTask
  readonly seenAt: Readonly<Partial<Record<Field, number>>>
  readonly doubted: ReadonlySet<Field>
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

/** Both sides changed and differ. `winner` null: nothing is written until a person decides. */
export type FieldConflict = {
  readonly field: Field
  readonly base: Readonly<Record<Side, unknown>>
  readonly left: unknown
  readonly right: unknown
  readonly winner: Side | null
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
  return { writes, sources, agreed, conflicts, fulfilled }
}

type FieldOutcome =
  | 'leave'
  | 'agreed'
  | {
      readonly writes: readonly { readonly target: Side; readonly value: unknown }[]
      readonly conflict: FieldConflict | null
    }

/** A field that must not be looked at now, whatever it holds. */
function isLeftAlone(field: Field, { left, right, apart, standing }: MergeInput): boolean {
  if (apart.has(field) || left.doubted.has(field) || right.doubted.has(field)) return true
  return standing.some(
    (one) =>
      one.field === field && sameValue(one.left, left.task[field]) && sameValue(one.right, right.task[field]),
  )
}

/**
 * What a person's decree asks of a field. `outcome` null: the rules decide again, because somebody has edited it since;
 * that edit stays and the decreed value is noted.
 */
function followDecree(
  decree: FieldDecree,
  input: MergeInput,
): { readonly outcome: FieldOutcome | null; readonly over: boolean; readonly overtaken?: FieldConflict } {
  const { field } = decree
  if (isLeftAlone(field, input)) return { outcome: 'leave', over: false }
  const writable = SIDES.filter((side) => input.rules[side].modes[field] === 'rw')
  const step = (side: Side) =>
    decreeStep(decree, side, input[side].task, input.rules[side], input.policy.zone)
  const edited = SIDES.find((side) => step(side) === 'overtaken')
  if (edited !== undefined) {
    const base = { left: decree.left, right: decree.right }
    const values = { left: input.left.task[field], right: input.right.task[field] }
    return { outcome: null, over: true, overtaken: { field, base, ...values, winner: edited } }
  }
  const targets = writable.filter((side) => step(side) === 'write')
  if (targets.length === 0) return { outcome: 'agreed', over: true }
  const writes = targets.map((target) => ({ target, value: decree[target] }))
  return { outcome: { writes, conflict: null }, over: false }
}

function mergeField<F extends Field>(field: F, input: MergeInput): FieldOutcome {
  const { policy } = input
  if (input.overrides.includes(field) || isLeftAlone(field, input)) return 'leave'
  if (field === 'labels') return mergeLabels(input)
  const changed = { left: hasChanged('left', field, input), right: hasChanged('right', field, input) }
  if (!changed.left && !changed.right) return 'leave'

  const needed = { left: needsWrite('left', field, input), right: needsWrite('right', field, input) }
  if (changed.left && changed.right) {
    // A value that one side would store as what it already holds is the same value, told with less detail.
    if (!needed.left || !needed.right) return 'agreed'
    return mergeBothChanged(field, input)
  }
  const target: Side = changed.left ? 'right' : 'left'
  if (!needed[target]) return 'agreed'
  if (!mayFlow(policy, field, target) || input.rules[target].modes[field] !== 'rw') return 'leave'
  return { writes: [{ target, value: translate(target, field, input) }], conflict: null }
}

/** Labels are a set: what either side added or removed is done on the other, and nobody loses (§4). */
function mergeLabels({ base, left, right, rules, policy }: MergeInput): FieldOutcome {
  const labels = { left: left.task.labels, right: right.task.labels }
  const change = {
    left: labelChange(base.left.labels, labels.left),
    right: labelChange(base.right.labels, labels.right),
  }
  const known = base.left.labels !== undefined && base.right.labels !== undefined
  if (known && SIDES.every((side) => change[side].added.length + change[side].removed.length === 0))
    return 'leave'
  const kept = (side: Side, value: readonly string[]) =>
    rules[side].keep('labels', value, { zone: policy.zone })
  const needed = SIDES.map((target) => ({
    target,
    value: applyLabelChange(labels[target], change[otherSide(target)]),
  })).filter(({ target, value }) => !sameValue(kept(target, value), kept(target, labels[target])))
  if (needed.length === 0) return 'agreed'
  const writes = needed.filter(
    ({ target }) => mayFlow(policy, 'labels', target) && rules[target].modes.labels === 'rw',
  )
  return writes.length === 0 ? 'leave' : { writes, conflict: null }
}

function mergeBothChanged<F extends Field>(field: F, input: MergeInput): FieldOutcome {
  const { left, right, base } = input
  const allowed = (target: Side) =>
    mayFlow(input.policy, field, target) && input.rules[target].modes[field] === 'rw'
  if (!allowed('left') && !allowed('right')) return 'leave'

  const conflict = (winner: Side | null): FieldConflict => ({
    field,
    base: { left: base.left[field] ?? null, right: base.right[field] ?? null },
    left: left.task[field],
    right: right.task[field],
    winner,
  })
  const decided = (winner: Side): FieldOutcome => {
    const target = otherSide(winner)
    return { writes: [{ target, value: translate(target, field, input) }], conflict: conflict(winner) }
  }
  if (!allowed('left')) return decided('left')
  if (!allowed('right')) return decided('right')
  const winner = pickWinner(field, input)
  return winner === null ? { writes: [], conflict: conflict(null) } : decided(winner)
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
  return before === undefined || !sameValue(before, input[side].task[field])
}

/** The other side's value in the words of `target`. */
function translate<F extends Field>(target: Side, field: F, input: MergeInput): CanonicalTask[F] {
  return carryOver(field, input[otherSide(target)].task[field], input[target].task, input.policy.zone)
}

/** A value as it is to be written to a side that now holds `current` (null: nothing yet). */
export function carryOver<F extends Field>(
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
