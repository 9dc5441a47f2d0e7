import { type Beside, FLAGGED_NOTICES, flagOf, type Notice } from '../../core/beside.ts'
import type { Decision } from '../../core/decision.ts'
import type { RemoteTask } from '../../core/observation.ts'
import { otherSide, SIDES, type Side } from '../../core/policy.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import { dealText, foundAgainText } from './deal-text.ts'
import { noticeText } from './notice-text.ts'
import { isHidden, type PairLook } from './pair-view.ts'
import { asksForPerson } from './person-words.ts'
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

/**
 * Adds to a decision what a task has to tell its user: a label of ours and a comment, once, and taken back when it is
 * over. A label that a user takes away is not put there again.
 */
export function withNotice(decision: Decision, known: Known): Decision {
  const notice = wantedNotice(decision, known)
  if (notice === undefined) return decision
  return SIDES.reduce((next, side) => tell(next, side, notice, known), decision)
}

/** Null: there is nothing to tell any more. Undefined: it stays as it is. */
function wantedNotice(
  decision: Decision,
  { look, pair, members, route, placing }: Known,
): Notice | null | undefined {
  if (isHidden(decision.memory, look) || decision.reason === 'not-visible') return 'sync-problem'
  if (decision.reason === 'reassigned' && decision.memory === 'unlinked') return 'reassigned'
  if (decision.reads.length > 0 || decision.writes.some(({ verb }) => verb !== 'update')) return undefined
  if (decision.reason === 'needs-person')
    return asksForPerson(pair, members, route) ? undefined : 'needs-person'
  if (decision.memory !== 'linked' && decision.reason !== 'refused') return undefined
  return placing === null ? null : dealNotice(placing)
}

/** What its user has to say about its deal. */
function dealNotice({ placement: { tell } }: Placing): Notice | null {
  switch (tell?.kind) {
    case undefined:
      return null
    case 'several':
      return 'needs-deal-link'
    case 'unknown-deal':
    case 'not-on-deal':
    case 'first-of-several':
      return 'deal-question'
    case 'ended':
      return 'deal-ended'
  }
}

function tell(decision: Decision, side: Side, notice: Notice | null, known: Known): Decision {
  const { look, pair, members, route, clock, placing } = known
  const { view } = look.sides[side]
  const target = members.find((member) => member.side === side)
  if (!route.sides[side].provider.capabilities.notices || target === undefined) return decision
  if (view.presence !== 'present' || view.outside !== null) return decision
  // Of what is over nobody has to know where it lies.
  if (notice === 'deal-ended' && view.task.completed) return decision
  const beside = besideFor(notice, target.row.seen, side, pair, route, placing)
  if (beside === null) return decision
  if (target.row.askedAt < clock.since) return { ...decision, reads: [...decision.reads, side], writes: [] }
  const write = { side, fields: {}, sources: {}, cause: 'notice', beside } as const
  return { ...decision, writes: addWrite(decision.writes, write) }
}

/** Null when the task tells it already. */
function besideFor(
  notice: Notice | null,
  seen: RemoteTask,
  side: Side,
  pair: PairRow,
  route: RouteContext,
  placing: Placing | null,
): Beside | null {
  const flag = flagOf(notice)
  const add = flag === null || pair.notice === notice ? [] : [flag]
  const remove = FLAGGED_NOTICES.filter((one) => one !== flag && seen.flags.includes(one))
  const comment = commentFor(textFor(notice, seen, side, pair, route, placing), pair)
  if (add.length + remove.length === 0 && comment === null) return null
  return { block: null, flags: { add, remove }, comment, tells: notice }
}

function textFor(
  notice: Notice | null,
  seen: RemoteTask,
  side: Side,
  pair: PairRow,
  { sides, deals }: RouteContext,
  placing: Placing | null,
): string | null {
  const other = sides[otherSide(side)].provider
  if (deals !== null && placing !== null) {
    const { tell, link } = placing.placement
    if (tell !== null && notice !== null && dealNotice(placing) === notice)
      return dealText(tell, deals, other.name)
    if (notice === null && pair.notice === 'deal-ended') return foundAgainText(link?.deal ?? null, deals)
  }
  return noticeText(notice ?? pair.notice, notice !== null, seen, other)
}

/** One comment for a pair: made with the first notice, then edited in place. */
function commentFor(text: string | null, { comment }: PairRow): Beside['comment'] {
  if (text === null || text === comment?.text) return null
  if (comment === null) return { id: null, text }
  // A comment whose id nobody knows stays as it is: a second one would be worse.
  return comment.id === null ? null : { id: comment.id, text }
}
