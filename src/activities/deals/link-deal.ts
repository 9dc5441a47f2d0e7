import { LONG_AGO } from '../../core/db-time.ts'
import type { Tx } from '../../store/database.ts'
import { savePairs } from '../../store/pairs.ts'
import type { Filing } from '../filing.ts'
import { type DecideDeps, lockPicture, type PairPicture, titleOf } from '../pair-picture.ts'
import type { NoHome, RouteDeals } from '../route-deals.ts'
import * as refusal from './deal-refusals.ts'

/** `deal`: null where it belongs to none. `why`: why tasks of the deal lie in General; null where it has a section. */
export type DealLinked = {
  readonly pair: string
  readonly title: string | null
  readonly deal: {
    readonly id: string
    readonly name: string
    readonly why: NoHome | null
    readonly filing: Filing
  } | null
  readonly changed: boolean
}

/**
 * A person says to which deal a task belongs, or that it belongs to none (`dealId` null); that counts until its user moves the
 * task, or its person is none of the deal's. Throws UserError (exit code 2) for a deal that there is not, or on which the
 * task's person is not.
 */
export async function linkDeal(
  tx: Tx,
  deps: DecideDeps,
  { pairId, dealId }: { readonly pairId: string; readonly dealId: string | null },
): Promise<DealLinked> {
  const picture = await lockPicture(tx, deps, pairId)
  const { pair, members, route } = picture
  const { deals } = route
  if (deals === null) throw refusal.notByDeals(route.route.name)
  if (pair.memory !== 'new' && pair.memory !== 'linked') throw refusal.notInStep(pairId)
  const deal = dealId === null ? null : dealNamed(dealId, deals, picture)
  const changed = pair.dealBy !== 'user' || pair.deal !== dealId
  if (changed)
    await savePairs(tx, [{ ...pair, deal: dealId, dealBy: 'user', movedBack: null, wakeAt: LONG_AGO }])
  return {
    pair: pairId,
    title: titleOf(members),
    deal:
      deal === null
        ? null
        : { id: deal.id, name: deal.name, why: deals.whyNoHome(deal.id), filing: deals.filing },
    changed,
  }
}

function dealNamed(id: string, { book }: RouteDeals, { pair: { person } }: PairPicture) {
  const deal = book.deals.get(id)
  const theirs = person === null ? [] : (book.ofPerson.get(person) ?? [])
  const named = theirs.flatMap((one) => book.deals.get(one) ?? [])
  if (deal === undefined) throw refusal.noSuchDeal(id, named)
  if (person !== null && !theirs.includes(id)) throw refusal.notOnDeal(deal, named)
  return deal
}
