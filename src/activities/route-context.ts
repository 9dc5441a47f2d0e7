import type { Assignees } from '../core/agents.ts'
import { type ListPair, listsOf } from '../core/list-map.ts'
import { type AssigneeScope, type RoutePolicy, type ServiceRules, SIDES, type Side } from '../core/policy.ts'
import type { SideScope } from '../core/scope.ts'
import type { Provider } from '../providers/contract.ts'
import { setAsideOf } from '../store/adoptions.ts'
import { type ConnectionRow, connectionById } from '../store/connections.ts'
import { scopeContainers } from '../store/containers.ts'
import type { Db, Tx } from '../store/database.ts'
import { listPairsOf } from '../store/mappings.ts'
import { connectionOf, type RouteRow, routeById, routesOfConnection } from '../store/routes.ts'
import { type Deps, providerOf } from './deps.ts'
import { loadDeals, type RouteDeals } from './route-deals.ts'

/** One side of a route with all that decisions need to know of it. */
export type RouteSide = {
  readonly connection: ConnectionRow
  readonly provider: Provider
  readonly rules: ServiceRules
  readonly scope: SideScope
}

export type RouteContext = {
  readonly route: RouteRow
  readonly policy: RoutePolicy
  /** Lists that are kept in step with each other; null where tasks belong to people, and Dealbridge says where they lie. */
  readonly lists: readonly ListPair[] | null
  readonly sides: Readonly<Record<Side, RouteSide>>
  /** Other routes of the same CRM account, where tasks are assigned to users. */
  readonly team: readonly TeamMate[]
  /** By whose deals its tasks are filed; null where they are not. */
  readonly deals: RouteDeals | null
  /** True when nothing keeps the route from working: it is active and both connections answer. */
  readonly works: boolean
}

/** Another route of the same account: for whom it is. Drafts do nothing yet, and are none. */
export type TeamMate = Assignees & { readonly routeId: string }

async function loadRoute(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  route: RouteRow,
): Promise<RouteContext> {
  // At once: a transaction sends them one behind the other, and waits for all of them once.
  const [left, right] = await Promise.all([
    connectSide(sql, deps, route, 'left'),
    connectSide(sql, deps, route, 'right'),
  ])
  const ofPeople = [left, right].some(({ provider }) => provider.capabilities.needsPerson)
  const lists = ofPeople ? null : await listPairsOf(sql, route.id)
  const [onLeft, onRight, filed, team] = await Promise.all([
    rulesOf(sql, route, 'left', left, lists),
    rulesOf(sql, route, 'right', right, lists),
    loadDeals(sql, route, { left, right }),
    loadTeam(sql, route, { left, right }),
  ])
  const sides = { left: { ...left, ...onLeft }, right: { ...right, ...onRight } }
  const works = route.state === 'active' && SIDES.every((side) => sides[side].connection.state === 'ok')
  return { route, policy: route.policy, lists, sides, team, deals: filed, works }
}

async function loadTeam(
  sql: Db | Tx,
  route: RouteRow,
  sides: Readonly<Record<Side, Connected>>,
): Promise<TeamMate[]> {
  const crm = SIDES.find((side) => sides[side].provider.capabilities.needsPerson)
  if (crm === undefined) return []
  const { id, facts } = sides[crm].connection
  return (await routesOfConnection(sql, id))
    .filter((other) => other.id !== route.id && other.state !== 'draft')
    .map(({ id: routeId, policy: { assignees } }) => ({ routeId, assignees, userId: facts?.userId ?? null }))
}

/** The routes in which a connection takes part, as they are now. */
export async function loadRoutesOf(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  connectionId: string,
): Promise<RouteContext[]> {
  const routes = await routesOfConnection(sql, connectionId)
  return Promise.all(routes.map((route) => loadRoute(sql, deps, route)))
}

export async function loadRouteById(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  id: string,
): Promise<RouteContext> {
  return loadRoute(sql, deps, await routeById(sql, id))
}

type Connected = Pick<RouteSide, 'connection' | 'provider'>

async function connectSide(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  route: RouteRow,
  side: Side,
): Promise<Connected> {
  const connection = await connectionById(sql, connectionOf(route, side))
  return { connection, provider: providerOf(deps, connection.provider) }
}

async function rulesOf(
  sql: Db | Tx,
  route: RouteRow,
  side: Side,
  { connection, provider }: Connected,
  lists: readonly ListPair[] | null,
): Promise<Pick<RouteSide, 'rules' | 'scope'>> {
  const { fields, needsPerson, guardsWrites, containers, parentAcrossLists } = provider.capabilities
  const [places, setAside] = await Promise.all([
    containers ? scopeContainers(sql, route.id, connection.id) : NO_PLACES,
    setAsideOf(sql, route.id, connection.id),
  ])
  return {
    rules: { modes: fields, keep: provider.keep, needsPerson, guardsWrites, parentAcrossLists },
    scope: {
      ...places,
      setAside,
      ...(lists === null ? {} : { containers: listsOf(lists, side) }),
      byLabel: lists === null,
      needsPerson,
      assignees: scopeOn(route.policy.assignees, needsPerson),
      userId: connection.facts?.userId ?? null,
    },
  }
}

/** Agents are users of the CRM; in an agent's own task app every task is theirs but those that they gave to others. */
function scopeOn(assignees: AssigneeScope, ofPeople: boolean): AssigneeScope {
  return ofPeople || typeof assignees === 'string' ? assignees : 'own'
}

const NO_PLACES = { containers: null, lostContainers: new Set<string>() } as const
