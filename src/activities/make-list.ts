import { listMarker } from '../core/marker.ts'
import { otherSide, type Side } from '../core/policy.ts'
import type { Containers, RemoteContainer } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { inTransaction } from '../store/database.ts'
import { draftList, draftMarked } from '../store/list-drafts.ts'
import { noteListNames } from '../store/list-names.ts'
import { connectionOf, type RouteRow } from '../store/routes.ts'
import type { Deps } from './deps.ts'
import { lookForList } from './find-list.ts'
import { requireUnmapped } from './map-lists.ts'
import { type OpenConnection, openConnection } from './open-connection.ts'
import * as refusal from './route-refusals.ts'

/** `missing`: the side on which the list is to be made under `name`; `there`: the one that it is to be in step with. */
export type MissingList = { readonly missing: Side; readonly name: string; readonly there: RemoteContainer }

/** Both lists that a person names, or which of them is to be made. Throws UserError (exit code 2) where neither is there. */
export async function listsToMap(
  deps: Deps,
  route: RouteRow,
  asked: Readonly<Record<Side, string>>,
  signal: AbortSignal,
): Promise<
  (Omit<MadeLists, 'draft'> & { readonly missing: null; readonly draft: Draft | null }) | MissingList
> {
  const look = async (side: Side) =>
    (await lookForList(deps, { connectionId: connectionOf(route, side), side, text: asked[side] }, signal))
      .found
  const [left, right] = [await look('left'), await look('right')]
  if (left !== undefined && right !== undefined) {
    const draft = (await draftFor(deps, route, 'left', left)) ?? (await draftFor(deps, route, 'right', right))
    return { left, right, missing: null, draft }
  }
  const there = left ?? right
  if (there === undefined) throw refusal.noListToCopy(asked.left, asked.right)
  const missing: Side = left === undefined ? 'left' : 'right'
  // A name that is taken from the other side is as it stands there, and not as somebody typed it.
  const name = asked.left === asked.right ? there.name : asked[missing]
  await requireUnmapped(deps.db, route, otherSide(missing), there.remoteId)
  return { missing, name, there }
}

/** What is written down of a list that was made, until it is mapped. */
export type Draft = { readonly id: string; readonly side: Side; readonly remoteId: string }
export type MadeLists = Readonly<Record<Side, RemoteContainer>> & { readonly draft: Draft }

/** Of a list that was made before, and whose answer was lost. */
async function draftFor(
  deps: Deps,
  route: RouteRow,
  side: Side,
  { marker, remoteId }: RemoteContainer,
): Promise<Draft | null> {
  const id = marker === null ? null : await draftMarked(deps.db, route.id, connectionOf(route, side), marker)
  return id === null ? null : { id, side, remoteId }
}

/**
 * Makes the list that is missing. What is to be made is written down first, with the key and the marker by which it is known
 * again: asked for once more after a lost answer, it is found and not made twice. Throws UserError (exit code 4) when its answer
 * is lost.
 */
export async function makeMissing(
  deps: Deps,
  route: RouteRow,
  { missing, name, there }: MissingList,
  signal: AbortSignal,
): Promise<MadeLists> {
  const connectionId = connectionOf(route, missing)
  const open = await openConnection(deps, connectionId, 'change', signal)
  const { containers } = open.provider
  if (containers === null) throw refusal.notByLists(route.name)
  const { id, key } = await inTransaction(deps.db, (tx) =>
    draftList(tx, { routeId: route.id, connectionId, side: missing, name }),
  )
  try {
    const made = await foundOrMade(containers, open, key, name)
    await noteListNames(deps.db, connectionId, [made])
    const draft = { id, side: missing, remoteId: made.remoteId }
    return missing === 'left' ? { left: made, right: there, draft } : { left: there, right: made, draft }
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'ambiguous-write')
      throw refusal.listInDoubt(name, missing, error)
    throw error
  }
}

async function foundOrMade(
  containers: Containers,
  { direct }: OpenConnection,
  key: string,
  name: string,
): Promise<RemoteContainer> {
  const marker = listMarker(key)
  const known = (await containers.list(direct)).containers.find((one) => one.marker === marker)
  const [kind = 'list'] = containers.kinds
  return known ?? containers.create(direct, { key, kind, name, parent: null, marker })
}
