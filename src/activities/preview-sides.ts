import { lostFields } from '../core/loss.ts'
import { otherSide, SIDES, type Side } from '../core/policy.ts'
import type { Field } from '../core/task.ts'
import type { Tx } from '../store/database.ts'
import { leftOutByRoute, outOfScopeByRoute } from '../store/first-sync.ts'
import { membersOf } from '../store/members.ts'
import { routesOfPairs } from '../store/routes.ts'
import type { Deps } from './deps.ts'
import { loadRouteById } from './route-context.ts'

/** How many tasks of a side have something in a field that the other side cannot hold: it stays where it is. */
export type Losses = Readonly<Partial<Record<Side, Readonly<Partial<Record<Field, number>>>>>>

/** What a route leaves on its sides. `outOfScope` is counted for each connection, of which other routes may be too. */
export type RouteLeaves = {
  readonly route: string
  readonly leftOut: Readonly<Record<Side, number>>
  readonly outOfScope: Readonly<Record<Side, number>>
  readonly lossy: Losses
}

/** Of each route that leaves anything. `pairIds`: those whose tasks would be made or linked. */
export async function leavesOf(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  pairIds: readonly string[],
): Promise<RouteLeaves[]> {
  const losses = await lossesByRoute(tx, deps, pairIds)
  const leftOut = await leftOutByRoute(tx)
  const outside = await outOfScopeByRoute(tx)
  return outside.map(({ route, ...outOfScope }) => ({
    route,
    outOfScope,
    leftOut: leftOut.get(route) ?? { left: 0, right: 0 },
    lossy: losses.get(route) ?? {},
  }))
}

/** Tasks that a first sync leaves as they are, on all routes. */
export function allLeftOut(routes: readonly RouteLeaves[]): Record<Side, number> {
  const of = (side: Side) => routes.reduce((sum, { leftOut }) => sum + leftOut[side], 0)
  return { left: of('left'), right: of('right') }
}

export function allLosses(routes: readonly RouteLeaves[]): Losses {
  const all: Partial<Record<Side, Partial<Record<Field, number>>>> = {}
  for (const { lossy } of routes)
    for (const side of SIDES)
      for (const [field, count] of Object.entries(lossy[side] ?? {}) as [Field, number][])
        all[side] = { ...all[side], [field]: (all[side]?.[field] ?? 0) + count }
  return all
}

async function lossesByRoute(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  pairIds: readonly string[],
): Promise<ReadonlyMap<string, Losses>> {
  const all = new Map<string, Losses>()
  for (const [routeId, ids] of await routesOfPairs(tx, pairIds)) {
    const { route, sides, policy } = await loadRouteById(tx, deps, routeId)
    const losses: Partial<Record<Side, Partial<Record<Field, number>>>> = {}
    for (const { side, row } of await membersOf(tx, ids)) {
      const [from, to] = [sides[side].rules, sides[otherSide(side)].rules]
      for (const field of lostFields(row.seen.task, from, to, policy.zone)) {
        const here = losses[side] ?? {}
        losses[side] = { ...here, [field]: (here[field] ?? 0) + 1 }
      }
    }
    all.set(route.name, losses)
  }
  return all
}
