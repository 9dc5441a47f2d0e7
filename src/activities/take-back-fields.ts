import type { Decree, FieldDecree } from '../core/decree.ts'
import { sameValue } from '../core/equal.ts'
import { otherSide, SIDES, type Side, sharedFields } from '../core/policy.ts'
import type { CanonicalTask, Field } from '../core/task.ts'
import type { LoggedOp } from '../store/op-log.ts'
import { type SideValues, writesOf } from './decree-value.ts'
import type { PairPicture } from './pair-picture.ts'

/**
 * What is left as it is. `base`: what an undo would have gone back to; `now`: what both sides hold; `stays`: the side
 * whose value is not what the write left. `field` null: the whole task. `noted`: somebody's value stays that a person
 * may still turn round, so that it is kept among the decided conflicts.
 */
export type LeftAsIs = {
  readonly field: Field | null
  readonly why: string
  readonly noted: boolean
  readonly base: SideValues
  readonly now: SideValues
  readonly stays: Side
}

export type TakenBack = { readonly decrees: readonly Decree[]; readonly untouched: readonly LeftAsIs[] }

export const NO_VALUES: SideValues = { left: null, right: null }

/** About a task as a whole. */
export function whole(why: string, stays: Side): LeftAsIs {
  return { field: null, why, noted: false, base: NO_VALUES, now: NO_VALUES, stays }
}

/** One decree for each field that these edits wrote, oldest first: from what the newest left to what was before the oldest. */
export function takeBackFields(edits: readonly LoggedOp[], picture: PairPicture): TakenBack {
  const { route } = picture
  const decrees: Decree[] = []
  const untouched: LeftAsIs[] = []
  for (const field of sharedFields(route.sides.left.rules, route.sides.right.rules)) {
    const [oldest, ...later] = edits.filter((op) => field in op.after)
    if (oldest === undefined) continue
    const found = takeBackField(field, [oldest, ...later], picture)
    if ('why' in found) untouched.push(found)
    else decrees.push(found)
  }
  return { decrees, untouched }
}

/** `chain`: the writes of this field, of which there is one at least. */
function takeBackField(field: Field, chain: Chain, picture: PairPicture): FieldDecree | LeftAsIs {
  const { tasks } = picture
  const [oldest] = chain
  const newest = chain.at(-1) ?? oldest
  const now = { left: tasks.left?.[field] ?? null, right: tasks.right?.[field] ?? null }
  const value = baseOf(oldest, field)
  const asIs = (why: string, stays: Side, noted = false): LeftAsIs => ({
    field,
    why,
    noted,
    base: value ?? NO_VALUES,
    now,
    stays,
  })
  if (value === null) return asIs('both sides never held the same before', otherSide(newest.side))
  if (tasks.left === null || tasks.right === null)
    return asIs('the task is not on both sides any more', tasks.left === null ? 'right' : 'left')
  if (picture.pair.memory === 'unlinked' || picture.pair.memory === 'closed')
    return asIs('the two tasks are not linked any more', newest.side)
  if (isBroken(field, chain, picture)) return asIs('another change of it lies between', newest.side, true)
  const expects = leftBy(newest, field, chain, picture)
  const decree: FieldDecree = { kind: 'field', field, ...value, expects, cause: 'undo' }
  const writes = writesOf(decree, picture)
  if (writes.length === 0) return asIs(asBefore(newest), newest.side)
  const edited = writes.find(({ side }) => !holds(side, field, expects[side], picture))
  return edited === undefined ? decree : asIs('it has been changed since', edited.side, true)
}

function asBefore({ cause }: LoggedOp): string {
  return cause === 'occurrence'
    ? 'that occurrence is over and stays so; the task holds the next one'
    : 'both sides hold already what was there before'
}

type Chain = readonly [LoggedOp, ...LoggedOp[]]

/** What both sides held before an op; null when they were never found to hold the same. */
function baseOf({ base }: LoggedOp, field: Field): SideValues | null {
  const { left, right } = base
  return field in left && field in right ? { left: left[field], right: right[field] } : null
}

/**
 * What an op left on each side: what it wrote, what the other side held then, or, where a person gave the value to both
 * sides at once, what the op beside it wrote there.
 */
function leftBy(op: LoggedOp, field: Field, chain: readonly LoggedOp[], { pair }: PairPicture): SideValues {
  const there = otherSide(op.side)
  const beside = chain.find((one) => one.planId === op.planId && one.side === there)
  const other = beside?.after[field] ?? op.sources[field] ?? pair.base[there][field]
  const values = { [op.side]: op.after[field], [there]: other }
  return { left: values.left, right: values.right }
}

/** True when an op did not begin with what the one before it had left: somebody else's change lies between. */
function isBroken(field: Field, chain: readonly LoggedOp[], picture: PairPicture): boolean {
  return chain.some((op, at) => {
    const before = chain.slice(0, at).findLast((one) => one.planId !== op.planId)
    if (before === undefined) return false
    const began = baseOf(op, field)
    const left = leftBy(before, field, chain, picture)
    return began === null || SIDES.some((side) => !alike(side, field, began[side], left[side], picture))
  })
}

/** True when a side's task holds that value now. */
export function holds(side: Side, field: Field, value: unknown, picture: PairPicture): boolean {
  const task = picture.tasks[side]
  return task !== null && alike(side, field, task[field], value, picture)
}

/** Two values that the service of a side stores as one. */
function alike(side: Side, field: Field, a: unknown, b: unknown, { route }: PairPicture): boolean {
  const { keep } = route.sides[side].rules
  const kept = (value: unknown) =>
    keep(field, value as CanonicalTask[typeof field], { zone: route.policy.zone })
  return sameValue(kept(a), kept(b))
}
