import { earlier } from '../../core/db-time.ts'
import { otherSide } from '../../core/policy.ts'
import { clockNow } from '../../store/clock.ts'
import { lockGeneral } from '../../store/containers.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { dealSeq, lockDealHome, saveDealHome, takeTasksOfDeal, tasksTold } from '../../store/deal-homes.ts'
import { AHEAD, homeOpsOfRoute, openHomeOps } from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import { Sections } from '../plan/sections.ts'
import { loadRouteById, loadRoutesOf } from '../route-context.ts'
import { beginSections } from './begin-sections.ts'
import { type DealPlan, type NextPlan, REST, TRIED, writing } from './deal-plan.ts'
import { eagerDeals } from './eager.ts'
import type { Ground } from './ground.ts'
import { heldUpBy, isStillWanted, nextStep } from './next-step.ts'
import { planInLists } from './plan-in-lists.ts'
import { stampEntries } from './stamp-entries.ts'
import { tidyProjects } from './tidy-projects.ts'
import { writeDown } from './write-step.ts'

export type DealInput = { readonly connectionId: string; readonly dealId: string }

/** Decides the next step of each home of a deal and writes it down. Touches the database alone; safe to run twice at once. */
export async function planDeal(deps: Deps, input: DealInput): Promise<DealPlan> {
  const plans: DealPlan[] = []
  for (const route of await loadRoutesOf(deps.db, deps, input.connectionId)) {
    if (
      route.deals === null ||
      !route.works ||
      route.sides[route.deals.side].connection.id !== input.connectionId
    )
      continue
    plans.push(await planHome(deps, route.route.id, input))
  }
  const states = plans.map(({ state }) => state)
  return {
    writes: plans.flatMap(({ writes }) => writes),
    pairIds: plans.flatMap(({ pairIds }) => pairIds),
    state: states.includes('error') ? 'error' : states.includes('waiting') ? 'waiting' : 'ok',
  }
}

async function planHome(deps: Deps, routeId: string, { connectionId, dealId }: DealInput): Promise<DealPlan> {
  const first = await inTransaction(deps.db, async (tx): Promise<NextPlan> => {
    // Before the row of the deal's home, which others lock when they hold this already.
    await lockGeneral(tx, routeId)
    const home = await lockDealHome(tx, routeId, dealId)
    // Before the deal itself is read: what changes in between is decided once more.
    const seq = await dealSeq(tx, connectionId, dealId)
    const route = await loadRouteById(tx, deps, routeId)
    const { deals } = route
    if (deals === null) return REST
    const side = route.sides[otherSide(deals.side)]
    // Before its home is decided, which may be needed for nothing but these.
    const stamped = await stampEntries(tx, route, deals, dealId)
    const ground = { route, deals, home, side, seq, stamped: stamped.length > 0 }
    const next =
      deals.filing === 'lists'
        ? await planInLists(tx, ground)
        : await decide(tx, { ...ground, sections: await Sections.open(tx, route, deals, side) })
    return 'told' in next ? next : { ...next, pairIds: [...next.pairIds, ...stamped] }
  })
  if (!('told' in first)) return first
  const { told } = first
  // By itself: whoever plans a task holds its row when he asks for what the first one holds.
  const pairIds = await inTransaction(deps.db, async (tx) => {
    const taken = await takeTasksOfDeal(tx, routeId, dealId)
    await tasksTold(tx, routeId, dealId, told)
    return taken
  })
  return pairIds.length > 0 ? { ...REST, pairIds } : planHome(deps, routeId, { connectionId, dealId })
}

/** The next plan; `told`: the change of the deal of which its tasks are to be told first. */
async function decide(tx: Tx, ground: Ground): Promise<NextPlan> {
  const { route, deals, sections, home, side, seq, stamped } = ground
  const { dealId } = home
  const own = sections.of(dealId)
  const [open] = await openHomeOps(
    tx,
    own.map(({ id }) => id),
  )
  if (open !== undefined) {
    if (await isStillWanted(tx, ground, open)) return writing(side, open)
    const movedBackIn = open.cause === 'moved-back' ? null : home.movedBackIn
    const next = { ...ground, home: { ...home, movedBackIn } }
    return decide(tx, { ...next, sections: await Sections.open(tx, route, deals, side) })
  }
  // A project that a person wants back comes before what lies in it.
  const around = await openHomeOps(
    tx,
    own.flatMap(({ parentId }) => parentId ?? []),
  )
  const wanted = around.find(({ change }) => change.kind === 'unarchive')
  if (wanted !== undefined) return writing(side, wanted)
  // What was refused is refused again, until the deal changes or a person says so.
  if (home.state === 'error' && home.wakeAt === null && home.decidedSeq === seq)
    return { ...REST, state: 'error' }
  const { step, coming, again } = await nextStep(tx, ground)
  if (step.kind === 'begin') {
    await saveDealHome(tx, { ...home, ...TRIED, decidedSeq: seq, wakeAt: await clockNow(tx) })
    return beginning(tx, ground, [dealId, ...(await eagerDeals(tx, route)).filter((id) => id !== dealId)])
  }
  if (step.kind !== 'rest') {
    const { pairIds, until } = await heldUpBy(tx, ground, step)
    if (pairIds.length > 0) return { ...REST, pairIds }
    if (until !== null) {
      await saveDealHome(tx, { ...home, ...TRIED, wakeAt: until })
      return REST
    }
    const op = await writeDown(tx, { ...ground, coming }, step)
    // Once for each stage; a project that is made first is not that yet.
    const back = step.kind === 'move-back' && op.change.kind === 'move'
    const movedBackIn = back ? (deals.book.deals.get(dealId)?.stage ?? null) : home.movedBackIn
    // Should it be refused, this is the change for which it was.
    const wakeAt = await clockNow(tx)
    await saveDealHome(tx, { ...home, ...TRIED, decidedSeq: seq, movedBackIn, wakeAt })
    return writing(side, op)
  }
  const { op, held } = await tidyProjects(tx, ground)
  if (op !== null) return writing(side, op)
  if (held.pairIds.length > 0) return { ...REST, pairIds: held.pairIds }
  const ahead = (await homeOpsOfRoute(tx, route.route.id)).filter(({ cause }) => cause === AHEAD)
  if (ahead.length > 0) return { ...REST, writes: ahead.flatMap((one) => writing(side, one).writes) }
  if (home.tasksSeq !== seq || stamped) return { told: seq }
  const others = await eagerDeals(tx, route)
  if (others.length > 0) return beginning(tx, ground, others)
  const state = step.trouble === null ? 'ok' : 'waiting'
  const tried = { ...TRIED, decidedSeq: seq, reason: step.trouble, wakeAt: earlier(held.until, again) }
  await saveDealHome(tx, { ...home, ...tried, state })
  return { ...REST, state }
}

/** Sections of deals without tasks, many at a time; each is written for itself. */
async function beginning(tx: Tx, ground: Ground, dealIds: readonly string[]): Promise<DealPlan> {
  const ops = await beginSections(tx, ground, dealIds)
  return { ...REST, writes: ops.flatMap((op) => writing(ground.side, op).writes) }
}

/** A person wants it tried again: what was refused is decided anew. */
export async function retryDeal(deps: Pick<Deps, 'db'>, { connectionId, dealId }: DealInput): Promise<void> {
  await deps.db`
    update deal_home h set state = 'ok', reason = null, last_error = null, moved_back_in = null, wake_at = clock(),
      dispatched_at = null
    from route r where r.id = h.route_id and ${connectionId} in (r.left_id, r.right_id) and h.deal_id = ${dealId}`
}
