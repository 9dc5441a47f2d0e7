import { otherSide } from '../../core/policy.ts'
import type { Home } from '../../core/stage-homes.ts'
import { clockNow } from '../../store/clock.ts'
import type { ContainerRow } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { type DealHomeRow, saveDealHome } from '../../store/deal-homes.ts'
import { waitsForHome } from '../../store/home-conflicts.ts'
import { type HomeOp, insertHomeOp, openHomeOps, wasRefusedLately } from '../../store/home-ops.ts'
import { StageLists } from '../plan/stage-lists.ts'
import type { RouteContext, RouteSide } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { type NextPlan, REST, TRIED, writing } from './deal-plan.ts'

type Ground = {
  readonly route: RouteContext
  readonly deals: RouteDeals
  readonly home: DealHomeRow
  readonly side: RouteSide
  /** The deal's last change. */
  readonly seq: string
  /** Whether tasks of a checklist were just begun. */
  readonly stamped: boolean
}

/**
 * The next step for a deal whose tasks lie in the list of its stage. There is nothing of its own to move: each of its tasks goes by
 * itself, once it is told. So what is left is the name of the list, and to ask a person where the list is gone.
 */
export async function planInLists(tx: Tx, ground: Ground): Promise<NextPlan> {
  const { route, deals, home, side, seq, stamped } = ground
  const lists = await StageLists.open(tx, route, deals, side)
  const wanted = deals.homeOf(home.dealId)
  const own = wanted === null ? [] : lists.of(wanted)
  const [open] = await openHomeOps(
    tx,
    own.map(({ id }) => id),
  )
  const op = open ?? (await rename(tx, ground, lists, wanted))
  if (op !== null) {
    // Until it is done, and the same is asked again, whatever becomes of this attempt.
    await saveDealHome(tx, { ...home, ...TRIED, decidedSeq: seq, wakeAt: await clockNow(tx) })
    return writing(side, op)
  }
  if (home.tasksSeq !== seq || stamped) return { told: seq }
  const gone = await waitsForHome(tx, route.route.id, home.dealId)
  const state = gone ? 'waiting' : 'ok'
  const reason = gone ? 'home-gone' : null
  await saveDealHome(tx, { ...home, ...TRIED, decidedSeq: seq, state, reason, wakeAt: null })
  return { ...REST, state }
}

/** The list of a stage that is called otherwise by now. Nobody waits for it: what was refused is tried again tomorrow. */
async function rename(
  tx: Tx,
  ground: Ground,
  lists: StageLists,
  wanted: Home | null,
): Promise<HomeOp | null> {
  for (const { project, name } of lists.misnamed(wanted)) {
    const [open] = await openHomeOps(tx, [project.id])
    if (open !== undefined || (await wasRefusedLately(tx, project.id, 'rename'))) continue
    return addRename(tx, ground, project, name)
  }
  return null
}

function addRename(tx: Tx, { route, deals, side }: Ground, row: ContainerRow, name: string): Promise<HomeOp> {
  return insertHomeOp(tx, {
    routeId: route.route.id,
    containerId: row.id,
    connectionId: side.connection.id,
    remoteId: row.remoteId,
    side: otherSide(deals.side),
    change: { kind: 'rename', name },
    cause: 'renamed',
    before: { name: row.name, in: null, state: row.state },
  })
}
