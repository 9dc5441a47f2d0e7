import { v5 as uuidv5 } from 'uuid'
import { type Checklist, stamp, stampKey } from '../../core/checklist.ts'
import type { Deal } from '../../core/deal.ts'
import { checklistsDue } from '../../core/entry-stamps.ts'
import { oneLine } from '../../core/normalise.ts'
import { otherSide } from '../../core/policy.ts'
import type { Tx } from '../../store/database.ts'
import { addStampedPairs, begunChecklists, recordStamp, stampsOfDeal } from '../../store/stamps.ts'
import type { RouteContext } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { checklistsOf } from './begin-checklists.ts'

/**
 * Stamps the checklists of the stage that a deal has come into: each once for each entry. From then on each item is a pair
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
  const stamps = await stampsOfDeal(tx, route.route.id, dealId)
  const pairIds: string[] = []
  for (const checklist of checklistsDue(counting, { ...deal, status }, stamps))
    pairIds.push(...(await stampInto(tx, route, deals, deal, checklist)))
  return pairIds
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
