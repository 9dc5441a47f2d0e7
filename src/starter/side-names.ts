import { groupBy } from '../core/group-by.ts'
import { SIDES, type Side } from '../core/policy.ts'
import type { Provider } from '../providers/contract.ts'
import { createProviders } from '../providers/registry.ts'
import type { Db, Tx } from '../store/database.ts'
import { type ListName, listNames } from '../store/list-names.ts'
import { createLocalTaskStore } from '../store/local/task-store.ts'
import { type NamedConnection, type RouteSides, routeSides } from '../store/route-sides.ts'
import { routesOfPairs } from '../store/routes.ts'
import { type ListWords, shorten } from './task-words.ts'

/** What people call the service on each side of a route, and the lists there. */
export type SideNames = Readonly<Record<Side, string>> & { readonly lists: Readonly<Record<Side, ListWords>> }

/** The names of each route's sides: by the route's id, or by the name of one that is not removed. */
export type RouteNames = {
  readonly byId: (routeId: string) => SideNames
  readonly byName: (route: string) => SideNames
}

/** The names of a pair's sides, by the pair's number. */
export type PairNames = (pairId: string) => SideNames

export type NamingDeps = { readonly db: Db | Tx; readonly providers: ReadonlyMap<string, Provider> }

/** What a process needs that has the record alone. */
export function namingDeps(db: Db): NamingDeps {
  return { db, providers: createProviders(createLocalTaskStore(db)) }
}

/**
 * A side is called as its service is. Where that does not tell it from another connection (both sides are of one service, or
 * another one of it is connected) the connection's own name is added: `Todoist (office)`.
 */
export async function routeNames({ db, providers }: NamingDeps): Promise<RouteNames> {
  const { routes, connections } = await routeSides(db)
  const known = new Map(connections.map((one) => [one.id, one]))
  const lists = listsIn(await listNames(db))
  const of = (route: RouteSides | undefined): SideNames => {
    if (route === undefined) return UNKNOWN
    const [left, right] = SIDES.map((side) => known.get(route[side]))
    if (left === undefined || right === undefined) return UNKNOWN
    const rivals = [...connections.filter(({ removed }) => !removed), left, right]
    return {
      left: nameOf(left, rivals, providers),
      right: nameOf(right, rivals, providers),
      lists: { left: lists(left.id), right: lists(right.id) },
    }
  }
  return {
    byId: (routeId) => of(routes.find(({ id }) => id === routeId)),
    byName: (name) => of(routes.find((route) => route.name === name && !route.removed)),
  }
}

/** The same for these pairs, which may be of several routes. */
export async function pairNames(deps: NamingDeps, pairIds: readonly string[]): Promise<PairNames> {
  const names = await routeNames(deps)
  const routes = await routesOfPairs(deps.db, [...new Set(pairIds)])
  const byPair = new Map([...routes].flatMap(([route, pairs]) => pairs.map((pair) => [pair, route] as const)))
  return (pairId) => names.byId(byPair.get(pairId) ?? '')
}

/** As programs call them. */
const UNKNOWN: SideNames = {
  left: 'left',
  right: 'right',
  lists: { left: (id) => id, right: (id) => id },
}

/**
 * The lists of a connection by their names, `“Work”`, with the id where several of the account have one name; by the id
 * alone where nobody has told a name yet.
 */
function listsIn(known: readonly ListName[]): (connectionId: string) => ListWords {
  const all = groupBy(known, ({ connectionId }) => connectionId)
  return (connectionId) => {
    const lists = all.get(connectionId) ?? []
    return (id) => {
      const name = lists.find(({ remoteId }) => remoteId === id)?.name
      if (name === undefined) return id
      const several = lists.some((one) => one.name === name && one.remoteId !== id)
      return several ? `“${shorten(name)}” (${id})` : `“${shorten(name)}”`
    }
  }
}

function nameOf(
  { id, name, provider: kind }: NamedConnection,
  rivals: readonly NamedConnection[],
  providers: NamingDeps['providers'],
): string {
  const service = providers.get(kind)?.name ?? kind
  return rivals.some((other) => other.provider === kind && other.id !== id) ? `${service} (${name})` : service
}
