import { type DbTime, earlier, LONG_AGO, plusMs } from '../../core/db-time.ts'
import { dealLabelsOf } from '../../core/deal-label.ts'
import type { PairView, SideView } from '../../core/decision.ts'
import { doubtedFields, type TrailField } from '../../core/doubt.ts'
import { listElsewhere, policyIn } from '../../core/list-map.ts'
import type { MirrorRow } from '../../core/observe.ts'
import type { Elsewhere } from '../../core/place.ts'
import { otherSide, type RoutePolicy, SIDES, type Side } from '../../core/policy.ts'
import { isKept, type Memory } from '../../core/presence-table.ts'
import { lostItsHome, outsideRule } from '../../core/scope.ts'
import { stillStanding } from '../../core/standing.ts'
import type { Field } from '../../core/task.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import { counterpartOf } from './counterpart.ts'
import { placeOf } from './place-of.ts'
import { heirloomsOf, reassigned } from './team.ts'
import type { ViewClock } from './view-clock.ts'
import { ownWords } from './words.ts'

/**
 * A side as the core sees it, and what it takes to know more: `readNow`, that the task itself must be read now;
 * `wakeAt`, when to look again.
 */
export type SideLook = { readonly view: SideView; readonly readNow: boolean; readonly wakeAt: DbTime | null }

export type PairLook = { readonly view: PairView; readonly sides: Readonly<Record<Side, SideLook>> }

export function lookAtPair(
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  clock: ViewClock,
): PairLook {
  const look = (side: Side) => lookAtSide(side, pair, members, route, clock)
  const sides = { left: look('left'), right: look('right') }
  const view: PairView = {
    memory: pair.memory,
    reason: pair.reason,
    base: pair.base,
    overrides: pair.overrides,
    standing: stillStanding(pair.standing, { left: sides.left.view, right: sides.right.view }),
    decrees: pair.decrees,
    former: pair.former,
    occurrences: pair.occurrences,
    inherited: heirloomsOf(members, route)[0]?.held ?? null,
    known: pair.known,
    left: sides.left.view,
    right: sides.right.view,
    hasPerson: pair.person !== null,
    rules: { left: route.sides.left.rules, right: route.sides.right.rules },
    policy: policyFor(members, route),
  }
  return { view, sides }
}

function lookAtSide(
  side: Side,
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  clock: ViewClock,
): SideLook {
  const member = members.find((one) => one.side === side)
  const certain = (view: SideView): SideLook => ({ view, readNow: false, wakeAt: null })
  if (member === undefined) return certain({ presence: 'none' })
  const { row } = member
  const { scope } = route.sides[side]
  if (row.presence === 'gone') return certain({ presence: 'gone', withHome: lostItsHome(row.seen, scope) })
  const unsettled = unsettledLook(row, clock)
  if (unsettled !== null) return unsettled

  const task = ownWords(row.seen, side, pair, route, counterpartOf(side, members))
  const doubt = doubtedFields({
    side,
    values: {
      ...task,
      completions: row.seen.completions,
      words: row.seen.task.title,
      ...(route.deals === null ? {} : { place: placeOf(row.seen, route.deals) }),
      ...(route.deals?.filing === 'lists' ? { filed: dealLabelsOf(row.seen.task.labels) } : {}),
    },
    askedAt: row.askedAt,
    version: row.seen.version,
    writtenVersion: member.writtenVersion,
    trail: pair.baseTrail,
    staleReadMs: clock.timing.staleReadMs,
  })
  const readNow = doubt.until !== null && doubt.until <= clock.now
  // A count that went back is a picture from before the occurrence was closed: nothing in it is to be believed.
  if (doubt.fields.has('completions'))
    return { view: { presence: 'unknown', hidden: false }, readNow, wakeAt: doubt.until }
  return {
    view: {
      presence: 'present',
      task,
      seenAt: row.fieldSeen,
      doubted: fieldsOf(doubt.fields),
      ...(doubt.fields.has('place') ? { placeDoubted: true } : {}),
      ...(doubt.fields.has('filed') ? { filedDoubted: true } : {}),
      fresh: row.askedAt >= clock.since,
      ...outsideOf(member, pair, members, route),
      recurs: row.seen.recurs,
      completions: row.seen.completions,
      elsewhere: elsewhereOf(side, member, route),
      homeLost: isLostElsewhere(side, member, route),
      parentComing: member.parentComing,
    },
    readNow,
    wakeAt: doubt.until,
  }
}

