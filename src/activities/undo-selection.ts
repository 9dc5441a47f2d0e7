import { UserError } from '../config/errors.ts'
import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from '../store/database.ts'
import { homeOpById } from '../store/home-ops.ts'
import { type LoggedOp, loggedOps, opsOfPlans, undoableSince } from '../store/op-log.ts'

/** Which ops a person wants taken back: these, or all since a moment, of one route or of all. */
export type UndoSelection =
  | { readonly ids: readonly string[] }
  | { readonly since: DbTime; readonly routeId: string | null }

/**
 * The ops of a selection that can be taken back, oldest first; what one decision wrote of a field to both sides comes
 * along. Throws UserError (exit code 2) for a named op that cannot be.
 */
export async function opsToUndo(sql: Db | Tx, selection: UndoSelection): Promise<LoggedOp[]> {
  if ('since' in selection) return undoableSince(sql, selection.since, selection.routeId)
  const named = await loggedOps(sql, selection.ids)
  for (const id of selection.ids) {
    const op = named.find((one) => one.id === id)
    const why = op === undefined ? await whyNoTask(sql, id) : whyNot(op)
    if (why !== null) throw cannotUndo(why)
  }
  const planned = await opsOfPlans(sql, [...new Set(named.map((op) => op.planId))])
  return planned.filter((op) => named.some((one) => belongTogether(op, one)) && whyNot(op) === null)
}

function belongTogether(op: LoggedOp, named: LoggedOp): boolean {
  if (op.id === named.id) return true
  return (
    op.planId === named.planId &&
    op.pairId === named.pairId &&
    op.verb === 'update' &&
    Object.keys(op.after).some((field) => field in named.after)
  )
}

/** It is none of a task. */
async function whyNoTask(sql: Db | Tx, id: string): Promise<string> {
  return (await homeOpById(sql, id)) === null
    ? `There is no op ${id}.`
    : `Op ${id} is of a project or section, which follow the deals: change the deal, or what the route says of its stage.`
}

function whyNot(op: LoggedOp): string | null {
  if (op.undoneAt !== null) return `Op ${op.id} has been taken back already.`
  if (op.forgotten)
    return `What op ${op.id} wrote is forgotten: its route was removed, or it is older than 90 days.`
  if (op.cause === 'undo') return `Op ${op.id} is itself an undo.`
  if (op.status === 'refused') return `Op ${op.id} was never done.`
  if (op.status !== 'confirmed') return `Op ${op.id} is still under way.`
  const empty = op.verb === 'update' && Object.keys(op.after).length === 0
  return empty ? `Op ${op.id} changed no field of the task.` : null
}

function cannotUndo(message: string): UserError {
  return new UserError({
    code: 'CANNOT_UNDO',
    message: `${message} Nothing was taken back.`,
    hints: ['"dealbridge log" lists what was written, with the number of each op.'],
    exitCode: 2,
  })
}
