import type { DealField } from '../core/deal.ts'
import type { RoutePolicy } from '../core/policy.ts'
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
import { assigneesAfter } from './agents.ts'
import { livingConnection, requireStaying } from './connect.ts'
import { adoptTasksOf, followAdoptions } from './deals/adopting.ts'
import { beginChecklists } from './deals/begin-checklists.ts'
import { withDealInput } from './deals/deal-choices.ts'
import { dealChoices } from './deals/route-choices.ts'
import { defaultPolicy, listPolicy } from './default-policy.ts'
import { type Deps, providerOf } from './deps.ts'
import { linksOf, refuseCircle } from './list-links.ts'
import { switchNotes } from './notes/switch-notes.ts'
import { mirrored, type PolicyChange, withChange } from './policy-change.ts'
import { loadRouteById } from './route-context.ts'
import { dealSide } from './route-deals.ts'
import * as refusal from './route-refusals.ts'

/** A route as a person asks for it: two connections by their ids, and what is said of them as left and right. */
export type RouteRequest = {
  readonly name: string
  readonly leftId: string
  readonly rightId: string
  readonly policy: PolicyChange
}

/**
 * `back`: it was there before, and goes on where it was. `turned`: its sides are the other way round than they were asked for.
 * `mapped`: it keeps lists in step, which are to be mapped.
 */
export type AddedRoute = {
  readonly route: RouteRow
  readonly back: boolean
  readonly turned: boolean
  readonly mapped: boolean
}

/**
 * Adds a route between two connections, as a draft: nothing is written before its first sync is confirmed. A CRM, whose
 * tasks belong to people, is on the left; a route that was removed has its sides as it had them. Where that is the other way
 * round, so is what was said of them. Throws UserError (exit code 2).
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
    const zone = zoneBetween([one, other], await allRoutes(tx))
    const removed = await removedBetween(tx, first, second)
    const turned = (removed?.leftId ?? first.id) !== one.id
    const deals = dealSide({
      left: providerOf(deps, first.provider),
      right: providerOf(deps, second.provider),
    })
    const usual = crm ? defaultPolicy(zone, { deals: deals !== null }) : listPolicy(zone)
    const policy = withChange(usual, turned ? mirrored(said) : said)
    if (removed !== undefined) await reviveRoute(tx, removed.id, name, policy)
    const { id } = removed ?? (await storeRoute(tx, { name, leftId: first.id, rightId: second.id, policy }))
    const named = {
      ...(said.deals === undefined ? {} : { deals: said.deals }),
      ...(said.assignees === undefined ? {} : { assignees: said.assignees }),
    }
    if (Object.keys(named).length > 0) await editRoute(tx, deps, { id, name }, named, null)
    const route = await routeById(tx, id)
    await switchNotes(tx, deps, route, said, {})
    await refuseCircle(tx, deps, await linksOf(tx, deps, route), id)
    return { route, back: removed !== undefined, turned, mapped: !crm }
  })
}

/** As the accounts say it; where they say none, as other routes have it, those of these accounts first. Null: nobody knows. */
function zoneBetween(sides: readonly ConnectionRow[], routes: readonly RouteRow[]): string | null {
  const theirs = sides.flatMap(({ facts }) => facts?.zone ?? [])
  const ids = new Set(sides.map(({ id }) => id))
  const near = routes.filter(({ leftId, rightId }) => ids.has(leftId) || ids.has(rightId))
  return theirs[0] ?? [...near, ...routes][0]?.policy.zone ?? null
}

/** Changes what a route does. `fields`: the CRM's own fields of deals, where they were asked for. Throws UserError (exit code 2). */
export async function editRoute(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  { id, name }: Pick<RouteRow, 'id' | 'name'>,
  change: PolicyChange,
  fields: readonly DealField[] | null,
): Promise<RouteRow> {
  const route = await livingRoute(tx, { id, name })
  const { deals: _, ...policy } = withChange(route.policy, change)
  const after = await dealsAfter(tx, deps, route, change.deals, fields)
  await switchNotes(tx, deps, route, change, route.policy)
  const assignees = await assigneesAfter(tx, deps, route, change.assignees)
  await setPolicy(tx, id, { ...policy, assignees, ...(after === undefined ? {} : { deals: after }) })
  await beginChecklists(tx, await loadRouteById(tx, deps, id))
  const changed = await routeById(tx, id)
  await followAdoptions(tx, deps, changed)
  await adoptTasksOf(tx, deps, changed, change.deals?.adopt ?? [])
  return changed
}

async function dealsAfter(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  route: RouteRow,
  said: PolicyChange['deals'],
  fields: readonly DealField[] | null,
): Promise<RoutePolicy['deals']> {
  if (said === undefined) return route.policy.deals
  if (said === null) return undefined
  return withDealInput(route.policy.deals, said, await dealChoices(tx, deps, route, fields))
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

/** The route that was between two connections, whichever way round. Throws UserError where there still is one. */
async function removedBetween(
  tx: Tx,
  one: ConnectionRow,
  other: ConnectionRow,
): Promise<RouteRow | undefined> {
  for (const [left, right] of [
    [one, other],
    [other, one],
  ] as const) {
    const known = await routeBetween(tx, left.id, right.id)
    if (known !== undefined && !known.removed) throw refusal.routeThere(known.name, left.name, right.name)
    if (known !== undefined) return known
  }
  return undefined
}

function inOrder(deps: Pick<Deps, 'providers'>, one: ConnectionRow, other: ConnectionRow) {
  const ofPeople = (row: ConnectionRow) => providerOf(deps, row.provider).capabilities.needsPerson
  if (ofPeople(one) && ofPeople(other)) throw refusal.twoCrms(one.name, other.name)
  const [first, second] = ofPeople(other) ? [other, one] : [one, other]
  return { first, second, crm: ofPeople(first) }
}
