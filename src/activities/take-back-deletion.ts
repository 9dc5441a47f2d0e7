import type { Decree } from '../core/decree.ts'
import type { RemoteTask } from '../core/observation.ts'
import { isPlace } from '../core/place.ts'
import { otherSide, type Side, sharedFields } from '../core/policy.ts'
import { FIELDS, type Field, type FieldValues } from '../core/task.ts'
import type { LoggedOp } from '../store/op-log.ts'
import type { PairPicture } from './pair-picture.ts'
import { counterpartOf } from './plan/counterpart.ts'
import { ownWords } from './plan/words.ts'
import { type TakenBack, whole } from './take-back-fields.ts'

/**
 * A delete is taken back by making the task anew, as it was before the edits that are taken back with it, and from it
 * the other side's with what only that side has a field for. `ops`: those that are taken back, the oldest first.
 */
export function remake(
  deleted: LoggedOp,
  ops: readonly LoggedOp[],
  created: LoggedOp | undefined,
  { pair, members, route }: PairPicture,
): TakenBack {
  const { side, before } = deleted
  if (before === null) return { decrees: [], untouched: [whole('what it held is not known', side)] }
  if (created !== undefined)
    return {
      decrees: [],
      untouched: [whole('the task was made and deleted within what is taken back', side)],
    }
  const other = members.find((member) => member.side !== side)?.row.seen
  const shared = sharedFields(route.sides.left.rules, route.sides.right.rules)
  const words = ownWords(before, side, pair, route, counterpartOf(side, members))
  const task = { ...words, ...heldBefore(ops, side, shared) }
  // What lies in a list of the route comes back there; whatever was above it may be gone.
  const comesBack = (field: Field) => !isPlace(field) || (field === 'list' && shared.includes(field))
  const writable = (field: Field) => comesBack(field) && canMake(field, side, route)
  const otherWords =
    other === undefined
      ? {}
      : ownWords(other, otherSide(side), pair, route, counterpartOf(otherSide(side), members))
  const onlyThere = (field: Field) =>
    !isPlace(field) && !shared.includes(field) && canMake(field, otherSide(side), route)
  const remade: Decree = {
    kind: 'remake',
    side,
    // No service makes a completed task.
    fields: { ...asMade(pick(task, writable), task.completed), completed: false },
    own: asMade(pick(otherWords, onlyThere), task.completed),
  }
  return {
    decrees: task.completed ? [remade, COMPLETED_AGAIN] : [remade],
    untouched: [before, ...(other === undefined ? [] : [other])].flatMap((seen) =>
      lostPlace(seen).map((why) => whole(why, side)),
    ),
  }
}

/** Made open, and then completed as a change. */
const COMPLETED_AGAIN: Decree = {
  kind: 'field',
  field: 'completed',
  left: true,
  right: true,
  expects: { left: false, right: false },
  cause: 'undo',
}

/** What both sides agreed on of these fields before the oldest edit of each. */
function heldBefore(ops: readonly LoggedOp[], side: Side, fields: readonly Field[]): FieldValues {
  const held: FieldValues = {}
  for (const field of fields) {
    const oldest = ops.find((op) => op.verb === 'update' && field in op.after)
    if (oldest !== undefined && field in oldest.base[side])
      Object.assign(held, { [field]: oldest.base[side][field] })
  }
  return held
}

/** A repetition goes with the date of a new task, also where it cannot be written later. */
function canMake(field: Field, side: Side, { sides }: PairPicture['route']): boolean {
  const mode = sides[side].rules.modes[field]
  return mode === 'rw' || mode === 'createOnly' || (field === 'recurrence' && mode !== 'none')
}

function pick(task: FieldValues, wanted: (field: Field) => boolean): FieldValues {
  return Object.fromEntries(
    FIELDS.filter((field) => field in task && wanted(field)).map((field) => [field, task[field]]),
  )
}

/** The repetition of a completed task is over: completed anew, it would go on. */
function asMade({ recurrence, ...fields }: FieldValues, completed: boolean): FieldValues {
  return completed || recurrence === undefined ? fields : { ...fields, recurrence }
}

/** Where it lay, as far as it does not come back there. */
function lostPlace({ task: { parent }, flags }: RemoteTask): string[] {
  return [
    ...(parent === null ? [] : ['it comes back on its own, and not below the task under which it was']),
    ...(flags.includes('crm') ? ['it comes back without its label crm, and not in its own project'] : []),
  ]
}
