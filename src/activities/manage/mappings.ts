import type { NameRule } from '../../core/list-map.ts'
import type { Direction, Side } from '../../core/policy.ts'
import type { RemoteContainer } from '../../providers/contract.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import { settleDraft } from '../../store/list-drafts.ts'
import type { Mapping } from '../../store/mappings.ts'
import { type RouteRow, routeById } from '../../store/routes.ts'
import { findList } from '../find-list.ts'
import { type Draft, listsToMap, type MissingList, makeMissing } from '../make-list.ts'
import { mapLists, mappedLists, mappingBetween, redirectMapping, renameBy, unmapLists } from '../map-lists.ts'
import { askingDeps, type Managing, type Told, type Trying } from './managing.ts'

/** Two lists by id or name, as a person knows them. */
export type MappingRequest = {
  readonly left: string
  readonly right: string
  readonly direction: Direction
  /** Left out: each list has its own name. */
  readonly names?: NameRule | undefined
}

/** When what is in both lists is matched: now, once the route goes on, or with its first sync. */
export type MatchedWhen = 'now' | 'resumed' | 'first-sync'

export type AddedMapping = {
  readonly mapping: Mapping
  readonly left: RemoteContainer
  readonly right: RemoteContainer
  readonly matched: MatchedWhen
  readonly told: Told
}

/** The two lists are mapped to each other already: what was asked for is there. */
export type MappedBefore = Pick<AddedMapping, 'mapping' | 'left' | 'right'> & { readonly kind: 'before' }

/** As `addMapping`, and is done where the lists are mapped already. */
export async function addMappingOnce(
  managing: Managing,
  route: RouteRow,
  given: MappingRequest,
  trying: Trying,
): Promise<(AddedMapping & { readonly kind: 'mapped' }) | MappedBefore> {
  const { left, right } = await bothLists(managing, route, given)
  const mapping = await mappingBetween(managing.deps.db, route, {
    left: left.remoteId,
    right: right.remoteId,
  })
  if (mapping !== undefined) return { kind: 'before', mapping, left, right }
  return {
    kind: 'mapped',
    ...(await mapThem(managing, route, { left, right, draft: null }, given, trying)),
  }
}

/** Maps two lists of a route. Throws UserError; ProviderError when a service cannot be asked for its lists. */
export async function addMapping(
  managing: Managing,
  route: RouteRow,
  given: MappingRequest,
  trying: Trying,
): Promise<AddedMapping> {
  const lists = await bothLists(managing, route, given)
  return mapThem(managing, route, { ...lists, draft: null }, given, trying)
}

async function bothLists(managing: Managing, route: RouteRow, given: MappingRequest) {
  const { deps, signal } = managing
  await mappedLists(deps.db, deps, route)
  const all = await askingDeps(managing)
  const left = await findList(all, { connectionId: route.leftId, side: 'left', text: given.left }, signal)
  const right = await findList(all, { connectionId: route.rightId, side: 'right', text: given.right }, signal)
  return { left, right }
}

/** `would-make`: on trial, the list that is missing. */
export type MappingWithMade =
  | (AddedMapping & { readonly kind: 'mapped' })
  | MappedBefore
  | (MissingList & { readonly kind: 'would-make' })

/** As `addMapping`, and the list that is missing on one side is made first. Asked for again, it makes nothing twice. */
export async function addMappingMaking(
  managing: Managing,
  route: RouteRow,
  given: MappingRequest,
  trying: Trying,
): Promise<MappingWithMade> {
  const { deps, signal } = managing
  await mappedLists(deps.db, deps, route)
  const all = await askingDeps(managing)
  const wanted = await listsToMap(all, route, given, signal)
  if (wanted.missing !== null && trying.dryRun) return { kind: 'would-make', ...wanted }
  const lists = wanted.missing === null ? wanted : await makeMissing(all, route, wanted, signal)
  const { left, right } = lists
  const mapping = await mappingBetween(deps.db, route, { left: left.remoteId, right: right.remoteId })
  if (mapping !== undefined) return { kind: 'before', mapping, left, right }
  return { kind: 'mapped', ...(await mapThem(managing, route, lists, given, trying)) }
}

type Lists = Readonly<Record<Side, RemoteContainer>> & { readonly draft: Draft | null }

async function mapThem(
  { deps, fill }: Managing,
  route: RouteRow,
  { left, right, draft }: Lists,
  { direction, names = 'own' }: MappingRequest,
  { dryRun }: Trying,
): Promise<AddedMapping> {
  const lists = { left: left.remoteId, right: right.remoteId, direction }
  const mapping = await (dryRun ? onTrial : inTransaction)(deps.db, async (tx) => {
    if (draft !== null) await settleDraft(tx, draft.id, draft.side, draft.remoteId)
    const added = await mapLists(tx, deps, route, lists)
    await renameBy(tx, added, names)
    return { ...added, names }
  })
  const now = await routeById(deps.db, route.id)
  const matched = matchedWhen(now)
  return { mapping, left, right, matched, told: dryRun || matched === 'first-sync' ? 0 : await fill(now) }
}

function matchedWhen({ state }: RouteRow): MatchedWhen {
  if (state === 'draft') return 'first-sync'
  return state === 'paused' || state === 'stopped' ? 'resumed' : 'now'
}

/** What is to be different of a mapping; what is left out stays. */
export type MappingChange = {
  readonly direction?: Direction | undefined
  readonly names?: NameRule | undefined
}

/** Lets a mapping flow another way, or go by other names; one that was off is matched first. Throws UserError. */
export async function changeMapping(
  { deps, fill, nudge }: Managing,
  mapping: Mapping,
  { direction, names }: MappingChange,
  { dryRun }: Trying,
): Promise<{ readonly told: Told }> {
  const again = await (dryRun ? onTrial : inTransaction)(deps.db, async (tx) => {
    if (names !== undefined) await renameBy(tx, mapping, names)
    return direction !== undefined && (await redirectMapping(tx, mapping, direction)).again
  })
  if (dryRun) return { told: 0 }
  const route = await routeById(deps.db, mapping.routeId)
  // The first sync of a draft is confirmed by a person.
  const begins = again && route.state !== 'draft'
  return { told: begins ? await fill(route) : await nudge([route.leftId, route.rightId]) }
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
