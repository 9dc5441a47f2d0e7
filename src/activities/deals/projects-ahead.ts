import { routeFlows } from '../../core/decision.ts'
import { otherSide } from '../../core/policy.ts'
import type { Tx } from '../../store/database.ts'
import { wakeHomes } from '../../store/deal-homes.ts'
import { AHEAD, insertHomeOp } from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import { Sections } from '../plan/sections.ts'
import { loadRouteById } from '../route-context.ts'

/**
 * With the end of a first sync each stage is to have its project, also one in which no deal has a task yet: written down here, and
 * made with the next look at a deal. What its user takes away later, or the account does not take, is made when it is needed.
 */
export async function beginProjects(tx: Tx, deps: Pick<Deps, 'providers'>, routeId: string): Promise<void> {
  const route = await loadRouteById(tx, deps, routeId)
  const { deals, policy } = route
  const [deal] = deals?.book.deals.keys() ?? []
  if (deals?.filing !== 'sections' || !routeFlows(policy, otherSide(deals.side)) || deal === undefined) return
  const side = route.sides[otherSide(deals.side)]
  const sections = await Sections.open(tx, route, deals, side)
  const missing = await sections.missingProjects()
  for (const { id, name, state } of missing)
    await insertHomeOp(tx, {
      routeId,
      containerId: id,
      connectionId: side.connection.id,
      remoteId: null,
      side: otherSide(deals.side),
      change: { kind: 'make', deal },
      cause: AHEAD,
      before: { name, in: null, state },
    })
  if (missing.length > 0) await wakeHomes(tx, [{ routeId, deal }])
}
