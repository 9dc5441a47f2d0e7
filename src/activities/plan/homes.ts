import type { Home } from '../../core/decision.ts'
import type { Tx } from '../../store/database.ts'
import type { RouteContext, RouteSide } from '../route-context.ts'
import { type GeneralPlaces, openGeneral } from './general.ts'
import { Sections } from './sections.ts'
import { StageLists } from './stage-lists.ts'

/** Gives out places for tasks. Null: the place has to be made ready first, by the workflow of its deal. */
export type HomePlaces = { place(home: Home): Promise<string | null> }

/** Whatever is not there yet is only written down here: the write that first needs it makes it. */
export function openHomes(tx: Tx, route: RouteContext, side: RouteSide): HomePlaces {
  let general: GeneralPlaces | null = null
  let ofDeals: Sections | StageLists | null = null
  return {
    async place(home) {
      if (home.kind === 'general' || route.deals === null) {
        general ??= await openGeneral(tx, route, side)
        return general.place()
      }
      const { filing } = route.deals
      ofDeals ??= await (filing === 'lists' ? StageLists : Sections).open(tx, route, route.deals, side)
      return (await ofDeals.place(home.deal))?.id ?? null
    },
  }
}
