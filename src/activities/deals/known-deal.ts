import type { Telling } from '../../core/deal-labels.ts'
import type { Place } from '../../core/placed.ts'
import { otherSide } from '../../core/policy.ts'
import type { ContainerRow } from '../../store/containers.ts'
import type { PairPicture } from '../pair-picture.ts'
import type { PairLook } from '../plan/pair-view.ts'
import { placingOf } from '../plan/placing.ts'
import type { NoHome, RouteDeals } from '../route-deals.ts'
import { stageName } from './list-deals.ts'

/**
 * Which deal a task belongs to, who said so, and where it lies. `by` null: nobody has. `listed`: false while the CRM has not told
 * of its deals yet. `why`: why tasks of its deal lie in General. `tell`: what its user is asked or told. `place` null:
 * nobody can say just now; `names`: of the project and section in which it lies. `label`: the one by which its tasks say that they
 * belong to the deal, where the app has no sections; else null. `left`: it lies in another list than that of its stage, where its
 * user has put it twice.
 */
export type KnownDeal = {
  readonly deal: { readonly id: string; readonly name: string; readonly stage: string } | null
  readonly by: 'user' | 'rule' | null
  readonly listed: boolean
  readonly why: NoHome | null
  readonly tell: Telling | null
  readonly place: Place | null
  readonly names: readonly string[]
  readonly label: string | null
  readonly left: boolean
}

/** Null where its route does not file by deals, or it lies where the task above it does, or it is in step with nothing. */
export function knownDeal(picture: PairPicture, look: PairLook): KnownDeal | null {
  const { pair, members, route } = picture
  const { deals } = route
  if (deals === null) return null
  const inStep = pair.memory === 'new' || pair.memory === 'linked'
  const placing = inStep ? placingOf(pair, members, route, look) : null
  if (placing === null && deals.listed && (inStep || pair.deal === null)) return null
  const kept = pair.dealBy === null ? null : { deal: pair.deal, by: pair.dealBy }
  const link = placing === null ? kept : placing.placement.link
  return {
    deal: named(link?.deal ?? null, deals),
    by: link?.by ?? null,
    listed: deals.listed,
    why: link?.deal == null ? null : deals.whyNoHome(link.deal),
    tell: placing?.placement.tell ?? null,
    place: placing?.found ?? null,
    names: placing === null ? [] : placeNames(picture, deals),
    label: link?.deal == null ? null : (deals.facts(link.deal)?.label ?? null),
    left: placing?.found?.kind === 'list' && placing.placement.lie.kind === 'stay',
  }
}

function named(id: string | null, deals: RouteDeals): KnownDeal['deal'] {
  if (id === null) return null
  const deal = deals.book.deals.get(id)
  return { id, name: deal?.name ?? '', stage: deal === undefined ? '' : stageName(deals, deal.stage) }
}

/** The project, and the section in it. */
function placeNames({ members }: PairPicture, { side, homes }: RouteDeals): string[] {
  const housing = members.find((one) => one.side === otherSide(side))
  const inner = homes.byRemoteId.get(housing?.row.seen.container ?? '')
  const outer =
    homes.byRemoteId.get(housing?.row.seen.task.list ?? '') ?? homes.byId.get(inner?.parentId ?? '')
  const name = (row: ContainerRow) => row.shownName ?? row.name
  return [...new Set([outer, inner].flatMap((row) => row ?? []))].map(name)
}
