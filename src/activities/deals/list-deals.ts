import type { Deal } from '../../core/deal.ts'
import type { Db, Tx } from '../../store/database.ts'
import { type DealStanding, dealStandings } from '../../store/deal-report.ts'
import { allRoutes, type RouteRow } from '../../store/routes.ts'
import type { DecideDeps } from '../pair-picture.ts'
import { projectsOf } from '../plan/stage-projects.ts'
import { loadRouteById, type RouteContext } from '../route-context.ts'
import type { NoHome, RouteDeals } from '../route-deals.ts'

/**
 * A deal in a route that files by deals. `stage`: its name, with that of its pipeline where several have a stage of that name.
 * `why`: why its tasks lie in General; null where it has, or is to have, a section. `list`: where the app has no sections, the list in
 * which its tasks lie, and the label by which they say that they belong to it; `remoteId` null until it is made.
 */
export type DealListing = Omit<DealStanding, 'dealId'> & {
  readonly id: string
  readonly route: Pick<RouteRow, 'id' | 'name'>
  readonly connectionId: string
  readonly name: string
  readonly people: Deal['people']
  readonly status: Deal['status']
  readonly stage: { readonly id: string; readonly name: string }
  readonly why: NoHome | null
  readonly list: DealList | null
}

export type DealList = {
  readonly remoteId: string | null
  readonly name: string
  readonly state: DealStanding['sections'][number]['state']
  readonly label: string
}

/** Routes that file tasks by deals, in their order. */
export async function dealRoutes(sql: Db | Tx, deps: Pick<DecideDeps, 'providers'>): Promise<RouteContext[]> {
  const routes: RouteContext[] = []
  for (const { id } of await allRoutes(sql)) {
    const route = await loadRouteById(sql, deps, id)
    if (route.deals !== null) routes.push(route)
  }
  return routes
}

/** How these deals stand in a route; all that it knows of where none are named. */
export async function listDeals(
  sql: Db | Tx,
  route: RouteContext,
  ids: readonly string[] | null,
): Promise<DealListing[]> {
  const { deals } = route
  if (deals === null) return []
  const known = (ids ?? [...deals.book.deals.keys()]).flatMap((id) => deals.book.deals.get(id) ?? [])
  const standings = await dealStandings(
    sql,
    route.route.id,
    known.map(({ id }) => id),
  )
  const byId = new Map(standings.map((one) => [one.dealId, one]))
  return known.map((deal) => listing(deal, route, deals, byId.get(deal.id)))
}

const NOTHING_DONE: Omit<DealStanding, 'dealId'> = {
  sections: [],
  tasks: 0,
  state: 'ok',
  reason: null,
  lastError: null,
  since: null,
  decision: null,
  decisionAt: null,
  pending: false,
}

function listing(
  { id, name, people, stage }: Deal,
  { route, sides }: RouteContext,
  deals: RouteDeals,
  known: DealStanding | undefined,
): DealListing {
  const { dealId: _, ...standing } = known ?? { dealId: id, ...NOTHING_DONE }
  return {
    ...standing,
    id,
    route: { id: route.id, name: route.name },
    connectionId: sides[deals.side].connection.id,
    name,
    people,
    status: deals.facts(id)?.status ?? 'deleted',
    stage: { id: stage, name: stageName(deals, stage) },
    why: deals.whyNoHome(id),
    list: listOf(id, deals),
  }
}

/** The list of its stage that is there; else the one that is gone, or is made with its first task. */
function listOf(id: string, deals: RouteDeals): DealList | null {
  const { list: key, label } = deals.facts(id) ?? {}
  const home = deals.homeOf(id)
  if (home === null || label === undefined || key == null) return null
  const rows = projectsOf([...deals.homes.byId.values()], key)
  const row = rows.find(({ state }) => state === 'active' || state === 'full') ?? rows[0]
  if (row === undefined) return { remoteId: null, name: home.name ?? '', state: 'active', label }
  return { remoteId: row.remoteId, name: row.shownName ?? row.name, state: row.state, label }
}

/** As people call a stage; its id where nobody has told its name. */
export function stageName({ book: { stages } }: Pick<RouteDeals, 'book'>, id: string): string {
  const stage = stages.get(id)
  if (stage === undefined) return id
  const several = [...stages.values()].some((other) => other.name === stage.name && other.id !== id)
  return several ? `${stage.pipelineName} · ${stage.name}` : stage.name
}
