import { labelledDeal } from '../../core/deal-label.ts'
import { sameValue } from '../../core/equal.ts'
import { type LastPlace, type Place, type PlacedDeal, samePlace, sentOutOf } from '../../core/placed.ts'
import { type Placement, placeTask } from '../../core/placement.ts'
import { otherSide } from '../../core/policy.ts'
import { isRefusedStill } from '../../core/refused-move.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import type { PairLook } from './pair-view.ts'
import { hintFor } from './person-words.ts'
import { placeOf } from './place-of.ts'

/**
 * The deal of a pair and where its task is to lie; `found`: where it lies, null where nobody can say just now. `named`: the person
 * whom its words name by an id.
 */
export type Placing = {
  readonly placement: Placement
  readonly found: Place | null
  readonly named: string | null
}

/** Null where a route has no deals, or nobody has listed them yet, or the task lies where the one above it does. */
export function placingOf(
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  look: PairLook,
): Placing | null {
  const { deals } = route
  if (deals === null || !deals.listed) return null
  const housing = members.find((member) => member.side === otherSide(deals.side))
  if (housing !== undefined && housing.row.seen.task.parent !== null) return null
  const found = foundPlace(pair, housing, deals, look)
  const labels = housing === undefined ? [] : labelsOf(housing, look)
  const named = namedIn(housing, route, deals)
  const placement = placeTask({
    linked: linkOf(pair),
    person: pair.person,
    deals: dealsFor(pair, found, labels, deals),
    found,
    // One that is to be made anew lies nowhere, wherever the one before it lay.
    confirmed: housing === undefined ? null : pair.place,
    labels,
    ours: pair.told.ours,
    named,
    movedBack: pair.movedBack,
  })
  const tell = placement.tell ?? endedFor(placement, deals) ?? chosenFor(pair, deals)
  return { placement: { ...placement, tell }, found, named }
}

function namedIn(housing: MemberRow | undefined, route: RouteContext, { side }: RouteDeals): string | null {
  const hint = housing === undefined ? null : hintFor(side, housing.row.seen.task, route)
  return hint !== null && 'id' in hint.by ? hint.by.id : null
}

/** That its deal is archived or deleted, as long as it is: said before its task goes to General (§9). */
function endedFor({ link }: Placement, { facts }: RouteDeals): Placement['tell'] {
  const deal = link?.deal == null ? null : facts(link.deal)
  return deal === null || deal.status === 'active' ? null : { kind: 'ended', deal: deal.id }
}

/** Whose task it became without being asked, as long as it is so. */
function chosenFor({ told: { chosen }, person }: PairRow, { facts }: RouteDeals): Placement['tell'] {
  if (chosen === undefined || chosen.person !== person || facts(chosen.deal) === null) return null
  return { kind: 'first-of-several', ...chosen }
}

/** A picture from before our last write shows the label of the deal before: nobody has said that. */
function labelsOf({ side, row }: MemberRow, { sides }: PairLook): readonly string[] {
  const { labels } = row.seen.task
  const { view } = sides[side]
  const doubted = view.presence === 'present' && view.filedDoubted === true
  return doubted ? labels.filter((label) => labelledDeal(label) === null) : labels
}

function linkOf({ deal, dealBy }: PairRow) {
  return dealBy === null ? null : { deal, by: dealBy }
}

/** What the pair remembers once this placing is decided. */
export function asPlaced(
  pair: PairRow,
  placing: Placing | null,
  { deals }: Pick<RouteContext, 'deals'>,
): PairRow {
  if (placing === null) return pair
  const { link, movedBack, confirmed, person, ours } = placing.placement
  const refused = refusedStill(pair, placing, deals)
  const isNamed = pair.person === null && person !== null && person === placing.named
  return {
    ...pair,
    // The words by which he was chosen have done their work once its other task is made.
    ...(isNamed ? { personBy: { id: person } } : {}),
    deal: link?.deal ?? null,
    dealBy: link?.by ?? null,
    place: confirmed,
    movedBack,
    ...(sameValue(refused, pair.refusedMove) ? {} : { refusedMove: refused, lastError: null }),
    person: pair.person ?? person,
    told: {
      ...(sameValue(ours, pair.told.ours) ? pair.told : toldNow(pair.told, ours)),
      ...(isNamed ? {} : chosenNow(pair, placing.placement, deals)),
      ...passedOver(pair, placing),
    },
  }
}

