import type { RemoteContainer } from '../providers/contract.ts'
import { connectionById } from '../store/connections.ts'
import { adoptContainer, observeContainer } from '../store/containers.ts'
import type { Tx } from '../store/database.ts'
import { noteListNames } from '../store/list-names.ts'
import type { Deps } from './deps.ts'
import { generalShard } from './plan/general.ts'
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
 * What people call each of them is noted, for messages.
 */
export async function takeInContainers(
  tx: Tx,
  deps: Deps,
  connectionId: string,
  containers: readonly RemoteContainer[],
): Promise<void> {
  await noteListNames(tx, connectionId, containers)
  for (const container of containers)
    if (await observeContainer(tx, connectionId, container)) {
      const { name } = await connectionById(tx, connectionId)
      deps.log.warn({ connection: name, list: container.remoteId }, LOST[container.state])
    }
  const marked = containers.filter((container) => container.marker !== null && container.state === 'active')
  if (marked.length === 0) return
  for (const route of await loadRoutesOf(tx, deps, connectionId)) {
    for (const container of marked) await adopt(tx, route, connectionId, container)
  }
}

async function adopt(
  tx: Tx,
  route: RouteContext,
  connectionId: string,
  seen: RemoteContainer,
): Promise<void> {
  const shard = generalShard(route, seen.marker)
  if (shard === null || seen.marker === null || route.sides.right.connection.id !== connectionId) return
  await adoptContainer(tx, {
    routeId: route.route.id,
    connectionId,
    role: 'general',
    shard,
    name: seen.name,
    marker: seen.marker,
    remoteId: seen.remoteId,
  })
}
