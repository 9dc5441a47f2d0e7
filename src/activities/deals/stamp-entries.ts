import { v5 as uuidv5 } from 'uuid'
import { type Checklist, stamp, stampKey } from '../../core/checklist.ts'
import type { Deal } from '../../core/deal.ts'
import { checklistsDue, stampOf } from '../../core/entry-stamps.ts'
import { oneLine } from '../../core/normalise.ts'
import { otherSide } from '../../core/policy.ts'
import { type StampingRoute, stampingRoute } from '../../core/stamping-route.ts'
import type { Tx } from '../../store/database.ts'
import {
  addStampedPairs,
  begunChecklists,
  lockStampsOfDeal,
  recordStamp,
  routesWithChecklist,
} from '../../store/stamps.ts'
import type { RouteContext } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { checklistsOf, keyed } from './begin-checklists.ts'

/**
 * Stamps the checklists of the stage that a deal has come into: each once for each entry, however many routes of the account have
 * it. From then on each item is a pair
 * that waits for its tasks. Their ids. The caller holds the row of the deal's home.
 */
export async function stampEntries(
  tx: Tx,
  route: RouteContext,
  deals: RouteDeals,
  dealId: string,
): Promise<string[]> {
  const checklists = checklistsOf(route)
  const deal = deals.book.deals.get(dealId)
  if (checklists.length === 0 || deal === undefined) return []
  const begun = await begunChecklists(tx, route.route.id)
  const counting = checklists.filter(({ name, stage }) =>
    begun.some((one) => one.name === oneLine(name) && one.stage === stage),
  )
  const status = deals.facts(dealId)?.status ?? 'deleted'
  const routes = [own(route, deals), ...route.team]
  const ids = routes.map(({ routeId }) => routeId)
  const all = await lockStampsOfDeal(tx, ids, dealId)
  // What another route has stamped is done; what it only knows from before is its own affair.
  const stamps = all.filter(({ routeId, stampedAt }) => routeId === route.route.id || stampedAt !== null)
  const pairIds: string[] = []
  for (const checklist of checklistsDue(counting, { ...deal, status }, stamps)) {
    const having = await routesWithChecklist(tx, ids, keyed(checklist))
    const candidates = routes.filter(
      ({ routeId }) =>
        having.has(routeId) &&
        stampOf(
          checklist,
          deal,
          all.filter((one) => one.routeId === routeId),
        ) === undefined,
    )
    if (stampingRoute(candidates, deal.users ?? []) === route.route.id)
      pairIds.push(...(await stampInto(tx, route, deals, deal, checklist)))
  }
  return pairIds
}

function own({ route, policy, sides }: RouteContext, { side }: RouteDeals): StampingRoute {
  return {
    routeId: route.id,
    assignees: policy.assignees,
    userId: sides[side].connection.facts?.userId ?? null,
  }
}

/** Stamps a checklist for the deal as it is now. Nothing where that was done for this entry before. */
export async function stampInto(
  tx: Tx,
  { route: { id }, policy }: RouteContext,
  { side }: RouteDeals,
  deal: Deal,
  checklist: Checklist,
): Promise<string[]> {
  const key = stampKey(checklist, deal)
  const { name, stage } = checklist
  const entry = { key, dealId: deal.id, checklist: oneLine(name), stage, enteredAt: deal.enteredStageAt }
  if (!(await recordStamp(tx, id, entry))) return []
  const origin = otherSide(side)
  return addStampedPairs(tx, {
    routeId: id,
    origin,
    deal: deal.id,
    person: deal.people[0]?.id ?? null,
    items: stamp(checklist, deal, policy.zone).map(({ key: item, fields }) => ({
      stampedAs: uuidv5(JSON.stringify([key, item]), STAMPED),
      decrees: [{ kind: 'stamp', side: origin, fields }],
    })),
  })
}

/** The namespace of what items are stamped as. Never changed: it is how they are known again. */
const STAMPED = '6f1c2f0e-7c1b-4d0b-9a53-1d3a0f1c9b52'
