import type { Home } from '../../core/stage-homes.ts'
import { clockNow } from '../../store/clock.ts'
import type { Tx } from '../../store/database.ts'
import { saveDealHome } from '../../store/deal-homes.ts'
import { waitsForHome } from '../../store/home-conflicts.ts'
import { type HomeOp, openHomeOps } from '../../store/home-ops.ts'
import { StageLists } from '../plan/stage-lists.ts'
import { type NextPlan, REST, TRIED, writing } from './deal-plan.ts'
import type { DealGround } from './ground.ts'
import { mayBeWritten } from './tidy-projects.ts'
import { addOpIn } from './write-step.ts'

/**
 * The next step for a deal whose tasks lie in the list of its stage. There is nothing of its own to move: each of its tasks goes by
 * itself, once it is told. So what is left is the name of the list, and to ask a person where the list is gone.
 */
export async function planInLists(tx: Tx, ground: DealGround): Promise<NextPlan> {
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
  ground: DealGround,
  lists: StageLists,
  wanted: Home | null,
): Promise<HomeOp | null> {
  for (const { project, name } of lists.misnamed(wanted)) {
    if (await mayBeWritten(tx, project, 'rename'))
      return addOpIn(tx, ground, project, { kind: 'rename', name }, { cause: 'renamed', project: null })
  }
  return null
}
