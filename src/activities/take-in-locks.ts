import { markedStamp, markedTask } from '../core/marker.ts'
import type { Observation, RemoteTask } from '../core/observation.ts'
import { otherSide } from '../core/policy.ts'
import { tasksInQuestion } from '../store/ambiguities.ts'
import type { Tx } from '../store/database.ts'
import { seenAtTheGate } from '../store/mirror.ts'
import { createsInFlight, type InFlightCreate } from '../store/ops.ts'
import { heirsOf, pairsOfTasks } from '../store/pair-locks.ts'
import { lockPairs, type PairRow } from '../store/pairs.ts'
import { sideOf } from '../store/routes.ts'
import { stampedPairs } from '../store/stamps.ts'
import { byChosenId, choosesIds } from './chosen-ids.ts'
import type { RouteContext } from './route-context.ts'

/**
 * Locks all pairs that a take-in may touch, at once: of the tasks seen and named, and at the intake gate of those that wait
 * for an answer, that markers name or that are creates of ours, that are parents, and that inherit their persons.
 */
export async function lockForTakeIn(
  tx: Tx,
  given: {
    readonly connectionId: string
    readonly observations: readonly Observation[]
    /** Pairs of the tasks seen. */
    readonly pairIds: readonly string[]
    readonly named?: readonly string[] | undefined
  },
  routes: readonly RouteContext[],
): Promise<PairRow[]> {
  const { connectionId, observations, pairIds, named = [] } = given
  const seenIds = new Set(observations.map((one) => one.remoteId))
  const unseen = named.filter((id) => !seenIds.has(id))
  const shown = observations.flatMap((one) =>
    one.kind === 'present' ? [{ remoteId: one.remoteId, seen: one.seen }] : [],
  )
  const chooses = ({ route, sides }: RouteContext) => choosesIds(sides[sideOf(route, connectionId)].provider)
  const creates = routes.some(chooses) ? await createsInFlight(tx, connectionId) : []
  const atTheGate = async (route: RouteContext): Promise<string[]> => {
    const [asked, waiting] = await Promise.all([
      tasksInQuestion(tx, route.route.id),
      seenAtTheGate(tx, connectionId, route.route.id),
    ])
    const gate = { seen: [...shown, ...waiting], creates }
    return [...asked.map(({ pairId }) => pairId), ...(await pairsAtTheGate(tx, connectionId, route, gate))]
  }
  const found = await Promise.all([
    pairsOfTasks(tx, connectionId, unseen),
    ...routes.filter(({ route }) => route.state === 'active').map(atTheGate),
  ])
  return lockPairs(tx, [...new Set([...pairIds, ...found.flat()])])
}

async function pairsAtTheGate(
  tx: Tx,
  connectionId: string,
  { route, sides }: RouteContext,
  gate: {
    readonly seen: readonly { readonly remoteId: string; readonly seen: RemoteTask }[]
    readonly creates: readonly InFlightCreate[]
  },
): Promise<string[]> {
  const { seen } = gate
  const side = sideOf(route, connectionId)
  const own = byChosenId(sides[side].provider, gate.creates)
  const there = sides[otherSide(side)].connection
  const named = seen.flatMap((one) => markedTask(there.provider, one.seen.marker) ?? [])
  const above = seen.flatMap((one) => one.seen.task.parent ?? [])
  const [marked, stamped, parents] = await Promise.all([
    pairsOfTasks(tx, there.id, named, route.id),
    stampedPairs(
      tx,
      route.id,
      seen.flatMap((one) => markedStamp(one.seen.marker) ?? []),
    ),
    pairsOfTasks(tx, connectionId, above, route.id),
  ])
  return [
    ...marked,
    ...stamped.values(),
    ...seen.flatMap(({ remoteId }) => own.get(remoteId)?.pairId ?? []),
    ...parents,
    ...(await heirsOf(tx, marked)),
  ]
}
