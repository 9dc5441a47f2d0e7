import { type Side, sharedFields } from '../core/policy.ts'
import type { Field, FieldValues } from '../core/task.ts'
import type { LoggedOp } from '../store/op-log.ts'
import type { PairPicture } from './pair-picture.ts'
import { holds, type LeftAsIs, NO_VALUES, type TakenBack, takeBackFields } from './take-back-fields.ts'

/**
 * The decrees that take a pair's ops back, the oldest op first in `ops`. All writes of one field become one decree, from
 * what the newest left to what both sides held before the oldest. Pure.
 */
export function takeBack(ops: readonly LoggedOp[], picture: PairPicture): TakenBack {
  const created = ops.findLast((op) => op.verb === 'create')
  const deleted = ops.findLast((op) => op.verb === 'delete')
  const { tasks } = picture
  if (deleted !== undefined && tasks.left === null && tasks.right === null)
    return remake(deleted, ops, created, picture)
  const edits = ops.filter((op) => op.verb === 'update')
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
      : 'the task that was made has been edited since, so it stays'
  const side = (created ?? deleted)?.side ?? 'right'
  return { ...fields, untouched: [...fields.untouched, whole(why, side)] }
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
      untouched: [{ field: edited, why, base: { ...NO_VALUES, [side]: after[edited] }, now, stays: side }],
    }
  }
  return { decrees: [{ kind: 'remove', side, after }], untouched: [] }
}

/** A delete is taken back by making the task anew, as it was before the edits that are taken back with it. */
function remake(
  deleted: LoggedOp,
  ops: readonly LoggedOp[],
  created: LoggedOp | undefined,
  { route }: PairPicture,
): TakenBack {
  const { side, before } = deleted
  if (before === null) return { decrees: [], untouched: [whole('what it held is not known', side)] }
  if (created !== undefined)
    return {
      decrees: [],
      untouched: [whole('the task was made and deleted within what is taken back', side)],
    }
  const fields: FieldValues = {}
  for (const field of sharedFields(route.sides.left.rules, route.sides.right.rules)) {
    const oldest = ops.find((op) => op.verb === 'update' && field in op.after)
    const value = oldest?.base[side][field] ?? before.task[field]
    Object.assign(fields, { [field]: value })
  }
  return { decrees: [{ kind: 'remake', side, fields }], untouched: [] }
}

function whole(why: string, stays: Side): LeftAsIs {
  return { field: null, why, base: NO_VALUES, now: NO_VALUES, stays }
}
