import type { WaitingDelivery } from '../store/deliveries.ts'
import { dealsWithOldNames, peopleToAsk } from '../store/telling.ts'
import { lookAtDeals } from './deals/pull-deals.ts'
import type { Deps } from './deps.ts'
import type { OpenConnection } from './open-connection.ts'
import { askAgain } from './people-again.ts'

/**
 * What deliveries tell of people: those whom tasks or deals show are asked for again, and deals that call them by another name
 * are looked at. Nothing is ticked off: a delivery about people may concern tasks, too.
 */
export async function takeInPeople(
  deps: Deps,
  open: OpenConnection,
  deliveries: readonly WaitingDelivery[],
): Promise<void> {
  const named = deliveries
    .filter(({ about, deleted }) => about === 'people' && !deleted)
    .flatMap(({ remoteIds, receivedAt }) => remoteIds.map((person) => ({ person, toldAt: receivedAt })))
  // The last one to name somebody.
  const latest = [...new Map(named.map((one) => [one.person, one])).values()]
  const asked = await peopleToAsk(deps.db, open.row.id, latest)
  if (asked.length === 0) return
  await askAgain(deps, open, asked)
  const { deals } = open.provider
  if (deals === undefined) return
  await lookAtDeals(deps, open, deals, await dealsWithOldNames(deps.db, open.row.id, asked))
}
