import { type Checklist, stampKey } from '../../core/checklist.ts'
import { routeFlows } from '../../core/decision.ts'
import { oneLine } from '../../core/normalise.ts'
import { otherSide } from '../../core/policy.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { lockLivingRoute } from '../../store/routes.ts'
import { beginChecklist, begunChecklists, endChecklist, noteKnownEntries } from '../../store/stamps.ts'
import type { Deps } from '../deps.ts'
import { loadRouteById, type RouteContext } from '../route-context.ts'

/** The checklists of a route; none where it does not file by deals, or writes nothing into the task app. */
export function checklistsOf({ policy, deals }: RouteContext): readonly Checklist[] {
  if (deals === null || !routeFlows(policy, otherSide(deals.side))) return []
  return policy.deals?.checklists ?? []
}

/**
 * Checklists that the route did not have before count from now on: deals that are in their stages already are noted, and have
 * nothing stamped. Those that it has no more are over. Before its deals were listed none begins.
 */
export async function beginChecklists(tx: Tx, route: RouteContext): Promise<void> {
  const { id } = route.route
  const { news, over } = await changesOf(tx, route)
  for (const which of over) await endChecklist(tx, id, which)
  for (const checklist of news) {
    const there = [...(route.deals?.book.deals.values() ?? [])].filter(
      ({ stage }) => stage === checklist.stage,
    )
    const entries = there.map((deal) => ({
      key: stampKey(checklist, deal),
      dealId: deal.id,
      checklist: oneLine(checklist.name),
      stage: checklist.stage,
      enteredAt: deal.enteredStageAt,
    }))
    await noteKnownEntries(tx, id, entries)
    await beginChecklist(tx, id, keyed(checklist))
  }
}

/** The same for whatever has changed the policy, before any later entry of a deal is taken in. */
export async function lookAtChecklists(deps: Deps, route: RouteContext): Promise<void> {
  const { news, over } = await changesOf(deps.db, route)
  if (news.length + over.length === 0) return
  await inTransaction(deps.db, async (tx) => {
    const { id } = route.route
    // Whoever edits the route meanwhile does this himself: it is looked at as he leaves it.
    if ((await lockLivingRoute(tx, id)) !== undefined)
      await beginChecklists(tx, await loadRouteById(tx, deps, id))
  })
}

async function changesOf(sql: Parameters<typeof begunChecklists>[0], route: RouteContext) {
  const wanted = checklistsOf(route)
  const begun = await begunChecklists(sql, route.route.id)
  const isIn = (all: readonly Which[], one: Which) =>
    all.some(({ name, stage }) => name === one.name && stage === one.stage)
  return {
    news: route.deals?.listed === true ? wanted.filter((one) => !isIn(begun, keyed(one))) : [],
    over: begun.filter((one) => !isIn(wanted.map(keyed), one)),
  }
}

type Which = Pick<Checklist, 'name' | 'stage'>

export function keyed({ name, stage }: Which): Which {
  return { name: oneLine(name), stage }
}
