import type { Decision } from '../core/decision.ts'
import { groupBy } from '../core/group-by.ts'
import { endingLimit } from '../core/mass-change.ts'
import type { Side } from '../core/policy.ts'
import { isKept } from '../core/presence-table.ts'
import { clockNow } from '../store/clock.ts'
import type { Tx } from '../store/database.ts'
import { endingPairs, letPairsThrough, lockRoute, stopRoute, unstopRoute } from '../store/endings.ts'
import { membersOf } from '../store/members.ts'
import { lockPairs, type PairRow } from '../store/pairs.ts'
import type { Deps } from './deps.ts'
import { decideAsKnown } from './plan/next-look.ts'
import { loadRouteById, type RouteContext } from './route-context.ts'

/**
 * True of a decision by which the rest of a pair is deleted, completed or unlinked, though nobody asked for it. What goes
 * with its project or section is one change of its user, and not one for each task.
 */
export function isEnding(pair: PairRow, decision: Decision): boolean {
  return (
    pair.memory === 'linked' &&
    !isKept(decision.memory) &&
    decision.memory !== 'closed' &&
    decision.reason !== 'undone' &&
    decision.reason !== 'home-gone' &&
    decision.reason !== 'handed-over' &&
    decision.reads.length === 0
  )
}

/**
 * Stops a route of which too many pairs would end within ten minutes; true when it is stopped. `about`: pairs that are
 * to end in this transaction. Within the transaction that would do it, so that nobody counts beside it.
 */
export async function stopIfTooMany(
  tx: Tx,
  deps: Pick<Deps, 'log'>,
  route: { readonly id: string; readonly name: string },
  about: readonly PairRow[],
): Promise<boolean> {
  await lockRoute(tx, route.id)
  const { ids, pairs } = await endingPairs(tx, route.id)
  const counted = new Set([...ids, ...about.filter((pair) => !pair.letThrough).map((pair) => pair.id)]).size
  const limit = endingLimit(pairs)
  if (counted <= limit) return false
  if (await stopRoute(tx, route.id, { counted, limit }))
    deps.log.warn(
      { route: route.name, counted, limit },
      'The route was stopped: so many tasks would be deleted, completed or unlinked at once. ' +
        'See them with "dealbridge route resume", and let them through with "--once" if they were meant.',
    )
  return true
}

type LookingDeps = Pick<Deps, 'providers' | 'timing'>

/** What would become of the rest of a pair. `side`: where it would be deleted or completed; of an unlinking, null. */
export type WouldEnd = {
  readonly pairId: string
  readonly how: 'delete' | 'complete' | 'unlink'
  readonly side: Side | null
  readonly title: string
}

/** What a stopped route would end if it went on. `counted`: with those counted before (`known`); `limit`: how many may. */
export type Stop = {
  readonly endings: readonly WouldEnd[]
  readonly known: ReadonlySet<string>
  readonly counted: number
  readonly limit: number
}

async function wouldEnd(tx: Tx, deps: LookingDeps, routeId: string): Promise<Stop> {
  const route = await loadRouteById(tx, deps, routeId)
  const pending = await tx<{ id: string }[]>`
    select id from pending where route_id = ${routeId} order by id`
  const known = await endingPairs(tx, routeId)
  const ids = pending.map((row) => row.id)
  await lockPairs(tx, [...ids, ...known.ids])
  const endings = await endingsAmong(tx, deps, route, ids)
  const counted = new Set([...known.ids, ...endings.flatMap(({ pair }) => (pair.letThrough ? [] : pair.id))])
    .size
  return {
    endings: endings.map(({ pair: _, ...ending }) => ending),
    known: known.ids,
    counted,
    limit: endingLimit(known.pairs),
  }
}

/**
 * Stops a route when what was just taken in would end too many of these pairs, before anybody takes them up one by one.
 */
export async function stopBeforeMany(
  tx: Tx,
  deps: Deps,
  route: RouteContext,
  pairIds: readonly string[],
): Promise<void> {
  if (pairIds.length <= endingLimit(0)) return
  const endings = await endingsAmong(tx, deps, route, pairIds)
  if (endings.length > 0)
    await stopIfTooMany(
      tx,
      deps,
      route.route,
      endings.map((one) => one.pair),
    )
}

/** What would be decided now about these pairs, as far as it ends them. */
async function endingsAmong(
  tx: Tx,
  deps: LookingDeps,
  route: RouteContext,
  ids: readonly string[],
): Promise<readonly (WouldEnd & { readonly pair: PairRow })[]> {
  const pairs = await lockPairs(tx, ids)
  const members = groupBy(await membersOf(tx, ids), (member) => member.pairId)
  const now = await clockNow(tx)
  return pairs.flatMap((pair) => {
    if (pair.routeId !== route.route.id) return []
    const own = members.get(pair.id) ?? []
    const { decision } = decideAsKnown(pair, own, route, deps.timing, now)
    if (!isEnding(pair, decision)) return []
    // What is unlinked may still be told of it, by a write that ends nothing.
    const write = decision.memory === 'unlinked' ? undefined : decision.writes[0]
    const how = write === undefined ? 'unlink' : write.verb === 'delete' ? 'delete' : 'complete'
    const left = own.find((member) => member.row.presence === 'present') ?? own[0]
    const title = left?.row.seen.task.title ?? ''
    return [{ pair, pairId: pair.id, how, side: write?.side ?? null, title }]
  })
}

/**
 * A person has seen what a stopped route would end. With `once` that is let through, and nothing beside it; without, the
 * route goes on only if the reason is gone. Gives back what there was to be seen, and whether it goes on.
 */
export async function resumeStopped(
  tx: Tx,
  deps: LookingDeps,
  given: { readonly routeId: string; readonly once: boolean },
): Promise<Stop & { readonly goesOn: boolean }> {
  await lockRoute(tx, given.routeId)
  const stop = await wouldEnd(tx, deps, given.routeId)
  const goesOn = given.once || stop.counted <= stop.limit
  if (given.once) await letPairsThrough(tx, [...stop.known, ...stop.endings.map((one) => one.pairId)])
  if (goesOn) await unstopRoute(tx, given.routeId)
  return { ...stop, goesOn }
}
