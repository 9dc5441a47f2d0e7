import { labelsOfOurs, namedDeal, type Telling } from './deal-labels.ts'
import { hasHome, linkOf, wasMoved } from './deal-link.ts'
import {
  type DealLink,
  dealOf,
  isOn,
  type LastPlace,
  type Lie,
  type MovedBack,
  type Place,
  type PlacedDeal,
  type PlacementView,
  samePlace,
  sentOutOf,
} from './placed.ts'
import { misplacedIn, placeFor, sentBackTo } from './stage-list.ts'

/**
 * `link`, `movedBack`, `confirmed`, `ours`: to be remembered in place of those of the view, all at once. `lie`: where the task is
 * to lie; it is to be moved where `to`, that place as it is then found (null for `stay`), differs from where it is. `person`: to
 * be taken from the deal, where it has none. `consumed`: labels to be taken away. `tell`: what the task tells as long as this is
 * the answer; null where nothing is to be told any more.
 */
export type Placement = {
  readonly link: DealLink | null
  readonly lie: Lie
  readonly to: Place | null
  readonly person: string | null
  readonly consumed: readonly string[]
  readonly tell: Telling | null
  readonly movedBack: MovedBack | null
  readonly confirmed: LastPlace | null
  readonly ours: readonly string[]
}

/**
 * Which deal a task belongs to, and where it is to lie (sync-rules §9). Asked again after its answer was followed, it asks
 * for nothing; while it is being followed, for the same.
 */
export function placeTask(view: PlacementView): Placement {
  const answer = decide(view)
  // Its labels and its place are judged once more with the person it now has, as they will be from then on.
  return answer.person === null
    ? answer
    : { ...decide({ ...view, person: answer.person }), person: answer.person }
}

function decide(view: PlacementView): Placement {
  const named = namedDeal(view)
  const { link, several } = linkOf(view, named.deal)
  const linked = dealOf(view.deals, link?.deal ?? null)
  const person = view.person === null ? personOn(linked, view.named ?? null) : null
  const home = homeOf(view, link)
  const wanted = home === null ? null : placeFor(home, view.deals)
  const strayed = strayedInto(view, named.deal !== null)
  const misplaced = misplacedIn(view, wanted)
  const lie = strayed?.stays === true || misplaced?.stays === true ? STAY : whereToLie(view, home)
  return {
    link,
    lie,
    to: placeFor(lie, view.deals),
    person,
    consumed: named.consumed,
    tell: named.trouble ?? strayed?.tell ?? (several.length > 0 ? { kind: 'several', deals: several } : null),
    movedBack: (strayed ?? misplaced)?.movedBack ?? sentBack(view, wanted),
    confirmed: confirmedPlace(view, { lie, home }, view.person ?? person),
    ours: labelsOfOurs(view, linked, named.deal),
  }
}

/** Of several people on a deal the one whom its user names, else the first. */
function personOn(deal: PlacedDeal | null, named: string | null): string | null {
  return deal?.people.find((one) => one === named) ?? deal?.people[0] ?? null
}

const STAY: Lie = { kind: 'stay' }
const GENERAL: Lie = { kind: 'general' }

type Strayed = { readonly stays: boolean; readonly movedBack: MovedBack; readonly tell: Telling }

/**
 * A task that its user moved into, or made in, the section of a deal that its person is not on. The first time it goes back
 * to where its link says; put there again it is left there, until a label (`labelled`) says where it belongs. Null for any other.
 */
function strayedInto(view: PlacementView, labelled: boolean): Strayed | null {
  const { found, confirmed, person, movedBack } = view
  const deal = found?.kind === 'deal' ? dealOf(view.deals, found.deal) : null
  if (deal === null || isOn(person, deal)) return null
  const before = sentOutOf(movedBack) === deal.id ? movedBack : null
  // Without a move it is its person who has changed: that is no slip of its user's.
  if (before === null && confirmed !== null && !wasMoved(view)) return null
  const stays = before?.arrived === true && !labelled
  return {
    stays,
    movedBack: { deal: deal.id, arrived: stays },
    tell: { kind: 'not-on-deal', deal: deal.id },
  }
}

/** What is remembered of a task that was sent back, once it lies elsewhere; nothing once its person is on that deal. */
function sentBack(view: PlacementView, wanted: Place | null): MovedBack | null {
  const { found, movedBack, deals, person } = view
  if (movedBack === null) return null
  if ('list' in movedBack) return sentBackTo(view, movedBack, wanted)
  const deal = dealOf(deals, movedBack.deal)
  if (deal !== null && isOn(person, deal)) return null
  const away = found !== null && (found.kind !== 'deal' || found.deal !== movedBack.deal)
  return away ? { deal: movedBack.deal, arrived: true } : movedBack
}

/**
 * A task in a project of its user's stays there. So does one in a stage's project, outside a section, but that one new
 * there goes into its deal's section; without a deal it stays where its user made it. One that its section has left there goes where
 * it belongs. Every other lies in the section of
 * its deal, or in General.
 */
function whereToLie(view: PlacementView, home: Lie | null): Lie {
  const { found, confirmed } = view
  switch (found?.kind) {
    case undefined:
      // Of one that is made already, nobody can say whether it lies right.
      return confirmed === null ? (home ?? GENERAL) : STAY
    case 'elsewhere':
      return STAY
    case 'stage':
      if (confirmed?.kind === 'left') return home ?? STAY
      return confirmed === null && home?.kind === 'deal' ? home : STAY
    case 'deal':
      // In the section of a deal that is not known just now: what that says is seen once it is.
      return dealOf(view.deals, found.deal) === null ? STAY : (home ?? STAY)
    case 'general':
    case 'list':
      return home ?? STAY
  }
}

/** Null while its deal is not known. */
function homeOf({ deals }: PlacementView, link: DealLink | null): Lie | null {
  if (link === null || link.deal === null) return GENERAL
  const deal = dealOf(deals, link.deal)
  if (deal === null) return null
  return hasHome(deal) ? { kind: 'deal', deal: deal.id } : GENERAL
}

/**
 * Where it is known to lie from now on. A move is read once: what it says is in the link, and must not be read into
 * another link again before we have moved the task. `person`: whose task it is by now.
 */
function confirmedPlace(
  view: PlacementView,
  { lie, home }: { readonly lie: Lie; readonly home: Lie | null },
  person: string | null,
): LastPlace | null {
  const { found, confirmed, deals } = view
  if (found === null) return confirmed
  const to = placeFor(lie, deals)
  if (to !== null) return samePlace(to, found) || wasMoved(view) ? found : confirmed
  switch (found.kind) {
    case 'elsewhere':
      return found
    case 'stage':
      if (confirmed?.kind === 'left') return confirmed
      // A new one is filed once somebody knows whose it is.
      return confirmed === null && person === null ? null : found
    case 'deal':
      return dealOf(deals, found.deal) === null ? confirmed : found
    case 'general':
      // Its deal is not known: nothing is settled.
      return confirmed
    case 'list':
      return home === null ? confirmed : found
  }
}
