import type { Decision } from '../../core/decision.ts'
import { otherSide } from '../../core/policy.ts'
import { isKept } from '../../core/presence-table.ts'
import type { ChangedHome } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { wakeHomes } from '../../store/deal-homes.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { Deps } from '../deps.ts'
import { loadRouteById, type RouteContext } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { placeOf } from './place-of.ts'
import { generalName, misnamedIn, projectsOf } from './stage-projects.ts'

/** Deals whose homes are to be looked after once what is decided of their tasks is written down. */
export class HomeWakes {
  readonly #homes: ChangedHome[] = []

  add(routeId: string, deal: string): void {
    this.#homes.push({ routeId, deal })
  }

  /**
   * A deal whose section does not stay for its own sake, and is there: it goes into the archive with its last open task, and
   * comes back with the next one. `task`: the one of which something is decided or done. As long as that lies open in a section
   * that is not put away it is the reason for it; whichever leaves last says so.
   */
  addIfOver({ route, deals }: RouteContext, deal: string | null, task: DealTask | null = null): void {
    if (deals === null || deal === null) return
    if (deals.homeOf(deal) !== null && deals.facts(deal)?.closed !== true) return
    const sections = [...deals.homes.byId.values()].filter(
      ({ role, subject, remoteId }) => role === 'deal' && subject === deal && remoteId !== null,
    )
    if (sections.length === 0) return
    if (task !== null && liesOpenIn(deal, task, deals) && !sections.some(({ putAway }) => putAway)) return
    this.add(route.id, deal)
  }

  /**
   * A deal whose tasks lie in the list of its stage: where that is gone with them, a person is to be asked; where the stage, or
   * General, is called otherwise by now, the list is, too.
   */
  addInLists(
    { route, policy, deals }: RouteContext,
    deal: string | null,
    { memory, reason }: Decision,
  ): void {
    if (deals?.filing !== 'lists' || deal === null) return
    const home = deals.homeOf(deal)
    const rows = [...deals.homes.byId.values()]
    const general = rows.filter(({ role }) => role === 'general')
    const misnamed = [
      ...(home === null ? [] : misnamedIn(projectsOf(rows, home.key), home.name)),
      ...misnamedIn(general, generalName({ policy })),
    ]
    if (misnamed.length > 0 || (memory === 'unlinked' && reason === 'home-gone')) this.add(route.id, deal)
  }

  async save(tx: Tx): Promise<void> {
    await wakeHomes(tx, this.#homes)
  }
}

/** A task of a pair, as it is once what is decided of it is written down. */
type DealTask = {
  readonly pair: Pick<PairRow, 'deal' | 'memory'>
  readonly members: readonly Pick<MemberRow, 'side' | 'row'>[]
}

function liesOpenIn(deal: string, { pair, members }: DealTask, deals: RouteDeals): boolean {
  const housed = members.find(({ side }) => side === otherSide(deals.side))?.row
  if (pair.deal !== deal || !isKept(pair.memory) || housed?.presence !== 'present') return false
  const place = placeOf(housed.seen, deals)
  return !housed.seen.task.completed && place.kind === 'deal' && place.deal === deal
}

/** A task of this pair's deal is not to be made after all: that may have been the last for which its section is there. */
export async function tendHomeOf(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  { routeId, deal }: Pick<PairRow, 'routeId' | 'deal'>,
): Promise<void> {
  if (deal === null) return
  const wakes = new HomeWakes()
  wakes.addIfOver(await loadRouteById(tx, deps, routeId), deal)
  await wakes.save(tx)
}
