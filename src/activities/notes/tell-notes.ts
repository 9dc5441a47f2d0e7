import type { Tx } from '../../store/database.ts'
import type { PairRow } from '../../store/pairs.ts'
import { lookAtTaskNotes } from '../../store/task-notes.ts'
import type { RouteContext } from '../route-context.ts'
import { noteSide } from './note-side.ts'

/**
 * Whatever is decided of a task may change what its note says. What that is, is worked out when the task is at rest: what was
 * decided here has to be written first.
 */
export async function tellNotes(
  tx: Tx,
  routes: Iterable<RouteContext>,
  pairs: readonly Pick<PairRow, 'id' | 'routeId'>[],
): Promise<void> {
  for (const { route, policy, sides, works } of routes) {
    const side = noteSide({ left: sides.left.provider, right: sides.right.provider })
    if (policy.notes !== true || side === null || !works) continue
    const ids = pairs.filter(({ routeId }) => routeId === route.id).map(({ id }) => id)
    await lookAtTaskNotes(tx, { routeId: route.id, crm: sides[side].connection.id }, ids)
  }
}
