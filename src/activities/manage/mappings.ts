import type { Direction } from '../../core/policy.ts'
import type { RemoteContainer } from '../../providers/contract.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import type { Mapping } from '../../store/mappings.ts'
import { type RouteRow, routeById } from '../../store/routes.ts'
import { findList } from '../find-list.ts'
import { mapLists, mappedLists, redirectMapping, unmapLists } from '../map-lists.ts'
import { askingDeps, type Managing, type Told, type Trying } from './managing.ts'

/** Two lists by id or name, as a person knows them. */
export type MappingRequest = { readonly left: string; readonly right: string; readonly direction: Direction }

/** `begins`: what is in both is matched now; else with the first sync of the route. */
export type AddedMapping = {
  readonly mapping: Mapping
  readonly left: RemoteContainer
  readonly right: RemoteContainer
  readonly begins: boolean
  readonly told: Told
}

/** Maps two lists of a route. Throws UserError; ProviderError when a service cannot be asked for its lists. */
export async function addMapping(
  managing: Managing,
  route: RouteRow,
  given: MappingRequest,
  { dryRun }: Trying,
): Promise<AddedMapping> {
  const { deps, fill, signal } = managing
  await mappedLists(deps.db, deps, route)
  const all = await askingDeps(managing)
  const left = await findList(all, { connectionId: route.leftId, side: 'left', text: given.left }, signal)
  const right = await findList(all, { connectionId: route.rightId, side: 'right', text: given.right }, signal)
  const lists = { left: left.remoteId, right: right.remoteId, direction: given.direction }
  const mapping = await (dryRun ? onTrial : inTransaction)(deps.db, (tx) => mapLists(tx, deps, route, lists))
  const now = await routeById(deps.db, route.id)
  const begins = now.state === 'matching' || now.state === 'active'
  return { mapping, left, right, begins, told: dryRun || !begins ? 0 : await fill(now) }
}

/** Lets a mapping flow another way; one that was off is matched first. Throws UserError. */
export async function changeMapping(
  { deps, fill, nudge }: Managing,
  mapping: Mapping,
  direction: Direction,
  { dryRun }: Trying,
): Promise<{ readonly told: Told }> {
  const { again } = await (dryRun ? onTrial : inTransaction)(deps.db, (tx) =>
    redirectMapping(tx, mapping, direction),
  )
  if (dryRun) return { told: 0 }
  const route = await routeById(deps.db, mapping.routeId)
  return { told: again ? await fill(route) : await nudge([route.leftId, route.rightId]) }
}

/** Ends a mapping; the tasks of both lists stay. Throws UserError. */
export async function endMapping(
  { deps, nudge }: Managing,
  mapping: Mapping,
  { dryRun }: Trying,
): Promise<{ readonly told: Told }> {
  const route = await (dryRun ? onTrial : inTransaction)(deps.db, (tx) => unmapLists(tx, mapping))
  return { told: dryRun ? 0 : await nudge([route.leftId, route.rightId]) }
}
