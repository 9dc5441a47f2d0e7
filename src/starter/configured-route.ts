import { defaultPolicy } from '../activities/default-policy.ts'
import { FIRST_ROUTE } from '../config/temporal-names.ts'
import type { Checklist } from '../core/checklist.ts'
import { DEFAULT_DEALS } from '../core/deal-policy.ts'
import type { Tx } from '../store/database.ts'
import { addRoute, allRoutes, type RouteRow, reviveRoute, routeBetween, routeById } from '../store/routes.ts'

/**
 * The route between the two accounts of the configuration, made as a draft where there is none. One that a person has removed
 * comes back as a draft, of which the first sync is confirmed anew. `deals`: whether the two services can file tasks by deals;
 * `checklists`: what it then has from the start.
 */
export async function configuredRoute(
  tx: Tx,
  given: {
    readonly leftId: string
    readonly rightId: string
    readonly zone: string | null
    readonly deals: boolean
    readonly checklists?: readonly Checklist[]
  },
): Promise<RouteRow> {
  const { leftId, rightId, zone, deals, checklists = [] } = given
  const known = await routeBetween(tx, leftId, rightId)
  if (known !== undefined && !known.removed) return routeById(tx, known.id)
  const usual = defaultPolicy(zone, { deals })
  const policy =
    deals && checklists.length > 0 ? { ...usual, deals: { ...DEFAULT_DEALS, checklists } } : usual
  const name = await freeName(tx)
  if (known === undefined) return addRoute(tx, { name, leftId, rightId, policy })
  await reviveRoute(tx, known.id, name, policy)
  return routeById(tx, known.id)
}

/** `main`, or where a person's own route is called so: `main-2`, and so on. */
async function freeName(tx: Tx): Promise<string> {
  const taken = new Set((await allRoutes(tx)).map(({ name }) => name))
  let name = FIRST_ROUTE
  for (let number = 2; taken.has(name); number += 1) name = `${FIRST_ROUTE}-${number}`
  return name
}
