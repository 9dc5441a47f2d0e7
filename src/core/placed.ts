import type { DealStatus } from './deal.ts'

/**
 * What placing a task must know of a deal. `closed`: its stage is, well or badly. `people`: ids in the service's order.
 * `housed`: its stage has a project, so that the deal has a section of its own. Where the app has no sections: `list`, the key of
 * the home in whose list its tasks lie, and `label`, by which a task says that it belongs to the deal (`core/deal-label.ts`).
 */
export type PlacedDeal = {
  readonly id: string
  readonly status: DealStatus
  readonly closed: boolean
  readonly people: readonly string[]
  readonly housed: boolean
  readonly list?: string | null
  readonly label?: string
}

/**
 * Where a task lies. `deal`: in a section of the deal, whichever of several. `stage`: in the project of a stage, outside
 * every deal's section. `list`: where the app has no sections, in the list of the stages of this home. `elsewhere`: in a project
 * of its user's, in scope by label `crm`.
 */
export type Place =
  | { readonly kind: 'deal'; readonly deal: string }
  | { readonly kind: 'general' }
  | { readonly kind: 'stage' }
  | { readonly kind: 'list'; readonly home: string }
  | { readonly kind: 'elsewhere' }

/**
 * Where a task was last confirmed to lie. `left`: in the project of a stage, where its section was moved without it: nobody has put it
 * there.
 */
export type LastPlace = Place | { readonly kind: 'left' }

/** Where a task is to lie; `stay`: where it lies, whether by its user's wish or because nobody can say better now. */
export type Lie =
  | { readonly kind: 'deal'; readonly deal: string }
  | { readonly kind: 'general' }
  | { readonly kind: 'stay' }

/** Which deal a task belongs to, and who said so. `deal` null by `user`: a person said that it belongs to none. */
export type DealLink = { readonly deal: string | null; readonly by: 'user' | 'rule' }

/**
 * A task that lay in the section of a deal that its person is not on, and was sent back. `arrived`: it was seen somewhere
 * else since, so that whoever puts it there again means it. Where the app has no sections: a task that was moved out of the list
 * of its stage, and sent back into that (`list`: the key of its home; General by its name). `arrived`: it was seen there.
 */
export type MovedBack =
  | { readonly deal: string; readonly arrived: boolean }
  | { readonly list: string; readonly arrived: boolean }

/**
 * A task as it is to be placed.
 *
 * `deals`: all of the person's, and those that its link, its places and its labels name; read after the person was, since
 * a merge of two people changes both, and an old list of a deal's people would lose the link. `found`: where it lies,
 * freshly seen; null while it is not made, or nobody can say (an op of it or of its deal's section is open). `confirmed`:
 * where it was last known to lie, by a confirmed move of ours or by `Placement.confirmed`. `labels`: the task's own, as it has them. `ours`: those that we have put
 * there, as they are compared; absent is none. `named`: the person whom its words name by an id.
 */
export type PlacementView = {
  readonly linked: DealLink | null
  readonly person: string | null
  readonly deals: readonly PlacedDeal[]
  readonly found: Place | null
  readonly confirmed: LastPlace | null
  readonly labels: readonly string[]
  readonly ours?: readonly string[]
  readonly named?: string | null
  readonly movedBack: MovedBack | null
}

export function samePlace(a: LastPlace, b: LastPlace): boolean {
  if (a.kind === 'deal' && b.kind === 'deal') return a.deal === b.deal
  if (a.kind === 'list' && b.kind === 'list') return a.home === b.home
  return a.kind === b.kind
}

/** The deal out of whose section a task was sent back. */
export function sentOutOf(movedBack: MovedBack | null): string | null {
  return movedBack !== null && 'deal' in movedBack ? movedBack.deal : null
}

/** True where its person is on the deal, or nobody knows yet whose task it is. */
export function isOn(person: string | null, deal: PlacedDeal): boolean {
  return person === null || deal.people.includes(person)
}

export function dealOf(deals: readonly PlacedDeal[], id: string | null): PlacedDeal | null {
  return deals.find((deal) => deal.id === id) ?? null
}

/** The ids in an order that hangs on nothing else: numbers by their size. */
export function inOrder(deals: readonly PlacedDeal[]): string[] {
  return deals
    .map(({ id }) => id)
    .sort((a, b) =>
      isNumber(a) && isNumber(b) && a.length !== b.length ? a.length - b.length : a < b ? -1 : 1,
    )
}

function isNumber(id: string): boolean {
  return /^[1-9]\d*$/u.test(id)
}
