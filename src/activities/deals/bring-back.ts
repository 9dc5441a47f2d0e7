import { otherSide } from '../../core/policy.ts'
import { type ContainerRow, containersOfRoute, resetContainer } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { type HomeConflict, isStillHome, listsGoneWith } from '../../store/home-conflicts.ts'
import { insertHomeOp, openHomeOps } from '../../store/home-ops.ts'
import type { RouteContext } from '../route-context.ts'

/** Where the app has no sections: the lists with which tasks of the deal have gone, and that are not there yet again. */
export async function listsGone(
  tx: Tx,
  { deals }: RouteContext,
  { routeId, dealId }: HomeConflict,
): Promise<ContainerRow[]> {
  if (deals?.filing !== 'lists') return []
  const gone = await listsGoneWith(tx, routeId, dealId)
  return (await containersOfRoute(tx, routeId)).filter(
    (row) => row.role === 'stage' && isLost(row) && row.remoteId !== null && gone.includes(row.remoteId),
  )
}

/**
 * Other deals have lain in it, too. Until each of their tasks is known to have gone with it, it stays what they went with, and the
 * stage has its next list.
 */
export async function bringListBack(tx: Tx, route: RouteContext, list: ContainerRow): Promise<void> {
  if (list.state === 'archived') await unarchive(tx, route, list)
  else if (!(await isStillHome(tx, list))) await resetContainer(tx, list.id)
}

/** Its user has taken it away. */
export function isLost({ state }: ContainerRow): boolean {
  return state === 'gone' || state === 'archived'
}

/** Out of the archive, as any home that is needed again. */
export async function unarchive(
  tx: Tx,
  { route, deals }: RouteContext,
  project: ContainerRow,
): Promise<void> {
  const [open] = await openHomeOps(tx, [project.id])
  if (open !== undefined || deals === null) return
  await insertHomeOp(tx, {
    routeId: route.id,
    containerId: project.id,
    connectionId: project.connectionId,
    remoteId: project.remoteId,
    side: otherSide(deals.side),
    change: { kind: 'unarchive' },
    cause: 'restored',
    before: { name: project.name, in: null, state: project.state },
  })
}
