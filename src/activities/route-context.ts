import { type RoutePolicy, SIDES, type Side, type SideRules } from '../core/policy.ts'
import type { SideScope } from '../core/scope.ts'
import type { Provider } from '../providers/contract.ts'
import { type ConnectionRow, connectionById } from '../store/connections.ts'
import { scopeContainers } from '../store/containers.ts'
import type { Db, Tx } from '../store/database.ts'
import { connectionOf, type RouteRow, routeById, routesOfConnection } from '../store/routes.ts'
import { type Deps, providerOf } from './deps.ts'

/** One side of a route with all that decisions need to know of it. */
export type RouteSide = {
  readonly connection: ConnectionRow
  readonly provider: Provider
  readonly rules: SideRules & { readonly needsPerson: boolean }
  readonly scope: SideScope
}

export type RouteContext = {
  readonly route: RouteRow
  readonly policy: RoutePolicy
  readonly sides: Readonly<Record<Side, RouteSide>>
  /** True when nothing keeps the route from working: it is active and both connections answer. */
  readonly works: boolean
}

async function loadRoute(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  route: RouteRow,
): Promise<RouteContext> {
  const sides = {
    left: await loadSide(sql, deps, route, 'left'),
    right: await loadSide(sql, deps, route, 'right'),
  }
  const works = route.state === 'active' && SIDES.every((side) => sides[side].connection.state === 'ok')
  return { route, policy: route.policy, sides, works }
}

/** The routes in which a connection takes part, as they are now. */
export async function loadRoutesOf(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  connectionId: string,
): Promise<RouteContext[]> {
  const routes: RouteContext[] = []
  for (const route of await routesOfConnection(sql, connectionId))
    routes.push(await loadRoute(sql, deps, route))
  return routes
}

export async function loadRouteById(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  id: string,
): Promise<RouteContext> {
  return loadRoute(sql, deps, await routeById(sql, id))
}

async function loadSide(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  route: RouteRow,
  side: Side,
): Promise<RouteSide> {
  const connection = await connectionById(sql, connectionOf(route, side))
  const provider = providerOf(deps, connection.provider)
  const { fields, needsPerson, containers } = provider.capabilities
  return {
    connection,
    provider,
    rules: { modes: fields, keep: provider.keep, needsPerson },
    scope: {
      ...(containers
        ? await scopeContainers(sql, route.id, connection.id)
        : { containers: null, lostContainers: new Set<string>() }),
      needsPerson,
      assignees: route.policy.assignees,
      userId: connection.facts?.userId ?? null,
    },
  }
}
