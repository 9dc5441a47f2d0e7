import type { RoutePolicy } from '../core/policy.ts'
import type { ConnectionRow } from '../store/connections.ts'
import { inTransaction, type Tx } from '../store/database.ts'
import { forgetSoon } from '../store/forget.ts'
import { listPairsOf } from '../store/mappings.ts'
import {
  allRoutes,
  type RouteRow,
  retireRoute,
  reviveRoute,
  routeBetween,
  routeById,
  setPolicy,
  addRoute as storeRoute,
} from '../store/routes.ts'
import { connectionNamed, requireStaying } from './connect.ts'
import { type Deps, providerOf } from './deps.ts'
import { linksOf, refuseCircle } from './list-links.ts'
import * as refusal from './route-refusals.ts'

/** A route as a person asks for it: two connections by name. `policy` fills in what the defaults do not say. */
export type RouteRequest = {
  readonly name: string
  readonly left: string
  readonly right: string
  readonly policy: RoutePolicy
}

/** `back`: it was there before, and goes on where it was. */
export type AddedRoute = { readonly route: RouteRow; readonly back: boolean }

/**
 * Adds a route between two connections, as a draft: nothing is written before its first sync is confirmed. A CRM, whose
 * tasks belong to people, is on the left. Throws UserError (exit code 2).
 */
export async function addRoute(
  deps: Pick<Deps, 'db' | 'providers'>,
  { name, left, right, policy }: RouteRequest,
): Promise<AddedRoute> {
  const [one, other] = [await connectionNamed(deps, left), await connectionNamed(deps, right)]
  if (one.id === other.id) throw refusal.sameConnection(one.name)
  const [first, second] = inOrder(deps, one, other)
  return inTransaction(deps.db, async (tx) => {
    for (const row of [one, other]) await requireStaying(tx, row)
    if ((await allRoutes(tx)).some((route) => route.name === name)) throw refusal.routeNameTaken(name)
    for (const [from, to] of [
      [first, second],
      [second, first],
    ] as const) {
      const known = await routeBetween(tx, from.id, to.id)
      if (known !== undefined && !known.removed) throw refusal.routeThere(known.name, from.name, to.name)
      if (known === undefined) continue
      await reviveRoute(tx, known.id, name, policy)
      const route = await routeById(tx, known.id)
      await refuseCircle(tx, deps, await linksOf(tx, deps, route), route.id)
      return { route, back: true }
    }
    const route = await storeRoute(tx, { name, leftId: first.id, rightId: second.id, policy })
    await refuseCircle(tx, deps, await linksOf(tx, deps, route), route.id)
    return { route, back: false }
  })
}

/** Changes what a route does. */
export async function editRoute(tx: Tx, route: RouteRow, policy: RoutePolicy): Promise<RouteRow> {
  await setPolicy(tx, route.id, policy)
  return routeById(tx, route.id)
}

/** Removes a route; the tasks of both sides stay, and so does what is known of them, for a time. `forget`: not that either. */
export async function removeRoute(
  tx: Tx,
  route: RouteRow,
  { forget = false } = {},
): Promise<{ readonly lists: number }> {
  const lists = await listPairsOf(tx, route.id)
  await retireRoute(tx, route.id)
  if (forget) await forgetSoon(tx, route.id)
  return { lists: lists.length }
}

function inOrder(
  deps: Pick<Deps, 'providers'>,
  one: ConnectionRow,
  other: ConnectionRow,
): readonly [ConnectionRow, ConnectionRow] {
  const ofPeople = (row: ConnectionRow) => providerOf(deps, row.provider).capabilities.needsPerson
  if (ofPeople(one) && ofPeople(other)) throw refusal.twoCrms(one.name, other.name)
  return ofPeople(other) ? [other, one] : [one, other]
}
