import type { Containers } from '../../providers/contract.ts'
import { inTransaction } from '../../store/database.ts'
import { forgetMovedBack, newsIn } from '../../store/deal-homes.ts'
import { changeHomeOp, closeHomeOp } from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import type { OpenConnection } from '../open-connection.ts'
import { takeIn } from '../take-in.ts'
import type { Tended } from './home-call.ts'
import { openTasksIn } from './open-tasks.ts'

/**
 * A look at what lies in a section, before it is moved: a service may leave tasks behind (reference todoist U4), and of one that
 * nobody has heard of before nobody could say then that it lay there. Where there is one, the move is given up: its deal settles what
 * lies in it, and moves it then. A move that an earlier attempt may have done is not given up: a look from before that shows
 * nothing of it. Gives back the move, with the project in which the section is by now; null where it was given up.
 */
export async function lookBeforeMove(
  deps: Deps,
  open: OpenConnection,
  containers: Containers,
  tended: Tended,
): Promise<Tended | null> {
  const { op, row, project } = tended
  const look = await openTasksIn(open, containers, row)
  if (look === null || look.observations.length === 0) return tended
  const lists = look.observations.flatMap((one) => (one.kind === 'present' ? (one.seen.task.list ?? []) : []))
  const isThere = lists.some((list) => list === project?.remoteId)
  const [from] = lists
  return inTransaction(deps.db, async (tx) => {
    const input = { connectionId: open.row.id, ...look, direct: true, announced: new Set<string>() }
    await takeIn(tx, deps, input)
    if (!isThere && !op.mayBeDone && (await newsIn(tx, row)).length > 0) {
      const error = { kind: 'replanned', message: 'What lies in the section is seen to first', hint: null }
      if ((await closeHomeOp(tx, op, error)) && op.cause === 'moved-back')
        await forgetMovedBack(tx, row.routeId, row.subject)
      return null
    }
    if (isThere || from === undefined || op.change.kind !== 'move' || op.change.from === from) return tended
    // Its user has moved it since: an attempt after this one finds it where it goes.
    const change = { ...op.change, from }
    await changeHomeOp(tx, op.id, change)
    return { ...tended, op: { ...op, change } }
  })
}