/**
 * What lies in a list of another route, or is assigned to the user of another one, is handed over to that, and not let go.
 */
function outsideOf(
  member: MemberRow,
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
): Pick<Extract<SideView, { presence: 'present' }>, 'outside' | 'takenOver'> {
  const { mappedElsewhere, linkedElsewhere, underPair, row, side } = member
  const { scope } = route.sides[side]
  const rule = outsideRule({ remoteId: member.remoteId, seen: row.seen }, scope, underPair)
  if (rule === 'somebody-elses' && route.sides[side].rules.needsPerson)
    return reassigned(member, pair, members, route)
  const outside = rule === null || rule === 'no-sync' ? rule : 'out-of-scope'
  if (route.lists === null) return { outside, takenOver: false }
  // Nobody sees a task in an archive: what is done to its other one is not for there.
  if (outside === null && lostItsHome(row.seen, scope)) return { outside: 'home-gone', takenOver: false }
  return outside === 'out-of-scope' && mappedElsewhere
    ? { outside: 'handed-over', takenOver: linkedElsewhere }
    : { outside, takenOver: false }
}

/**
 * Where a task of this side would lie on the other. A parent that nothing stands for there is as good as none, and so is
 * one in another list where that cannot be; one that nobody has looked at yet, or whose other task is being made, is left
 * alone until then.
 */
function elsewhereOf(
  side: Side,
  { row, parentThere, parentComing, parentUnseen, parentList }: MemberRow,
  { lists, sides }: RouteContext,
): Elsewhere {
  const other = sides[otherSide(side)]
  const { parentAcrossLists } = other.rules
  const apart = !parentUnseen && !parentAcrossLists && parentList !== row.seen.task.list
  const there = lists === null ? undefined : listElsewhere(lists, side, row.seen.task.list)
  return {
    list: there !== undefined && other.scope.lostContainers.has(there) ? undefined : there,
    parent: apart ? null : (parentThere ?? (parentComing || parentUnseen ? undefined : null)),
  }
}

function isLostElsewhere(side: Side, { row }: MemberRow, { lists, sides }: RouteContext): boolean {
  const there = lists === null ? undefined : listElsewhere(lists, side, row.seen.task.list)
  return there !== undefined && sides[otherSide(side)].scope.lostContainers.has(there)
}

/** A pair flows as its list does; one that was just moved, as the list does in which its left task lies. */
function policyFor(members: readonly MemberRow[], { policy, lists }: RouteContext): RoutePolicy {
  const where = members.find((one) => one.side === 'left') ?? members[0]
  if (lists === null || where === undefined) return policy
  return policyIn(policy, lists, where.side, where.row.seen.task.list)
}

/** What is to be done about a picture that cannot be believed; null when it can. */
function unsettledLook(row: MirrorRow, clock: ViewClock): SideLook | null {
  const view = { presence: 'unknown', hidden: false } as const
  // Seen before its route was taken up again: it may have been deleted since, and no other look need ever tell.
  if (row.lookAgain || row.askedAt === LONG_AGO) return { view, readNow: true, wakeAt: null }
  if (row.missingAt !== null) {
    const graceEnd = plusMs(row.missingAt, clock.timing.deleteGraceMs)
    if (row.presence === 'unknown' && row.askedAt >= graceEnd)
      return { view: { ...view, hidden: true }, readNow: false, wakeAt: null }
    return graceEnd <= clock.now
      ? { view, readNow: true, wakeAt: null }
      : { view, readNow: false, wakeAt: graceEnd }
  }
  if (row.presence === 'unknown') return { view, readNow: row.askedAt < clock.since, wakeAt: null }
  return null
}

function fieldsOf(doubted: ReadonlySet<TrailField>): ReadonlySet<Field> {
  const isField = (one: TrailField): one is Field =>
    one !== 'completions' && one !== 'words' && one !== 'place' && one !== 'filed'
  return new Set([...doubted].filter(isField))
}

/** True when a side was there and its service does not show it any more, without saying that it is gone. */
export function isHidden(memory: Memory, look: PairLook): boolean {
  const unknown = SIDES.some((side) => {
    const { view, readNow } = look.sides[side]
    return view.presence === 'unknown' && !readNow
  })
  return (isKept(memory) || memory === 'ending') && unknown && wakeOf(look) === null
}

/** When the pair must be looked at again without anybody telling us. */
export function wakeOf(look: PairLook): DbTime | null {
  return SIDES.reduce<DbTime | null>((at, side) => earlier(at, look.sides[side].wakeAt), null)
}
