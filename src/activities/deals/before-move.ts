import type { DbTime } from '../../core/db-time.ts'
import type { Containers } from '../../providers/contract.ts'
import { inTransaction } from '../../store/database.ts'
import { forgetMovedBack, newsIn } from '../../store/deal-homes.ts'
import { changeHomeOp, closeHomeOp } from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import type { OpenConnection } from '../open-connection.ts'
import { takeIn } from '../take-in.ts'
import type { Tended } from './home-call.ts'
import { openTasksIn } from './open-tasks.ts'
import { believedFrom } from './stragglers.ts'

/** `going`: the move, with the project in which the section is by now. `unsure`: nobody can say until then whether it was done. */
export type LookBefore =
  | { readonly is: 'going'; readonly tended: Tended }
  | { readonly is: 'given-up' }
  | { readonly is: 'unsure'; readonly until: DbTime }

/**
 * A look at what lies in a section, before it is moved: a service may leave tasks behind (reference todoist U4), and of one that
 * nobody has heard of before nobody could say then that it lay there. Where there is one, the move is given up: its deal settles what
 * lies in it, and moves it then. One that an earlier attempt may have done is not given up on a look that may be older than that.
 */
export async function lookBeforeMove(
  deps: Deps,
  open: OpenConnection,
  containers: Containers,
  tended: Tended,
): Promise<LookBefore> {
  const { op, row, project } = tended
  const look = await openTasksIn(open, containers, row)
  const going: LookBefore = { is: 'going', tended }
  if (look === null || look.observations.length === 0) return going
  const lists = look.observations.flatMap((one) => (one.kind === 'present' ? (one.seen.task.list ?? []) : []))
  const isThere = lists.some((list) => list === project?.remoteId)
  const [from] = lists
  return inTransaction(deps.db, async (tx): Promise<LookBefore> => {
    const input = { connectionId: open.row.id, ...look, direct: true, announced: new Set<string>() }
    await takeIn(tx, deps, input)
    if (!isThere && (await newsIn(tx, row)).length > 0) {
      const until = believedFrom(deps, op)
      if (op.mayBeDone && look.askedAt <= until) return { is: 'unsure', until }
      const error = { kind: 'replanned', message: 'What lies in the section is seen to first', hint: null }
      if ((await closeHomeOp(tx, op, error)) && op.cause === 'moved-back')
        await forgetMovedBack(tx, row.routeId, row.subject)
      return { is: 'given-up' }
    }
    if (isThere || from === undefined || op.change.kind !== 'move' || op.change.from === from) return going
    // Its user has moved it since: an attempt after this one finds it where it goes.
    const change = { ...op.change, from }
    await changeHomeOp(tx, op.id, change)
    return { is: 'going', tended: { ...tended, op: { ...op, change } } }
  })
}
