import type { DbTime } from '../core/db-time.ts'
import { markedDeal, markedStage } from '../core/marker.ts'
import type { RemoteContainer } from '../providers/contract.ts'
import { connectionById } from '../store/connections.ts'
import { adoptContainer, observeContainer, type Sighting } from '../store/container-looks.ts'
import { type ChangedHome, containerAt, type NewContainer } from '../store/containers.ts'
import type { Tx } from '../store/database.ts'
import { noteListNames } from '../store/list-names.ts'
import type { Deps } from './deps.ts'
import { accountOf, generalShard } from './plan/general.ts'
import { keyOf } from './plan/project-key.ts'
import { loadRoutesOf, type RouteContext } from './route-context.ts'

const LOST = {
  active: 'a mapped list is there again',
  archived:
    'a mapped list was archived, and its tasks are let go; "dealbridge map list" says what can be done',
  gone: 'a mapped list was deleted, and its tasks are let go; "dealbridge map list" says what can be done',
} as const satisfies Record<RemoteContainer['state'], string>

/**
 * Takes in what a service says of its projects and sections. Ours are known by id, or by the marker in their
 * description: then tasks that lie in them are in scope, and those that carry a marker are linked and not made again.
 * What people call each of them is noted, for messages. Gives back the deals whose homes are to be woken, at the end of the
 * transaction.
 */
export async function takeInContainers(
  tx: Tx,
  deps: Deps,
  connectionId: string,
  containers: readonly RemoteContainer[],
  askedAt: DbTime,
): Promise<ChangedHome[]> {
  await noteListNames(tx, connectionId, containers)
  const homes: ChangedHome[] = []
  for (const container of containers) {
    const changed = await observeContainer(tx, connectionId, container, askedAt)
    homes.push(...changed.homes)
    if (changed.listLost) {
      const { name } = await connectionById(tx, connectionId)
      deps.log.warn({ connection: name, list: container.remoteId }, LOST[container.state])
    }
  }
  const marked = containers.filter((container) => container.marker !== null && container.state === 'active')
  if (marked.length === 0) return homes
  // Projects first: a section is known with the project in which it lies.
  const inOrder = [...marked].sort((a, b) => Number(a.kind === 'section') - Number(b.kind === 'section'))
  const sighting = { askedAt, staleReadMs: deps.timing.staleReadMs }
  for (const route of await loadRoutesOf(tx, deps, connectionId)) {
    if (route.sides.right.connection.id !== connectionId) continue
    for (const container of inOrder) await adopt(tx, route, container, sighting)
  }
  return homes
}

async function adopt(tx: Tx, route: RouteContext, seen: RemoteContainer, sighting: Sighting): Promise<void> {
  if (seen.marker === null) return
  const what = await whatItIs(tx, route, seen)
  if (what === null) return
  await adoptContainer(
    tx,
    {
      routeId: route.route.id,
      connectionId: route.sides.right.connection.id,
      name: seen.name,
      marker: seen.marker,
      remoteId: seen.remoteId,
      ...what,
    },
    sighting,
  )
}

/** What a marker says that a container is for, in this route; null where it says nothing of the kind. */
async function whatItIs(
  tx: Tx,
  route: RouteContext,
  { marker, parent }: RemoteContainer,
): Promise<Pick<NewContainer, 'role' | 'subject' | 'shard' | 'parentId'> | null> {
  const shard = generalShard(route, marker)
  if (shard !== null) return { role: 'general', shard }
  if (route.deals === null) return null
  const { provider, account } = accountOf(route)
  const stage = markedStage(provider, account, marker)
  if (stage !== null) return { role: 'stage', subject: keyOf(stage), shard: stage.shard }
  // Deals of several accounts may have one id: a section of ours lies in a project of ours.
  const deal = markedDeal(marker)
  const project = deal === null || parent === null ? null : await containerAt(tx, route.route.id, parent)
  if (deal === null || project?.role !== 'stage') return null
  return { role: 'deal', subject: deal.id, shard: deal.part, parentId: project.id }
}
