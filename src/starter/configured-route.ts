import { defaultPolicy } from '../activities/default-policy.ts'
import type { Tx } from '../store/database.ts'
import { addRoute, allRoutes, type RouteRow, reviveRoute, routeBetween, routeById } from '../store/routes.ts'

export const ROUTE_NAME = 'main'

/**
 * The route between the two accounts of the configuration, made as a draft where there is none. One that a person has removed
 * comes back as a draft, of which the first sync is confirmed anew.
 */
export async function configuredRoute(
  tx: Tx,
  given: {
    readonly leftId: string
    readonly rightId: string
    readonly zone: string | null
    readonly deals: boolean
  },
): Promise<RouteRow> {
  const { leftId, rightId, zone, deals } = given
  const known = await routeBetween(tx, leftId, rightId)
  if (known !== undefined && !known.removed) return routeById(tx, known.id)
  const policy = defaultPolicy(zone, { deals })
  const name = await freeName(tx)
  if (known === undefined) return addRoute(tx, { name, leftId, rightId, policy })
  await reviveRoute(tx, known.id, name, policy)
  return routeById(tx, known.id)
}

/** `main`, or where a person's own route is called so: `main-2`, and so on. */
async function freeName(tx: Tx): Promise<string> {
  const taken = new Set((await allRoutes(tx)).map(({ name }) => name))
  let name = ROUTE_NAME
  for (let number = 2; taken.has(name); number += 1) name = `${ROUTE_NAME}-${number}`
  return name
}
