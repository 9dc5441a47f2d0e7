import type { UserError } from '../config/errors.ts'
import type { ListPair, NameRule } from '../core/list-map.ts'
import { type Direction, otherSide, type Side } from '../core/policy.ts'
import type { Db, Tx } from '../store/database.ts'
import { setNameRule } from '../store/list-followers.ts'
import { listName } from '../store/list-names.ts'
import { addMapping, type Mapping, mappingsOf, removeMapping, setMapping } from '../store/mappings.ts'
import { connectionOf, matchAgain, type RouteRow, routeById } from '../store/routes.ts'
import { lockSetUp } from '../store/set-up-lock.ts'
import type { Deps } from './deps.ts'
import { refuseCircle } from './list-links.ts'
import { livingRoute } from './route-admin.ts'
import { loadRouteById } from './route-context.ts'
import * as refusal from './route-refusals.ts'

/** The lists that a route keeps in step. Throws UserError (exit code 2) for one of a CRM, which has none to map. */
export async function mappedLists(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  route: RouteRow,
): Promise<readonly ListPair[]> {
  const { lists } = await loadRouteById(sql, deps, route.id)
  if (lists === null) throw refusal.notByLists(route.name)
  return lists
}

/**
 * Keeps a list of one side in step with a list of the other (remote ids). What is in both already is matched first, as in a
 * first sync. Throws UserError (exit code 2).
 */
export async function mapLists(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  route: RouteRow,
  lists: ListPair,
): Promise<Mapping> {
  await livingRoute(tx, route)
  const mapped = await mappedLists(tx, deps, route)
  const taken = mapped.find((one) => one.left === lists.left || one.right === lists.right)
  if (taken !== undefined) await giveWay(tx, route, taken, lists)
  await refuseCircle(
    tx,
    deps,
    [
      [
        { connectionId: route.leftId, list: lists.left },
        { connectionId: route.rightId, list: lists.right },
      ],
    ],
    null,
  )
  await addMapping(tx, route, lists)
  await matchAgain(tx, route.id)
  const found = (await mappingsOf(tx, route.id)).find((one) => one.left === lists.left)
  if (found === undefined) throw new Error('a mapping was not stored')
  return found
}

/** The mapping of two lists, where they are mapped to each other already. */
export async function mappingBetween(
  sql: Db | Tx,
  route: RouteRow,
  lists: Pick<ListPair, 'left' | 'right'>,
): Promise<Mapping | undefined> {
  return (await mappingsOf(sql, route.id)).find((one) => one.left === lists.left && one.right === lists.right)
}

/** Throws UserError (exit code 2) where the list of a side may not be mapped anew: before another one is made for it. */
export async function requireUnmapped(
  sql: Db | Tx,
  route: RouteRow,
  side: Side,
  list: string,
): Promise<void> {
  const known = (await mappingsOf(sql, route.id)).find((one) => one[side] === list)
  if (known === undefined) return
  if (known.broken?.state !== 'gone' || known.broken.side === side)
    throw await mappedAlready(sql, route, side, known)
}

/** A mapping whose other list is deleted makes room for one with another list. */
async function giveWay(tx: Tx, route: RouteRow, taken: ListPair, lists: ListPair): Promise<void> {
  const known = (await mappingsOf(tx, route.id)).find((one) => one.left === taken.left)
  const side = taken.left === lists.left ? 'left' : 'right'
  if (known === undefined) throw new Error('a mapping went away while it was looked at')
  if (known.broken?.state !== 'gone' || known.broken.side === side)
    throw await mappedAlready(tx, route, side, known)
  await removeMapping(tx, known.id)
  const other = (await mappingsOf(tx, route.id)).find(
    (one) => one.left === lists.left || one.right === lists.right,
  )
  if (other !== undefined)
    throw await mappedAlready(tx, route, other.left === lists.left ? 'left' : 'right', other)
}

/** Why a list of this side is not mapped: by the names of both lists that are. */
async function mappedAlready(
  sql: Db | Tx,
  route: RouteRow,
  side: Side,
  mapping: Mapping,
): Promise<UserError> {
  const nameOf = (one: Side) => listName(sql, connectionOf(route, one), mapping[one])
  return refusal.mappedAlready(side, {
    mapping: mapping.id,
    lists: [await nameOf(side), await nameOf(otherSide(side))],
  })
}

/** `again`: it was off, and is to be matched first. */
export type Redirected = { readonly again: boolean }

/** Lets a mapping flow another way. One that was off is matched first. Throws UserError (exit code 2). */
export async function redirectMapping(tx: Tx, { id }: Mapping, direction: Direction): Promise<Redirected> {
  const mapping = await livingMapping(tx, id)
  await setMapping(tx, mapping.id, direction)
  const again = mapping.direction === 'off' && direction !== 'off'
  if (again) await matchAgain(tx, mapping.routeId)
  return { again }
}

/** Whose name the lists of a mapping go by. Throws UserError (exit code 2). */
export async function renameBy(tx: Tx, { id }: Mapping, names: NameRule): Promise<void> {
  const mapping = await livingMapping(tx, id)
  if (mapping.names !== names) await setNameRule(tx, mapping.id, names)
}

/** Ends a mapping: the tasks of both lists stay, and are in step no more. Throws UserError (exit code 2). */
export async function unmapLists(tx: Tx, { id }: Mapping): Promise<RouteRow> {
  const mapping = await livingMapping(tx, id)
  await removeMapping(tx, mapping.id)
  return routeById(tx, mapping.routeId)
}

/** Throws UserError (exit code 2). */
export async function mappingNumbered(sql: Db | Tx, id: string): Promise<Mapping> {
  const found = (await mappingsOf(sql, null)).find((one) => one.id === id)
  if (found === undefined) throw refusal.noSuchMapping(id)
  return found
}

async function livingMapping(tx: Tx, id: string): Promise<Mapping> {
  await lockSetUp(tx)
  return mappingNumbered(tx, id)
}
