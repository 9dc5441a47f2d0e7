import type { DealHomeRow } from '../../store/deal-homes.ts'
import type { Sections } from '../plan/sections.ts'
import type { RouteContext, RouteSide } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'

/** On what the next step of a deal's home is decided, under the locks of its route's projects and of its home. */
export type DealGround = {
  readonly route: RouteContext
  readonly deals: RouteDeals
  readonly home: DealHomeRow
  readonly side: RouteSide
  /** The deal's last change. */
  readonly seq: string
  /** Tasks were just stamped into it. */
  readonly stamped: boolean
}

/** The same where deals have sections. */
export type Ground = DealGround & { readonly sections: Sections }
