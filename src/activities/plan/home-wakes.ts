import type { Decision } from '../../core/decision.ts'
import type { ChangedHome } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { wakeHomes } from '../../store/deal-homes.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { Deps } from '../deps.ts'
import { loadRouteById, type RouteContext } from '../route-context.ts'
import { generalName, misnamedIn, projectsOf } from './stage-projects.ts'

/** Deals whose homes are to be looked after once what is decided of their tasks is written down. */
export class HomeWakes {
  readonly #homes: ChangedHome[] = []

  add(routeId: string, deal: string): void {
    this.#homes.push({ routeId, deal })
  }

  /**
   * A deal whose section does not stay for its own sake, and is there: it goes into the archive with its last open task, and
   * comes back with the next one.
   */
  addIfOver({ route, deals }: RouteContext, deal: string | null): void {
    if (deals === null || deal === null) return
    if (deals.homeOf(deal) !== null && deals.facts(deal)?.closed !== true) return
    const sections = [...deals.homes.byId.values()].filter(
      ({ role, subject }) => role === 'deal' && subject === deal,
    )
    if (sections.some(({ remoteId }) => remoteId !== null)) this.add(route.id, deal)
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
