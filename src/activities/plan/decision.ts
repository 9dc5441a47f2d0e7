import type { Decision } from '../../core/decision.ts'
import { reconcile } from '../../core/reconcile.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import { withFacts } from './facts-told.ts'
import { asHeir, withInherited } from './inheriting.ts'
import { withNotice } from './notices.ts'
import { lookAtPair, type PairLook } from './pair-view.ts'
import { withPlacement } from './placement.ts'
import { asPlaced, isPlacedAlike, placingOf } from './placing.ts'
import { asNamed, withPerson } from './relinking.ts'
import type { ViewClock } from './view-clock.ts'
import { withTidying } from './words.ts'

/** `pair`: with what it remembers of its deal from now on. */
export type Decided = { readonly pair: PairRow; readonly look: PairLook; readonly decision: Decision }

/**
 * What a pair needs now: its deal and its place, its fields, and what stands beside them. The same for a plan and for the look
 * after a write.
 */
export function decidePair(
  given: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  clock: ViewClock,
): Decided {
  const known = asNamed(asHeir(given, members, route), members, route)
  const first = lookAtPair(known, members, route, clock)
  const placing = placingOf(known, members, route, first)
  const placed = asPlaced(known, placing, route)
  const pair = isPlacedAlike(known, placed) ? known : placed
  const look = pair === known ? first : lookAtPair(pair, members, route, clock)
  const tidied = withTidying(reconcile(look.view), pair, members, route, clock)
  const relinked = withPerson(tidied, { look, pair, members, route, clock })
  const filed = withPlacement(relinked, { look, pair, members, route, clock, placing })
  const told = withFacts(filed, { look, pair, members, route, clock })
  const noted = withNotice(told, { look, pair, members, route, clock, placing })
  return { look, ...withInherited(noted, { look, pair, members, route, clock }) }
}
