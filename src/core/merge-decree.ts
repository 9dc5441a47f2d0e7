import { decreeStep, type FieldDecree } from './decree.ts'
import { sameValue } from './equal.ts'
import type { FieldConflict, FieldOutcome, MergeInput } from './merge-types.ts'
import { SIDES, type Side } from './policy.ts'
import type { Field } from './task.ts'

/** A field that must not be looked at now, whatever it holds. */
export function isLeftAlone(field: Field, { left, right, apart, standing }: MergeInput): boolean {
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
export function followDecree(
  decree: FieldDecree,
  input: MergeInput,
): { readonly outcome: FieldOutcome | null; readonly over: boolean; readonly overtaken?: FieldConflict } {
  const { field } = decree
  if (isLeftAlone(field, input)) return { outcome: 'leave', over: false }
  const writable = SIDES.filter((side) => input.rules[side].modes[field] === 'rw')
  const step = (side: Side) =>
    decreeStep(decree, side, input[side].task, input.rules[side], input.policy.zone)
  // A repeating task keeps its date: without one its rule would be gone.
  const strips = (side: Side) => field === 'due' && decree[side] === null && input[side].recurs
  const edited = SIDES.find((side) => step(side) === 'overtaken' || strips(side))
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
