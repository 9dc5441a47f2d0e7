import type { Field, FieldValues } from '../core/task.ts'
import type { LoggedOp } from '../store/op-log.ts'
import type { PairPicture } from './pair-picture.ts'
import { remake } from './take-back-deletion.ts'
import { holds, NO_VALUES, type TakenBack, takeBackFields, whole } from './take-back-fields.ts'

/**
 * The decrees that take a pair's ops back, the oldest op first in `given`. All writes of one field become one decree, from
 * what the newest left to what both sides held before the oldest. Pure.
 */
export function takeBack(given: readonly LoggedOp[], picture: PairPicture): TakenBack {
  const ops = given.map(withoutTidying).filter((op) => op.verb !== 'update' || !changesNothing(op))
  if (ops.length === 0) return { decrees: [], untouched: [whole(TIDIED, given[0]?.side ?? 'right')] }
  const created = ops.findLast((op) => op.verb === 'create')
  const deleted = ops.findLast((op) => op.verb === 'delete')
  const { tasks } = picture
  if (deleted !== undefined && tasks.left === null && tasks.right === null)
    return remake(deleted, ops, created, picture)
  const edits = ops.filter((op) => op.verb === 'update')
  const both = edits.length === 0 && deleted === undefined ? madeFromChecklist(ops, picture) : null
  if (both !== null) return both
  if (created !== undefined) {
    const later = edits.filter((op) => Number(op.id) > Number(created.id))
    if (later.length === edits.length && later.every((op) => op.side === created.side))
      return remove(created, later, picture)
  }
  const fields = takeBackFields(edits, picture)
  if (created === undefined && deleted === undefined) return fields
  const why =
    created === undefined
      ? 'the task has been made again since'
      : edits.some((op) => op.cause === 'occurrence')
        ? 'an occurrence of it is over since it was made, so it stays'
        : 'the task that was made has been edited since, so it stays'
  const side = (created ?? deleted)?.side ?? 'right'
  return { ...fields, untouched: [...fields.untouched, whole(why, side)] }
}

const TIDIED = 'only the words that had named the contact were taken out, and they stay out'

/**
 * An op without what it took out of a task because it had done its work (the words that name the contact): decisions
 * never saw it, so it is nobody's edit. What is carried over comes from a value
 * of the other side, and this from none.
 */
function withoutTidying(op: LoggedOp): LoggedOp {
  if (op.verb !== 'update' || (op.cause !== 'new-task' && op.cause !== 'change')) return op
  const after: FieldValues = Object.fromEntries(
    Object.entries(op.after).filter(([field]) => field in op.sources),
  )
  return { ...op, after }
}

const changesNothing = ({ after }: LoggedOp) => Object.keys(after).length === 0

/** Both tasks of an item of a checklist were made by us, and go together; null where not both are there, or taken back. */
function madeFromChecklist(ops: readonly LoggedOp[], picture: PairPicture): TakenBack | null {
  const creates = ops.filter((op) => op.verb === 'create')
  if (creates.length !== 2 || !creates.some(({ cause }) => cause === 'checklist')) return null
  if (picture.tasks.left === null || picture.tasks.right === null) return null
  const parts = creates.map((op) => remove(op, [], picture))
  return (
    parts.find(({ untouched }) => untouched.length > 0) ?? {
      decrees: parts.flatMap(({ decrees }) => decrees),
      untouched: [],
    }
  )
}

/** A create is taken back by a delete, as long as nobody edited what it made. */
function remove(created: LoggedOp, later: readonly LoggedOp[], picture: PairPicture): TakenBack {
  const { side } = created
  const task = picture.tasks[side]
  if (task === null)
    return { decrees: [], untouched: [whole('the task that was made is gone already', side)] }
  const after: FieldValues = Object.assign({}, created.after, ...later.map((op) => op.after))
  const edited = (Object.keys(after) as Field[]).find((field) => !holds(side, field, after[field], picture))
  if (edited !== undefined) {
    const now = { left: picture.tasks.left?.[edited] ?? null, right: picture.tasks.right?.[edited] ?? null }
    const why = 'it has been edited since the task was made, so the task stays'
    return {
      decrees: [],
      untouched: [
        { field: edited, why, noted: true, base: { ...NO_VALUES, [side]: after[edited] }, now, stays: side },
      ],
    }
  }
  return { decrees: [{ kind: 'remove', side, after }], untouched: [] }
}