/** What it remembers of a move that was refused, as long as that would be. */
function refusedStill(
  { refusedMove }: PairRow,
  { found, placement: { link, to } }: Placing,
  deals: RouteDeals | null,
): PairRow['refusedMove'] {
  if (refusedMove === null || found === null) return refusedMove
  const seq = deals?.book.seqOf(link?.deal ?? '') ?? refusedMove.seq
  return to !== null && isRefusedStill(refusedMove, { from: found, to, seq }) ? refusedMove : null
}

/** The section in which a task is made counts before the person whom its label names (§8). */
function passedOver(
  pair: PairRow,
  { named, placement: { person } }: Placing,
): Pick<PairRow['told'], 'passedOver'> {
  return pair.person === null && person !== null && named !== null && named !== person
    ? { passedOver: named }
    : {}
}

function chosenNow(
  pair: PairRow,
  { link, person }: Placement,
  deals: RouteDeals | null,
): Pick<PairRow['told'], 'chosen'> {
  const deal = link?.deal ?? null
  if (pair.person !== null || person === null || deal === null) return {}
  const several = (deals?.facts(deal)?.people.length ?? 0) > 1
  return several ? { chosen: { deal, person } } : {}
}

/** A label by which its user has named another deal stands for what we would have written. */
function toldNow({ labels, ...told }: PairRow['told'], ours: readonly string[]): PairRow['told'] {
  return { ...told, labels: labels.filter((label) => labelledDeal(label) === null), ours }
}

/** True when a plan would remember nothing else of the deal than is remembered. */
export function isPlacedAlike(a: PairRow, b: PairRow): boolean {
  const same = (x: LastPlace | null, y: LastPlace | null) =>
    x === null || y === null ? x === y : samePlace(x, y)
  return (
    a.deal === b.deal &&
    a.dealBy === b.dealBy &&
    a.person === b.person &&
    same(a.place, b.place) &&
    sameValue(a.movedBack, b.movedBack) &&
    sameValue(a.refusedMove, b.refusedMove) &&
    sameValue(a.told.ours, b.told.ours)
  )
}

/** While a write to the section of its deal is open, or its picture is in doubt, nobody can say where a task lies. */
function foundPlace(
  pair: PairRow,
  member: MemberRow | undefined,
  deals: RouteDeals,
  { sides }: PairLook,
): Place | null {
  if (member === undefined) return null
  const { view } = sides[member.side]
  if (view.presence !== 'present' || view.placeDoubted) return null
  const place = placeOf(member.row.seen, deals)
  const busy = [pair.deal, place.kind === 'deal' ? place.deal : null]
  return busy.some((deal) => deal !== null && deals.busy.has(deal)) ? null : place
}

/** All deals of the person, and those that the link, the places and the labels name. */
function dealsFor(
  { deal, place, person, movedBack }: PairRow,
  found: Place | null,
  labels: readonly string[],
  { book, facts }: RouteDeals,
): PlacedDeal[] {
  const named = [
    deal,
    sentOutOf(movedBack),
    ...[place, found].map((one) => (one?.kind === 'deal' ? one.deal : null)),
  ]
  const labelled = labels.flatMap((label) => /^deal[-:](.+)$/iu.exec(label)?.[1] ?? labelledDeal(label) ?? [])
  const ids = new Set([...(person === null ? [] : (book.ofPerson.get(person) ?? [])), ...named, ...labelled])
  return [...ids].flatMap((id) => (id == null ? [] : (facts(id) ?? [])))
}
