import { isZone } from '../core/due.ts'
import type { ConflictRule, DeleteRule, Direction, RoutePolicy, Side } from '../core/policy.ts'
import type { ConnectionRow } from '../store/connections.ts'
import { inTransaction, type Tx } from '../store/database.ts'
import { forgetSoon } from '../store/forget.ts'
import { listPairsOf } from '../store/mappings.ts'
import {
  allRoutes,
  lockLivingRoute,
  type RouteRow,
  retireRoute,
  reviveRoute,
  routeBetween,
  routeById,
  setPolicy,
  addRoute as storeRoute,
} from '../store/routes.ts'
import { lockSetUp } from '../store/set-up-lock.ts'
import { livingConnection, requireStaying } from './connect.ts'
import { defaultPolicy, listPolicy } from './default-policy.ts'
import { type Deps, providerOf } from './deps.ts'
import { linksOf, refuseCircle } from './list-links.ts'
import * as refusal from './route-refusals.ts'

/** What a person says of a route; what is not said stays as it is, or is as usual. */
export type PolicyChange = {
  readonly direction?: Direction
  readonly conflicts?: ConflictRule
  readonly deletes?: Readonly<Partial<Record<Side, DeleteRule>>>
  readonly zone?: string
}

/** A route as a person asks for it: two connections by their ids. */
export type RouteRequest = {
  readonly name: string
  readonly leftId: string
  readonly rightId: string
  readonly policy: PolicyChange
}

/** `back`: it was there before, and goes on where it was. `mapped`: it keeps lists in step, which are to be mapped. */
export type AddedRoute = { readonly route: RouteRow; readonly back: boolean; readonly mapped: boolean }

/**
 * Adds a route between two connections, as a draft: nothing is written before its first sync is confirmed. A CRM, whose
 * tasks belong to people, is on the left. Throws UserError (exit code 2).
 */
export async function addRoute(
  deps: Pick<Deps, 'db' | 'providers'>,
  { name, leftId, rightId, policy: said }: RouteRequest,
): Promise<AddedRoute> {
  return inTransaction(deps.db, async (tx) => {
    await lockSetUp(tx)
    const [one, other] = [
      await livingConnection(tx, { id: leftId, name: leftId }),
      await livingConnection(tx, { id: rightId, name: rightId }),
    ]
    if (one.id === other.id) throw refusal.sameConnection(one.name)
    for (const row of [one, other]) await requireStaying(tx, row)
    if ((await allRoutes(tx)).some((route) => route.name === name)) throw refusal.routeNameTaken(name)
    const { first, second, crm } = inOrder(deps, one, other)
    const zone = [one, other].map(({ facts }) => facts?.zone ?? null).find((known) => known !== null) ?? null
    const policy = withChange(crm ? defaultPolicy(zone) : listPolicy(zone), said)
    const { id, back } = await makeOrRevive(tx, { name, first, second, policy })
    const route = await routeById(tx, id)
    await refuseCircle(tx, deps, await linksOf(tx, deps, route), id)
    return { route, back, mapped: !crm }
  })
}

/** Changes what a route does. Throws UserError (exit code 2). */
export async function editRoute(
  tx: Tx,
  { id, name }: Pick<RouteRow, 'id' | 'name'>,
  change: PolicyChange,
): Promise<RouteRow> {
  const route = await livingRoute(tx, { id, name })
  await setPolicy(tx, id, withChange(route.policy, change))
  return routeById(tx, id)
}

/** Removes a route; the tasks of both sides stay, and so does what is known of them, for a time. `forget`: not that either.
 * Throws UserError (exit code 2). */
export async function removeRoute(
  tx: Tx,
  { id, name }: Pick<RouteRow, 'id' | 'name'>,
  { forget = false } = {},
): Promise<{ readonly lists: number }> {
  await livingRoute(tx, { id, name })
  const lists = await listPairsOf(tx, id)
  await retireRoute(tx, id)
  if (forget) await forgetSoon(tx, id)
  return { lists: lists.length }
}

/** The route, for this transaction alone. Throws UserError (exit code 2) once it was removed. */
export async function livingRoute(tx: Tx, { id, name }: Pick<RouteRow, 'id' | 'name'>): Promise<RouteRow> {
  await lockSetUp(tx)
  const route = await lockLivingRoute(tx, id)
  if (route === undefined) throw refusal.noSuchRoute(name, await allRoutes(tx))
  return route
}

async function makeOrRevive(
  tx: Tx,
  given: {
    readonly name: string
    readonly first: ConnectionRow
    readonly second: ConnectionRow
    readonly policy: RoutePolicy
  },
): Promise<{ readonly id: string; readonly back: boolean }> {
  const { name, first, second, policy } = given
  for (const [from, to] of [
    [first, second],
    [second, first],
  ] as const) {
    const known = await routeBetween(tx, from.id, to.id)
    if (known !== undefined && !known.removed) throw refusal.routeThere(known.name, from.name, to.name)
    if (known === undefined) continue
    await reviveRoute(tx, known.id, name, policy)
    return { id: known.id, back: true }
  }
  const { id } = await storeRoute(tx, { name, leftId: first.id, rightId: second.id, policy })
  return { id, back: false }
}

/** A policy with what was said; what was not stays as it is. */
function withChange(policy: RoutePolicy, { deletes, ...change }: PolicyChange): RoutePolicy {
  if (change.zone !== undefined && !isZone(change.zone)) throw refusal.noSuchZone(change.zone)
  return { ...policy, ...change, deletes: { ...policy.deletes, ...deletes } }
}

function inOrder(deps: Pick<Deps, 'providers'>, one: ConnectionRow, other: ConnectionRow) {
  const ofPeople = (row: ConnectionRow) => providerOf(deps, row.provider).capabilities.needsPerson
  if (ofPeople(one) && ofPeople(other)) throw refusal.twoCrms(one.name, other.name)
  const [first, second] = ofPeople(other) ? [other, one] : [one, other]
  return { first, second, crm: ofPeople(first) }
}
