import type { Decision, Home } from '../../core/decision.ts'
import { samePlace } from '../../core/placed.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import type { FieldValues } from '../../core/task.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import type { PairLook } from './pair-view.ts'
import type { Placing } from './placing.ts'
import type { ViewClock } from './view-clock.ts'
import { addWrite } from './words.ts'

type Known = {
  readonly look: PairLook
  readonly pair: PairRow
  readonly members: readonly MemberRow[]
  readonly route: RouteContext
  readonly clock: ViewClock
  readonly placing: Placing | null
}

const GENERAL: Home = { kind: 'general' }

/**
 * Adds to a decision where the task is to lie: what is made goes there at once, what lies elsewhere is moved, and labels
 * that named the deal are taken away. A task that is completed, or none of the route's business, stays where it is; so does one
 * whose move was refused, and waits.
 */
export function withPlacement(decision: Decision, known: Known): Decision {
  const { placing, pair, route, members, look, clock } = known
  if (placing === null || route.deals === null || decision.reads.length > 0) return decision
  const side = otherSide(route.deals.side)
  const { lie, to, consumed } = placing.placement
  const made = { ...decision, writes: decision.writes.map((write) => withHome(write, side, lie)) }
  const target = members.find((member) => member.side === side)
  const { view } = look.sides[side]
  if (target === undefined || decision.memory !== 'linked') return made
  if (view.presence !== 'present' || view.outside !== null || view.task.completed) return made
  const wanted =
    lie.kind === 'stay' || to === null || placing.found === null || samePlace(to, placing.found)
      ? undefined
      : lie
  // As it was when it was refused: it would be refused again.
  const refused = wanted === undefined ? null : pair.refusedMove
  const placed = refused === null || refused.givenUp ? made : waiting(made)
  const home = refused === null ? wanted : undefined
  const labels = target.row.seen.task.labels.filter((label) => !consumed.includes(label))
  const fields: FieldValues = labels.length === target.row.seen.task.labels.length ? {} : { labels }
  if (home === undefined && fields.labels === undefined) return placed
  if (target.row.askedAt < clock.since) return { ...decision, reads: [...decision.reads, side], writes: [] }
  const write = {
    side,
    fields,
    // No merge has seen these labels, so that taking them away moves no base.
    sources: {},
    cause: 'placement' as const,
    ...(home === undefined ? {} : { home }),
  }
  return { ...placed, writes: addWrite(placed.writes, write) }
}

/** What else is wrong with it says more. */
function waiting(decision: Decision): Decision {
  return decision.state === 'ok' ? { ...decision, state: 'waiting', reason: 'refused' } : decision
}

function withHome(
  write: Decision['writes'][number],
  side: Side,
  lie: Placing['placement']['lie'],
): Decision['writes'][number] {
  if (write.side !== side || write.verb !== 'create') return write
  return { ...write, home: lie.kind === 'stay' ? GENERAL : lie }
}
