import { wasMoved } from './deal-link.ts'
import {
  dealOf,
  type Lie,
  type MovedBack,
  type Place,
  type PlacedDeal,
  type PlacementView,
  samePlace,
} from './placed.ts'

/*
 * Where an app has no sections, a list stands for a stage and holds the tasks of all its deals. So a move between lists says nothing of
 * the deal: the task goes back where its deal's stage says, once for each such place, and moved again it stays.
 */

/** Where a task that is to lie so is then found; null for `stay`. */
export function placeFor(lie: Lie, deals: readonly PlacedDeal[]): Place | null {
  switch (lie.kind) {
    case 'stay':
      return null
    case 'general':
      return { kind: 'general' }
    case 'deal': {
      const list = dealOf(deals, lie.deal)?.list ?? null
      return list === null ? { kind: 'deal', deal: lie.deal } : { kind: 'list', home: list }
    }
  }
}

/** `stays`: it was sent back before, and is left where its user has put it again. */
export type Misplaced = { readonly stays: boolean; readonly movedBack: MovedBack }

/** A task that its user put into the list of another stage than `wanted`, where it belongs; null for any other. */
export function misplacedIn(view: PlacementView, wanted: Place | null): Misplaced | null {
  const { found, movedBack } = view
  if (found?.kind !== 'list' || wanted === null || samePlace(found, wanted)) return null
  const list = nameOf(wanted)
  const before = movedBack !== null && 'list' in movedBack && movedBack.list === list ? movedBack : null
  // Without a move it is its deal that has gone on, or it was made there.
  if (before === null && !wasMoved(view)) return null
  const stays = before?.arrived === true
  return { stays, movedBack: { list, arrived: stays } }
}

/** What is remembered of a task that was sent back, as long as its place is the same one. */
export function sentBackTo(
  { found }: PlacementView,
  before: MovedBack & { readonly list: string },
  wanted: Place | null,
): MovedBack | null {
  if (wanted === null) return before
  if (before.list !== nameOf(wanted)) return null
  return found !== null && samePlace(found, wanted) ? { list: before.list, arrived: true } : before
}

function nameOf(place: Place): string {
  return place.kind === 'list' ? place.home : place.kind
}
