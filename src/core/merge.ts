import { adaptDue, type Due } from './due.ts'
import { sameValue } from './equal.ts'
import { mayFlow, otherSide, type RoutePolicy, type Side, type SideRules, sharedFields } from './policy.ts'
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
 * from (the base moves to the two together once the write is shown). `agreed`: fields that hold the same on both
 * sides without a write; their base moves now.
 */
export type MergeResult = {
  readonly writes: Readonly<Record<Side, FieldValues>>
  readonly sources: Readonly<Record<Side, FieldValues>>
  readonly agreed: readonly Field[]
  readonly conflicts: readonly FieldConflict[]
}

/** Merges two looks at one task, field by field, against what was last confirmed equal (I2, I3, I19). */
export function mergeFields(input: MergeInput): MergeResult {
  const writes: Record<Side, FieldValues> = { left: {}, right: {} }
  const sources: Record<Side, FieldValues> = { left: {}, right: {} }
  const agreed: Field[] = []
  const conflicts: FieldConflict[] = []

  for (const field of sharedFields(input.rules.left, input.rules.right)) {
    const outcome = mergeField(field, input)
    if (outcome === 'leave') continue
    if (outcome === 'agreed') {
      agreed.push(field)
      continue
    }
    if (outcome.conflict) conflicts.push(outcome.conflict)
    if (outcome.target === null) continue
    Object.assign(writes[outcome.target], { [field]: outcome.value })
    Object.assign(sources[outcome.target], { [field]: input[otherSide(outcome.target)].task[field] })
  }
  return { writes, sources, agreed, conflicts }
}

type FieldOutcome =
  | 'leave'
  | 'agreed'
  | { readonly target: Side | null; readonly value: unknown; readonly conflict: FieldConflict | null }

function mergeField<F extends Field>(field: F, input: MergeInput): FieldOutcome {
  const { left, right, policy } = input
  if (input.overrides.includes(field)) return 'leave'
  if (left.doubted.has(field) || right.doubted.has(field)) return 'leave'
  const changed = { left: hasChanged('left', field, input), right: hasChanged('right', field, input) }
  if (!changed.left && !changed.right) return 'leave'

  const values = { left: left.task[field], right: right.task[field] }
  if (
    input.standing.some(
      (s) => s.field === field && sameValue(s.left, values.left) && sameValue(s.right, values.right),
    )
  )
    return 'leave'

  const needed = { left: needsWrite('left', field, input), right: needsWrite('right', field, input) }
  if (changed.left && changed.right) {
    // A value that one side would store as what it already holds is the same value, told with less detail.
    if (!needed.left || !needed.right) return 'agreed'
    return mergeBothChanged(field, input)
  }
  const target: Side = changed.left ? 'right' : 'left'
  if (!needed[target]) return 'agreed'
  if (!mayFlow(policy, field, target) || input.rules[target].modes[field] !== 'rw') return 'leave'
  return { target, value: translate(target, field, input), conflict: null }
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
  if (!allowed('left'))
    return { target: 'right', value: translate('right', field, input), conflict: conflict('left') }
  if (!allowed('right'))
    return { target: 'left', value: translate('left', field, input), conflict: conflict('right') }

  const winner = pickWinner(field, input)
  if (winner === null) return { target: null, value: null, conflict: conflict(null) }
  const target = otherSide(winner)
  return { target, value: translate(target, field, input), conflict: conflict(winner) }
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
