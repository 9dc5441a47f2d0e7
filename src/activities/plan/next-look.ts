import { type DbTime, LONG_AGO } from '../../core/db-time.ts'
import { SIDES } from '../../core/policy.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { Timing } from '../deps.ts'
import type { RouteContext } from '../route-context.ts'
import { type Decided, decidePair } from './decision.ts'
import { wakeOf } from './pair-view.ts'
import { asksForPerson } from './person-words.ts'

/**
 * What is left of a pair without open ops. `wakeAt`: when it must be planned again: now, when the same decision that a
 * plan would take finds something to do; else when a wait ends; null when it may rest until something changes.
 * `occurrences`: the completions that are then accounted for.
 */
export function nextLook(
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  timing: Timing,
  now: DbTime,
): { readonly wakeAt: DbTime | null; readonly occurrences: number | null } {
  const { pair: placed, look, decision } = decideAsKnown(pair, members, route, timing, now)
  const idle =
    placed === pair &&
    decision.memory === pair.memory &&
    decision.writes.length + decision.agreed.length + decision.conflicts.length === 0 &&
    decision.abandon === null &&
    decision.decrees.length === pair.decrees.length &&
    !(decision.reason === 'needs-person' && asksForPerson(pair, members, route)) &&
    !SIDES.some((side) => look.sides[side].readNow)
  return idle
    ? { wakeAt: wakeOf(look), occurrences: decision.occurrences }
    : { wakeAt: now, occurrences: pair.occurrences }
}

/** The decision that a plan would take if every look in the record were made just now. */
export function decideAsKnown(
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  timing: Timing,
  now: DbTime,
): Decided {
  return decidePair(pair, members, route, { now, since: LONG_AGO, timing })
}
