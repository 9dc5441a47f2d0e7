import type { FieldDecree } from '../core/decree.ts'
import { decreeStep } from '../core/decree.ts'
import { inWordsOf } from '../core/merge.ts'
import { SIDES, type Side } from '../core/policy.ts'
import type { CanonicalTask, Field } from '../core/task.ts'
import type { PairPicture } from './pair-picture.ts'

/** A value of each side. */
export type SideValues = Readonly<Record<Side, unknown>>

/** One value for both sides, in the words of each: a time stays floating, or keeps its zone, where it did. */
export function inBothWords(field: Field, value: unknown, { tasks, route }: PairPicture): SideValues {
  const words = (side: Side) =>
    inWordsOf(field, value as CanonicalTask[Field], tasks[side], route.policy.zone)
  return { left: words('left'), right: words('right') }
}

/** What a decree will set on a side: from what, to what. */
export type FieldWrite = {
  readonly side: Side
  readonly field: Field
  readonly from: unknown
  readonly to: unknown
}

/** The sides that a decree still has to write; none when both show its value. */
export function writesOf(decree: FieldDecree, { tasks, route }: PairPicture): FieldWrite[] {
  const { field } = decree
  return SIDES.flatMap((side) => {
    const task = tasks[side]
    if (task === null) return []
    const { rules } = route.sides[side]
    if (decreeStep(decree, side, task, rules, route.policy.zone) === 'shown') return []
    return [{ side, field, from: task[field], to: decree[side] }]
  })
}
