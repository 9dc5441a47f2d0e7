import { circleBy, type Link, type Place } from '../core/list-circle.ts'
import { SIDES } from '../core/policy.ts'
import { connectionById } from '../store/connections.ts'
import { generalLists } from '../store/containers.ts'
import type { Tx } from '../store/database.ts'
import { listName } from '../store/list-names.ts'
import { listPairsOf } from '../store/mappings.ts'
import { allRoutes, connectionOf, type RouteRow } from '../store/routes.ts'
import { type Deps, providerOf } from './deps.ts'
import * as refusal from './route-refusals.ts'

/** What a route keeps in step: list by list, or all that a CRM has with the places that Dealbridge made for it. */
export async function linksOf(tx: Tx, deps: Pick<Deps, 'providers'>, route: RouteRow): Promise<Link[]> {
  const crm = await crmSide(tx, deps, route)
  if (crm === null) {
    const lists = await listPairsOf(tx, route.id)
    return lists.map(({ left, right }) => [
      { connectionId: route.leftId, list: left },
      { connectionId: route.rightId, list: right },
    ])
  }
  const there = connectionOf(route, crm === 'left' ? 'right' : 'left')
  const all = { connectionId: connectionOf(route, crm), list: null }
  return (await generalLists(tx, route.id)).map((list) => [all, { connectionId: there, list }])
}

/** Throws UserError (exit code 2) where a change could come back to where it was made. `besides`: a route that is not counted. */
export async function refuseCircle(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  added: readonly Link[],
  besides: string | null,
): Promise<void> {
  const known: RouteLink[] = []
  for (const route of await allRoutes(tx))
    if (route.id !== besides)
      for (const link of await linksOf(tx, deps, route)) known.push({ link, route: route.name })
  for (const link of added) {
    const way = circleBy(known, link)
    if (way !== null) throw refusal.circle(await Promise.all(way.map((one) => linkWords(tx, one))))
    known.push({ link, route: null })
  }
}

/** `route`: its name; null of one that is being made. */
type RouteLink = { readonly link: Link; readonly route: string | null }

/** E.g. `work “Offers” and home “Deals” (route lists)`. */
async function linkWords(tx: Tx, { link, route }: RouteLink): Promise<string> {
  const [one, other] = [await placeWords(tx, link[0]), await placeWords(tx, link[1])]
  return `${one} and ${other} (${route === null ? 'this route' : `route ${route}`})`
}

async function placeWords(tx: Tx, { connectionId, list }: Place): Promise<string> {
  const { name } = await connectionById(tx, connectionId)
  return list === null ? name : `${name} “${await listName(tx, connectionId, list)}”`
}

async function crmSide(tx: Tx, deps: Pick<Deps, 'providers'>, route: RouteRow) {
  for (const side of SIDES) {
    const { provider } = await connectionById(tx, connectionOf(route, side))
    if (providerOf(deps, provider).capabilities.needsPerson) return side
  }
  return null
}
