import { letsIn } from '../core/first-sync.ts'
import { SIDES } from '../core/policy.ts'
import { clockNow } from '../store/clock.ts'
import { inTransaction, type Tx } from '../store/database.ts'
import { leaseDeals, leaseDealsInTheWay } from '../store/deal-homes.ts'
import { countRows, lastPairId, leaveAsKnown, newTasksAfter } from '../store/first-sync.ts'
import { hasLeases, leaseRoutePairs, lockFill } from '../store/pending.ts'
import { connectionOf, lockRouteState, markFilled, routeById, setRouteState } from '../store/routes.ts'
import { lockSetUp } from '../store/set-up-lock.ts'
import { freeUnmapped } from '../store/unmapped.ts'
import { beginProjects } from './deals/projects-ahead.ts'
import type { Deps } from './deps.ts'
import { BATCH, DEALS, wakeLeasedDeals } from './dispatch.ts'
import { intake } from './intake.ts'
import { matchRoute } from './matching.ts'
import { matchAfterwards, mustWait, neighboursOf } from './neighbours.ts'
import { loadRouteById, type RouteContext } from './route-context.ts'

export type RouteInput = { readonly routeId: string }

/**
 * `held`: the route does not work just now (it is paused, stopped, or a connection does not answer), or it is the turn of
 * another one that makes tasks where it would.
 */
export type Held = { readonly held?: boolean }

/** `again`: it is to be matched once more, because more lists were mapped meanwhile. */
export type Again = { readonly again?: boolean }

/**
 * Ends the matching of a first sync: tasks that are on both sides become pairs, those that may be several are asked
 * about, all others become pairs of their own, and the route works from here on. One that has ended it before is left
 * alone, and so is one that was paused.
 */
export async function activate(deps: Deps, input: RouteInput): Promise<{ readonly linked: number } & Held> {
  return inTransaction(deps.db, async (tx) => {
    // Others that would begin at this moment, or map more lists, wait.
    await lockSetUp(tx)
    await lockFill(tx, input.routeId)
    const state = await lockRouteState(tx, input.routeId)
    if (state !== 'matching') return { linked: 0, held: state !== 'active' }
    const neighbours = await neighboursOf(tx, deps, input.routeId)
    if (await mustWait(tx, neighbours)) return { linked: 0, held: true }
    await matchAfterwards(tx, neighbours)
    return { linked: (await activateRoute(tx, deps, input.routeId)).linked.length }
  })
}

/** Within the caller's transaction (a preview rolls it back). `linked`: pairs whose tasks were on both sides. */
export async function activateRoute(
  tx: Tx,
  deps: Deps,
  routeId: string,
): Promise<{ readonly linked: readonly string[] }> {
  await setRouteState(tx, routeId, 'active')
  await freeUnmapped(tx, routeId)
  const route = await loadRouteById(tx, deps, routeId)
  const linked = await matchRoute(tx, route)
  const before = await lastPairId(tx)
  for (const side of SIDES) await intake(tx, deps, connectionOf(route.route, side), [route])
  await leaveOut(tx, route, before)
  return { linked }
}

/** What the policy does not let in is known from now on, and left as it is. `before`: the youngest pair that it is not about. */
async function leaveOut(tx: Tx, { route, policy }: RouteContext, before: string): Promise<void> {
  if (policy.firstSync.kind === 'open') return
  const now = await clockNow(tx)
  const out = (await newTasksAfter(tx, route.id, before)).filter(({ task }) => !letsIn(policy, task, now))
  await leaveAsKnown(
    tx,
    out.map(({ pairId }) => pairId),
  )
}

/**
 * The next pairs of a first sync, under a lease. The `first` batch is half of one: batches that begin together end
 * together, and while all of them plan, the request budget would go unused. `leased`: others are at work on some.
 */
export async function nextFill(
  deps: Deps,
  input: RouteInput & { readonly first?: boolean },
): Promise<{ readonly pairIds: string[]; readonly leased?: boolean } & Held & Again> {
  const { routeId, first } = input
  await countRows(deps.db)
  const { deals, ...next } = await inTransaction(deps.db, async (tx) => {
    await lockFill(tx, routeId)
    const { route, works } = await loadRouteById(tx, deps, routeId)
    if (route.state === 'matching') return { pairIds: [], deals: [], again: true }
    if (!works) return { pairIds: [], deals: [], held: true }
    const leased = await hasLeases(tx, routeId)
    const pairIds = await leaseRoutePairs(tx, routeId, first === true ? BATCH / 2 : BATCH)
    return { pairIds, deals: await leaseDealsInTheWay(tx, routeId, DEALS), leased }
  })
  await wakeLeasedDeals(deps, deals)
  return next
}

export async function finishFill(deps: Deps, input: RouteInput): Promise<Again> {
  await countRows(deps.db)
  const filled = await inTransaction(deps.db, async (tx) => {
    const ended = await markFilled(tx, input.routeId)
    if (ended) await beginProjects(tx, deps, input.routeId)
    return ended
  })
  // From now on deals are followed: nobody need wait for the next look of a connection.
  if (filled) {
    const { leftId } = await routeById(deps.db, input.routeId)
    // A lease keeps each from being found again, so that this ends.
    for (let more = true; more; ) {
      const deals = await leaseDeals(deps.db, leftId, DEALS)
      await wakeLeasedDeals(deps, deals)
      more = deals.length === DEALS
    }
  }
  return { again: !filled }
}

/**
 * Puts a draft into matching; the ids whose connections must be pulled. `needed` false: it has had its first sync.
 * `matched`: it was matched by an earlier run, and only the settling is left.
 */
export async function beginFill(
  deps: Deps,
  input: RouteInput,
): Promise<
  { readonly connections: readonly string[]; readonly needed: boolean; readonly matched?: boolean } & Held
> {
  return inTransaction(deps.db, async (tx) => {
    const state = await lockRouteState(tx, input.routeId)
    if (state === 'draft') await setRouteState(tx, input.routeId, 'matching')
    const { route, sides } = await loadRouteById(tx, deps, input.routeId)
    const answers = SIDES.every((side) => sides[side].connection.state === 'ok')
    const turn =
      route.state !== 'matching' || !(await mustWait(tx, await neighboursOf(tx, deps, input.routeId)))
    return {
      connections: [route.leftId, route.rightId],
      needed: route.filledAt === null,
      matched: route.state === 'active',
      held: !answers || !turn || (route.state !== 'matching' && route.state !== 'active'),
    }
  })
}
