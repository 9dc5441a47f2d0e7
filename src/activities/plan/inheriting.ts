import type { Decision } from '../../core/decision.ts'
import { sameValue } from '../../core/equal.ts'
import { mergeInherited } from '../../core/inherit.ts'
import { SIDES } from '../../core/policy.ts'
import type { Field, FieldValues } from '../../core/task.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import type { PairLook } from './pair-view.ts'
import { type Heirloom, heirloomsOf, heirsOf } from './team.ts'
import type { ViewClock } from './view-clock.ts'
import { addWrite } from './words.ts'

/**
 * A pair whose task is about to be made in place of another route's: it goes on with the deal of that one's. What it inherits is
 * noted with it, so that a later edit of the old task is told from what came along.
 */
export function asHeir(pair: PairRow, members: readonly MemberRow[], route: RouteContext): PairRow {
  const [heirloom] = heirloomsOf(members, route)
  if (heirloom === undefined || pair.memory !== 'new' || members.length > 1) return pair
  const { pairId, deal, dealBy, held } = heirloom
  const linked = dealBy === null ? {} : { deal, dealBy }
  const heir = { ...pair, ...linked, carried: { [pairId]: held } }
  return sameValue([heir.deal, heir.dealBy, heir.carried], [pair.deal, pair.dealBy, pair.carried])
    ? pair
    : heir
}

type Known = {
  readonly look: PairLook
  readonly pair: PairRow
  readonly members: readonly MemberRow[]
  readonly route: RouteContext
  readonly clock: ViewClock
}

/**
 * Adds to a decision what somebody has typed into the old tasks since this one was made from them. What has arrived is noted
 * with the pair: then they can go.
 */
export function withInherited(
  decision: Decision,
  known: Known,
): { readonly pair: PairRow; readonly decision: Decision } {
  const { pair, members, route } = known
  if (pair.memory !== 'linked' || decision.memory !== 'linked' || decision.reads.length > 0)
    return { pair, decision }
  return heirloomsOf(members, route)
    .filter(({ inStep }) => inStep)
    .reduce((next, heirloom) => inherit(next, heirloom, known), { pair, decision })
}

function inherit(
  { pair, decision }: { readonly pair: PairRow; readonly decision: Decision },
  { pairId, held }: Heirloom,
  { look, members, route, clock }: Known,
): { readonly pair: PairRow; readonly decision: Decision } {
  const target = members.find(({ side }) => !route.sides[side].rules.needsPerson)
  const view = target === undefined ? undefined : look.sides[target.side].view
  const unchanged = { pair, decision }
  if (target === undefined || view?.presence !== 'present') return unchanged
  if (decision.writes.some(({ verb }) => verb !== 'update')) return unchanged
  const { side } = target
  const before = pair.carried[pairId] ?? {}
  const refused = new Set<Field>(pair.standing.map(({ field }) => field))
  const merged = mergeInherited(side, { before, now: held, refused }, view.task, {
    rules: look.view.rules,
    policy: route.policy,
  })
  const next = arrivedIn(pair, pairId, before, merged.arrived)
  const noted = { ...decision, conflicts: [...decision.conflicts, ...merged.conflicts] }
  if (Object.keys(merged.write).length === 0) return { pair: next, decision: noted }
  if (target.row.askedAt < clock.since)
    return { pair, decision: { ...decision, reads: [...decision.reads, side], writes: [] } }
  // No merge has seen these, so that writing them moves no base.
  const write = { side, fields: merged.write, sources: {}, cause: 'hand-over' as const }
  return { pair: next, decision: { ...noted, writes: addWrite(noted.writes, write) } }
}

function arrivedIn(pair: PairRow, pairId: string, before: FieldValues, arrived: FieldValues): PairRow {
  if (Object.keys(arrived).length === 0) return pair
  return { ...pair, carried: { ...pair.carried, [pairId]: { ...before, ...arrived } } }
}

/**
 * Pairs of other routes that have to go on: those that make room, once something of their tasks has arrived here, and those that
 * take this pair's task over and have not got all of it.
 */
export function othersConcerned(
  before: PairRow,
  after: PairRow,
  { look, members, route }: Pick<Known, 'look' | 'members' | 'route'>,
): readonly string[] {
  const olds = sameValue(before.carried, after.carried) ? [] : heirloomsOf(members, route)
  const isLeaving = SIDES.some((side) => {
    const { view } = look.sides[side]
    return view.presence === 'present' && view.outside === 'handed-over' && !view.takenOver
  })
  return [...olds.map(({ pairId }) => pairId), ...(isLeaving ? heirsOf(members, route) : [])]
}
