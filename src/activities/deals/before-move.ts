import type { Containers } from '../../providers/contract.ts'
import { inTransaction } from '../../store/database.ts'
import { forgetMovedBack, undecidedIn } from '../../store/deal-homes.ts'
import { closeHomeOp } from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import type { OpenConnection } from '../open-connection.ts'
import { takeIn } from '../take-in.ts'
import type { Tended } from './home-call.ts'
import { openTasksIn } from './open-tasks.ts'

/**
 * A look at what lies in a section, before it is moved: a service may leave tasks behind (reference todoist U4), and of one that
 * nobody has heard of before nobody could say then that it lay there. Where there is one, the move is given up: its deal settles what
 * lies in the section, and moves that then. True where it was. Of a move that may have been done already nothing is given up.
 */
export async function givesWayToNews(
  deps: Deps,
  open: OpenConnection,
  containers: Containers,
  { op, row }: Tended,
): Promise<boolean> {
  const look = await openTasksIn(open, containers, row)
  if (look === null || look.observations.length === 0) return false
  return inTransaction(deps.db, async (tx) => {
    const input = { connectionId: open.row.id, ...look, direct: true, announced: new Set<string>() }
    await takeIn(tx, deps, input)
    if (op.attempts > 1 || (await undecidedIn(tx, row)).length === 0) return false
    const error = { kind: 'replanned', message: 'What lies in the section is seen to first', hint: null }
    if ((await closeHomeOp(tx, op.id, error)) && op.cause === 'moved-back')
      await forgetMovedBack(tx, row.routeId, row.subject)
    return true
  })
}
