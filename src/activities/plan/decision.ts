import type { Decision } from '../../core/decision.ts'
import { reconcile } from '../../core/reconcile.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import { withNotice } from './notices.ts'
import type { PairLook } from './pair-view.ts'
import type { ViewClock } from './view-clock.ts'
import { withTidying } from './words.ts'

/** What a pair needs now: its fields, and what stands beside them. The same for a plan and for the look after a write. */
export function decisionFor(
  look: PairLook,
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  clock: ViewClock,
): Decision {
  const tidied = withTidying(reconcile(look.view), pair, members, route, clock)
  return withNotice(tidied, { look, pair, members, route, clock })
}
