import { isLabel, labelledDeal } from './deal-label.ts'
import { ID } from './marker.ts'
import { inOrder, isOn, type PlacedDeal, type PlacementView } from './placed.ts'
import { foldLabel } from './type-labels.ts'

/**
 * What a task tells its user about its deal, as long as it is so. `several`: it may belong to any of these (label
 * `needs-deal-link`, and a comment that lists them). `label`: as it is on the task.
 * `first-of-several`: whose task it became. `ended`: its deal is archived or deleted, so that the task lies in General.
 */
export type Telling =
  | { readonly kind: 'several'; readonly deals: readonly string[] }
  | { readonly kind: 'unknown-deal'; readonly label: string }
  | { readonly kind: 'not-on-deal'; readonly deal: string }
  | { readonly kind: 'first-of-several'; readonly deal: string; readonly person: string }
  | { readonly kind: 'ended'; readonly deal: string }

/** `deal`: the one that its labels link it to. `consumed`: the labels that have done their work. */
export type NamedDeal = {
  readonly deal: PlacedDeal | null
  readonly consumed: readonly string[]
  readonly trouble: Telling | null
}

const FORM = /^deal[-:](.+)$/u
const LIKE_AN_ID = new RegExp(`^${ID}$`, 'u')

/**
 * The deal that labels `deal-<id>` and `deal:<id>` name. One that links nothing stays on the task, which tells why as
 * long as it is there; it links as soon as it can. Labels of several deals that could all be meant link nothing: nobody
 * guesses (I15). Labels that are formed like these and hold neither an id nor a known deal's are the user's (`deal-breaker`).
 * Where the app has no sections, the label of another deal's tasks says the same, and stays.
 */
export function namedDeal({ labels, deals, person, ours = [] }: PlacementView): NamedDeal {
  const named = labels.flatMap((label) =>
    ours.includes(foldLabel(label)) ? [] : [...readDealLabel(label, deals), ...readOwnLabel(label, deals)],
  )
  const usable = deals.filter((deal) => isOn(person, deal) && named.some((one) => one.deal === deal))
  const [only] = usable
  if (only !== undefined && usable.length > 1)
    return { deal: null, consumed: [], trouble: { kind: 'several', deals: inOrder(usable) } }
  const rest = named.filter((one) => one.deal === null || one.deal !== only)
  return {
    deal: only ?? null,
    consumed: named
      .filter((one) => one.deal !== null && one.deal === only && !one.stays)
      .map(({ label }) => label),
    trouble: troubleOf(rest),
  }
}

/**
 * The labels that are ours from now on, as they are compared: the one by which its user has linked the task, too (`named`), and none
 * that he has taken away but that of its deal, which stays away.
 */
export function labelsOfOurs(
  view: PlacementView,
  deal: PlacedDeal | null,
  named: PlacedDeal | null,
): readonly string[] {
  const there = view.labels.map(foldLabel)
  const ours = (view.ours ?? []).filter(
    (label) => labelledDeal(label) === null || there.includes(label) || isLabel(label, deal?.label),
  )
  const given = there.filter((label) => isLabel(label, named?.label) && !ours.includes(label))
  return [...ours, ...new Set(given)]
}

type DealLabel = { readonly label: string; readonly deal: PlacedDeal | null; readonly stays: boolean }

/** Empty for any other label. */
function readDealLabel(label: string, deals: readonly PlacedDeal[]): readonly DealLabel[] {
  const id = FORM.exec(foldLabel(label))?.[1]
  if (id === undefined) return []
  const deal = deals.find((one) => foldLabel(one.id) === id) ?? null
  return deal !== null || LIKE_AN_ID.test(id) ? [{ label, deal, stays: false }] : []
}

/** The label that the tasks of a deal have where there are no sections. */
function readOwnLabel(label: string, deals: readonly PlacedDeal[]): readonly DealLabel[] {
  const deal = deals.find((one) => isLabel(label, one.label))
  return deal === undefined ? [] : [{ label, deal, stays: true }]
}

/** An unknown deal first: it is a slip of the hand, most often. */
function troubleOf(rest: readonly DealLabel[]): Telling | null {
  const unknown = rest.find(({ deal }) => deal === null)
  if (unknown !== undefined) return { kind: 'unknown-deal', label: unknown.label }
  const deal = rest[0]?.deal
  return deal === null || deal === undefined ? null : { kind: 'not-on-deal', deal: deal.id }
}
