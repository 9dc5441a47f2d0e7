import { dealLabel } from '../core/deal-label.ts'
import type { DealPolicy } from '../core/deal-policy.ts'
import type { Place, PlacedDeal } from '../core/placed.ts'
import { SIDES, type Side } from '../core/policy.ts'
import type { PropertyRow } from '../core/property-table.ts'
import { completed, type DealHome, type Home, homeOfDeal, resolveHomes } from '../core/stage-homes.ts'
import type { Provider } from '../providers/contract.ts'
import type { ConnectionRow } from '../store/connections.ts'
import type { ContainerRow } from '../store/containers.ts'
import type { Db, Tx } from '../store/database.ts'
import { type DealBook, dealBookOf } from '../store/deal-book.ts'
import { letGoDeals } from '../store/deal-report.ts'
import { type HomeBook, homeBookOf } from '../store/home-book.ts'
import { busyDeals } from '../store/home-ops.ts'
import type { RouteRow } from '../store/routes.ts'
import { type Filing, filingOf, type Providers } from './filing.ts'
import { nameOfDeal } from './plan/deal-name.ts'
import { propertiesOf } from './route-properties.ts'

/** What a route knows of the deals of one side, and of their homes on the other. */
export type RouteDeals = {
  /** The side that tells of deals. */
  readonly side: Side
  readonly filing: Filing
  /** False until the deals were listed once: then nobody can say where a task belongs. */
  readonly listed: boolean
  readonly book: DealBook
  readonly homes: HomeBook
  /** Deals of whose sections a write is under way. */
  readonly busy: ReadonlySet<string>
  /** What a place of the service is, in the words of deals; by the service's id of a section or project. */
  place(remoteId: string): Place | undefined
  facts(dealId: string): PlacedDeal | null
  /** What the route's table knows of a deal's property; null where it has no table, or does not know it. */
  property(dealId: string): PropertyRow | null
  /** The labels that facts of properties may have. */
  readonly propertyLabels: readonly string[]
  /** Null where its tasks lie in General. */
  homeOf(dealId: string): Home | null
  /** Where the deals of all stages lie, each home once. */
  readonly stageHomes: readonly Home[]
  /** Why its tasks lie in General; null where they do not. */
  whyNoHome(dealId: string): NoHome | null
  /** What is to be put right in what the route says of stages, for people. */
  readonly problems: readonly string[]
}

/** `let-go`: a person said so when its section was gone. */
export type NoHome = Extract<DealHome, { kind: 'general' }>['why'] | 'let-go'

type Sides = Readonly<Record<Side, { readonly connection: ConnectionRow; readonly provider: Provider }>>

/** The side that tells of deals, where the other has a place for them; null where tasks cannot be filed by deals. */
export function dealSide(providers: Providers): Side | null {
  const side = SIDES.find((one) => providers[one].deals !== undefined)
  return side === undefined || filingOf(providers, side) === null ? null : side
}

/** Null where no side has deals, the other has no place for them, or the route does not file by them. */
export async function loadDeals(sql: Db | Tx, route: RouteRow, sides: Sides): Promise<RouteDeals | null> {
  const policy = route.policy.deals
  const providers = { left: sides.left.provider, right: sides.right.provider }
  const side = dealSide(providers)
  const filing = side === null ? null : filingOf(providers, side)
  if (policy === undefined || side === null || filing === null) return null
  const { connection } = sides[side]
  const [book, homes, properties, letGo, busy] = await Promise.all([
    dealBookOf(sql, connection.id),
    homeBookOf(sql, route.id),
    policy.propertyFacts === undefined ? null : propertiesOf(sql, route.id, policy.fields),
    letGoDeals(sql, route.id),
    busyDeals(sql, route.id),
  ])
  const { homes: stageHomes, problems } = homesOf(policy, book)
  const whereTo = (dealId: string): DealHome | null => {
    const deal = book.deals.get(dealId)
    return deal === undefined ? null : homeOfDeal({ ...deal, ...statusOf(book, deal) }, stageHomes)
  }
  const homeOf = (dealId: string): Home | null => {
    const found = letGo.has(dealId) ? null : whereTo(dealId)
    return found?.kind === 'home' ? found.home : null
  }
  const property = (dealId: string) => {
    const deal = book.deals.get(dealId)
    return deal === undefined ? null : (properties?.of(deal) ?? null)
  }
  const inLists = (dealId: string) => ({
    list: homeOf(dealId)?.key ?? null,
    label: dealLabel(nameOfDeal(dealId, book.deals.get(dealId), policy.fields, property(dealId)), dealId),
  })
  return {
    side,
    filing,
    listed: connection.dealsListedAt !== null,
    book,
    homes,
    busy,
    place: (remoteId) => placeOfHome(homes.byRemoteId.get(remoteId), filing),
    facts(dealId) {
      const deal = book.deals.get(dealId)
      if (deal === undefined) return null
      return {
        id: deal.id,
        ...statusOf(book, deal),
        closed: book.stages.get(deal.stage)?.closed === true,
        people: deal.people.map(({ id }) => id),
        housed: homeOf(dealId) !== null,
        ...(filing === 'lists' ? inLists(dealId) : {}),
      }
    },
    property,
    propertyLabels: properties?.labels ?? [],
    homeOf,
    stageHomes: [
      ...new Map(
        [...stageHomes.values()].flatMap((home) => (home === null ? [] : [[home.key, home]])),
      ).values(),
    ],
    whyNoHome(dealId) {
      const found = whereTo(dealId)
      if (found?.kind === 'general') return found.why
      return letGo.has(dealId) ? 'let-go' : null
    },
    problems,
  }
}

function homesOf(policy: DealPolicy, { stages }: DealBook) {
  const all = [...stages.values()].sort((a, b) => a.place - b.place)
  const named = policy.others === 'create' ? completed(policy.stages, all) : policy.stages
  return resolveHomes({ ...policy, stages: named }, all)
}

/** One that its service does not show any more is as good as deleted. */
function statusOf(
  { gone }: DealBook,
  { id, status }: { readonly id: string; readonly status: PlacedDeal['status'] },
) {
  return { status: gone.has(id) ? ('deleted' as const) : status }
}

/** What lies in a container of ours, in the words of deals. */
export function placeOfHome(home: ContainerRow | undefined, filing: Filing): Place | undefined {
  switch (home?.role) {
    case undefined:
    case 'list':
      return undefined
    case 'deal':
      return { kind: 'deal', deal: home.subject }
    case 'general':
      return { kind: 'general' }
    case 'stage':
      return filing === 'lists' ? { kind: 'list', home: home.subject } : { kind: 'stage' }
  }
}
