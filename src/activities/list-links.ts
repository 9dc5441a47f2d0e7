import { closesCircle, type Link } from '../core/list-circle.ts'
import { SIDES } from '../core/policy.ts'
import { connectionById } from '../store/connections.ts'
import { generalLists } from '../store/containers.ts'
import type { Tx } from '../store/database.ts'
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
  const links: Link[] = []
  for (const route of await allRoutes(tx))
    if (route.id !== besides) links.push(...(await linksOf(tx, deps, route)))
  for (const link of added) {
    if (closesCircle(links, link)) throw refusal.circle()
    links.push(link)
  }
}

async function crmSide(tx: Tx, deps: Pick<Deps, 'providers'>, route: RouteRow) {
  for (const side of SIDES) {
    const { provider } = await connectionById(tx, connectionOf(route, side))
    if (providerOf(deps, provider).capabilities.needsPerson) return side
  }
  return null
}
