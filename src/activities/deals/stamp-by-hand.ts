import { type Checklist, type StampedTask, stamp } from '../../core/checklist.ts'
import { oneLine } from '../../core/normalise.ts'
import type { Tx } from '../../store/database.ts'
import { lockDealHome } from '../../store/deal-homes.ts'
import type { DecideDeps } from '../pair-picture.ts'
import { loadRouteById, type RouteContext } from '../route-context.ts'
import { checklistsOf } from './begin-checklists.ts'
import * as refusal from './checklist-refusals.ts'
import { noSuchDeal } from './deal-refusals.ts'
import { dealRoutes } from './list-deals.ts'
import { stampInto } from './stamp-entries.ts'

export type StampRequest = {
  readonly dealId: string
  readonly checklist: string
  /** A route by its id; null where only one can be meant. */
  readonly routeId: string | null
}

/** `pairIds`: of the tasks that are to be made. `zone`: in which their days are. */
export type StampedByHand = {
  readonly route: string
  readonly deal: { readonly id: string; readonly name: string }
  readonly checklist: string
  readonly tasks: readonly StampedTask[]
  readonly pairIds: readonly string[]
  readonly zone: string
}

/**
 * A person has a checklist stamped for a deal, whatever its stage: once for as long as the deal is where it is, as by itself.
 * Throws UserError (exit code 2) for a deal or checklist that there is not, and where it was stamped before.
 */
export async function stampByHand(tx: Tx, deps: DecideDeps, request: StampRequest): Promise<StampedByHand> {
  const { dealId } = request
  const { id } = (await routeMeant(tx, deps, request)).route
  await lockDealHome(tx, id, dealId)
  const route = await loadRouteById(tx, deps, id)
  const { deals } = route
  const deal = deals?.book.deals.get(dealId)
  if (deals === null || deal === undefined) throw noSuchDeal(dealId, [])
  const checklist = named(request.checklist, checklistsOf(route))
  if (checklist === undefined) throw refusal.writesNothing(route.route.name)
  const pairIds = await stampInto(tx, route, deals, deal, checklist)
  if (pairIds.length === 0) throw refusal.stampedBefore(checklist.name, dealId)
  return {
    route: route.route.name,
    deal: { id: dealId, name: deal.name },
    checklist: checklist.name,
    tasks: stamp(checklist, deal, route.policy.zone),
    pairIds,
    zone: route.policy.zone,
  }
}

/** The route that knows the deal and has the checklist. */
async function routeMeant(
  tx: Tx,
  deps: DecideDeps,
  { dealId, checklist, routeId }: StampRequest,
): Promise<RouteContext> {
  const routes = (await dealRoutes(tx, deps)).filter(
    ({ route, deals }) =>
      (routeId === null || route.id === routeId) && deals?.book.deals.has(dealId) === true,
  )
  if (routes.length === 0) throw noSuchDeal(dealId, [])
  const listsOf = ({ policy }: RouteContext) => policy.deals?.checklists ?? []
  const having = routes.filter((route) => named(checklist, listsOf(route)) !== undefined)
  const [only, second] = having
  if (only === undefined) {
    const names = routes.flatMap((route) => listsOf(route).map(({ name }) => name))
    throw refusal.noSuchChecklist(checklist, [...new Set(names)])
  }
  if (second !== undefined)
    throw refusal.severalRoutes(
      checklist,
      having.map(({ route }) => route.name),
    )
  return only
}

function named(text: string, checklists: readonly Checklist[]): Checklist | undefined {
  const fold = (name: string) => oneLine(name).toLowerCase()
  return checklists.find(({ name }) => fold(name) === fold(text))
}
