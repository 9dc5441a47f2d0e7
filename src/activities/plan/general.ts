import { shardName } from '../../core/homes.ts'
import { generalMarker, markedShard } from '../../core/marker.ts'
import type { ContainerRow } from '../../store/containers.ts'
import { addContainer, lockGeneral, retryFullGeneral } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { openTasksIn } from '../../store/mirror.ts'
import { plannedInContainers } from '../../store/ops.ts'
import type { RouteContext, RouteSide } from '../route-context.ts'
import { roomOfList } from './stage-lists.ts'
import { generalName } from './stage-projects.ts'

/**
 * Gives out places in General, filling one shard after the other. A shard that does not exist yet is made by the
 * write that first needs it; here it is only written down.
 */
export type GeneralPlaces = { place(): Promise<string> }

export async function openGeneral(tx: Tx, route: RouteContext, side: RouteSide): Promise<GeneralPlaces> {
  const shards = await shardsOf(tx, route.route.id)
  const open = await openTasksIn(
    tx,
    side.connection.id,
    shards.flatMap((shard) => shard.remoteId ?? []),
  )
  const planned = await plannedInContainers(
    tx,
    shards.map((shard) => shard.id),
  )
  const used = new Map(
    shards.map((shard) => [shard.id, (open.get(shard.remoteId ?? '') ?? 0) + (planned.get(shard.id) ?? 0)]),
  )
  const capacity = roomOfList(side)
  return {
    async place() {
      const free = shards.find((shard) => shard.state === 'active' && (used.get(shard.id) ?? 0) < capacity)
      const shard = free ?? (await nextShard(tx, route, side, shards))
      used.set(shard.id, (used.get(shard.id) ?? 0) + 1)
      return shard.id
    },
  }
}

async function shardsOf(tx: Tx, routeId: string): Promise<ContainerRow[]> {
  const shards = await lockGeneral(tx, routeId)
  if (shards.every(({ state }) => state !== 'full')) return shards
  await retryFullGeneral(tx, routeId)
  return lockGeneral(tx, routeId)
}

async function nextShard(
  tx: Tx,
  route: RouteContext,
  side: RouteSide,
  shards: ContainerRow[],
): Promise<ContainerRow> {
  const number = (shards.at(-1)?.shard ?? 0) + 1
  const { provider, account } = accountOf(route)
  const shard = await addContainer(tx, {
    routeId: route.route.id,
    connectionId: side.connection.id,
    role: 'general',
    shard: number,
    name: shardName(generalName(route), number),
    marker: generalMarker(provider, account, number),
  })
  shards.push(shard)
  return shard
}

/** The shard of this route's General that a container's marker names; null when it is none. */
export function generalShard(route: RouteContext, marker: string | null): number | null {
  const { provider, account } = accountOf(route)
  return markedShard(provider, account, marker)
}

export function accountOf({ sides }: RouteContext): { readonly provider: string; readonly account: string } {
  const { provider, facts, id } = sides.left.connection
  return { provider, account: facts?.accountId ?? id }
}
