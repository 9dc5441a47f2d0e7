import { noSuchDeal } from '../deals/deal-refusals.ts'
import { type DealListing, dealRoutes, listDeals } from '../deals/list-deals.ts'
import { retryDeal } from '../deals/plan-deal.ts'
import type { Managing, Told, Trying } from './managing.ts'

/**
 * Has the homes of a deal looked after again, in every route that files by it. `retried`: how it stood there before. Throws
 * UserError for a deal that there is not.
 */
export async function retryDeals(
  { deps, wakeDeals }: Pick<Managing, 'deps' | 'wakeDeals'>,
  dealId: string,
  { dryRun }: Trying,
): Promise<{ readonly retried: readonly DealListing[]; readonly told: Told }> {
  const retried: DealListing[] = []
  for (const route of await dealRoutes(deps.db, deps))
    retried.push(...(await listDeals(deps.db, route, [dealId])))
  if (retried.length === 0) throw noSuchDeal(dealId, [])
  if (dryRun) return { retried, told: 0 }
  const connections = [...new Set(retried.map(({ connectionId }) => connectionId))]
  for (const connectionId of connections) await retryDeal(deps, { connectionId, dealId })
  return { retried, told: await wakeDeals(connections.map((connectionId) => ({ connectionId, dealId }))) }
}
