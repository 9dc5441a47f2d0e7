import {
  type DealLink,
  dealOf,
  inOrder,
  isOn,
  type Place,
  type PlacedDeal,
  type PlacementView,
  samePlace,
  sentOutOf,
} from './placed.ts'

/** The link of a task. `several`: the deals between which no rule can choose, while it has none. */
export type FoundLink = { readonly link: DealLink | null; readonly several: readonly string[] }

/**
 * Which deal a task belongs to (§9): what its user did decides first (`named`: by a label; else by moving it), then what is
 * recorded, then the rules. Of a label and a move at once the label counts: it names the deal. A link to a deal that its
 * person is not on is lost, whoever made it; that it belongs to none stays said.
 */
export function linkOf(view: PlacementView, named: PlacedDeal | null): FoundLink {
  const link = (named === null ? linkByMove(view) : byUser(named.id)) ?? heldLink(view) ?? linkByPlace(view)
  return link === null ? linkByRule(view) : { link, several: [] }
}

/** True where the deal has a section for its tasks now; those of any other lie in General. */
export function hasHome(deal: PlacedDeal): boolean {
  return deal.status === 'active' && deal.housed
}

/** True where somebody has moved the task since it was last confirmed to lie where it did. */
export function wasMoved({ found, confirmed }: PlacementView): boolean {
  const lay: Place | null = confirmed?.kind === 'left' ? { kind: 'stage' } : confirmed
  return found !== null && lay !== null && !samePlace(found, lay)
}

/**
 * Null where no move says anything. Into the section of a deal: linked to it; of one that its person was not on, and is on
 * by now, too. Into General: linked to none, from wherever it came, or it would not stay there; but where its deal's tasks
 * lie in General anyway that says nothing, and without a link or a section to take it from neither. A list is a stage's, and says
 * which deal where the task has none and only one of its person's lies there.
 */
function linkByMove(view: PlacementView): DealLink | null {
  const { found, confirmed, person, deals, linked, movedBack } = view
  if (found === null) return null
  const moved = wasMoved(view)
  if (found.kind === 'deal') {
    const deal = dealOf(deals, found.deal)
    const meant = moved || sentOutOf(movedBack) === found.deal
    return meant && deal !== null && isOn(person, deal) ? byUser(deal.id) : null
  }
  if (!moved) return null
  if (found.kind === 'list') {
    const deal = (linked?.deal ?? null) === null ? onlyIn(found.home, view) : null
    return deal === null ? null : byUser(deal.id)
  }
  if (found.kind !== 'general') return null
  const deal = dealOf(deals, linked?.deal ?? null)
  const liesThereAnyway = deal !== null && isOn(person, deal) && !hasHome(deal)
  const wasElse = confirmed?.kind === 'deal' || (linked?.deal ?? null) !== null
  return wasElse && !liesThereAnyway ? byUser(null) : null
}

function byUser(deal: string | null): DealLink {
  return { deal, by: 'user' }
}

/** What is recorded, as far as it still holds. A deal that nobody knows just now may come back. */
function heldLink({ linked, person, deals }: PlacementView): DealLink | null {
  if (linked === null || (linked.deal === null && linked.by === 'rule')) return null
  const deal = dealOf(deals, linked.deal)
  return deal !== null && !isOn(person, deal) ? null : linked
}

/** The only deal of the task's person whose tasks lie in this list. */
function onlyIn(home: string, { person, deals }: PlacementView): PlacedDeal | null {
  const there = deals.filter(
    (deal) => person !== null && deal.people.includes(person) && hasHome(deal) && deal.list === home,
  )
  return there.length === 1 ? (there[0] ?? null) : null
}

/** By the section in which it lies, or lay when anybody could last say. */
function linkByPlace(view: PlacementView): DealLink | null {
  const { found, confirmed, person, deals } = view
  const lies = found ?? confirmed
  if (lies?.kind === 'list') {
    const only = onlyIn(lies.home, view)
    return only === null ? null : { deal: only.id, by: 'rule' }
  }
  const deal = lies?.kind === 'deal' ? dealOf(deals, lies.deal) : null
  return deal !== null && isOn(person, deal) ? { deal: deal.id, by: 'rule' } : null
}

/** The person's only active deal; where none is active, the only closed one that is not archived. */
function linkByRule({ person, deals }: PlacementView): FoundLink {
  const theirs = deals.filter(
    (deal) => person !== null && deal.people.includes(person) && deal.status === 'active',
  )
  const open = theirs.filter((deal) => !deal.closed)
  const candidates = open.length === 0 ? theirs : open
  const [only, second] = candidates
  if (only === undefined) return { link: null, several: [] }
  return second === undefined
    ? { link: { deal: only.id, by: 'rule' }, several: [] }
    : { link: null, several: inOrder(candidates) }
}
