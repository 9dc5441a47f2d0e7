import { areJoined, type Link } from '../core/list-circle.ts'
import type { Tx } from '../store/database.ts'
import { backToTheGate, makesTasks } from '../store/gate.ts'
import { allRoutes, matchAgain, type RouteRow, routeById } from '../store/routes.ts'
import type { Deps } from './deps.ts'
import { linksOf } from './list-links.ts'
import { loadRouteById, type RouteContext } from './route-context.ts'

/*
 * Where several routes make tasks in one list, or in lists that are joined by others, their first syncs take turns: a task
 * that lies at both ends of a chain would else be made between them by each, and be two from there on.
 */

/** The routes whose tasks can come into the lists of this one. Drafts do nothing yet. */
export async function neighboursOf(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  routeId: string,
): Promise<readonly RouteContext[]> {
  const route = await routeById(tx, routeId)
  const own = await linksOf(tx, deps, route)
  const others = besides(
    route,
    (await allRoutes(tx)).filter(({ state }) => state !== 'draft'),
  )
  const links = new Map<string, readonly Link[]>()
  for (const other of others) links.set(other.id, await linksOf(tx, deps, other))
  const all = [own, ...links.values()].flat()
  const joined = others.filter(({ id }) => areJoined(own.flat(), (links.get(id) ?? []).flat(), all))
  const neighbours: RouteContext[] = []
  for (const { id } of joined) neighbours.push(await loadRouteById(tx, deps, id))
  return neighbours
}

/** Those of the routes, but this one, that have to do with its connections, if only by way of others. */
function besides(route: RouteRow, routes: readonly RouteRow[]): RouteRow[] {
  const ends = ({ leftId, rightId }: RouteRow): Link => [
    { connectionId: leftId, list: null },
    { connectionId: rightId, list: null },
  ]
  return routes
    .filter(({ id }) => id !== route.id)
    .filter((one) => areJoined(ends(route), ends(one), routes.map(ends)))
}

/** Whether one of these makes tasks just now. One that has yet to match waits itself, and one that rests is not waited for. */
export async function mustWait(tx: Tx, neighbours: readonly RouteContext[]): Promise<boolean> {
  for (const { route, works } of neighbours) if (works && (await makesTasks(tx, route.id))) return true
  return false
}

/** Those that rest with tasks that they have not made yet match these when they go on. */
export async function matchAfterwards(tx: Tx, neighbours: readonly RouteContext[]): Promise<void> {
  for (const { route, works } of neighbours) {
    if (works || route.state === 'matching' || !(await makesTasks(tx, route.id))) continue
    await backToTheGate(tx, route.id)
    await matchAgain(tx, route.id)
  }
}
