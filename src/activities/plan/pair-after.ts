import { EMPTY_BASE, moveBase } from '../../core/base.ts'
import type { Decision, SideView } from '../../core/decision.ts'
import { pruneTrail, type Trail } from '../../core/doubt.ts'
import { sameValue } from '../../core/equal.ts'
import type { Standing } from '../../core/merge-types.ts'
import { otherSide, SIDES, type Side } from '../../core/policy.ts'
import { isKept } from '../../core/presence-table.ts'
import type { Field, FieldValues } from '../../core/task.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteSide } from '../route-context.ts'
import { isHidden, type PairLook, wakeOf } from './pair-view.ts'
import type { ViewClock } from './view-clock.ts'

/* What a decision leaves of its pair's row. Pure. */

/** So many writes of a pair in a row that a service took and never showed. */
export const MAX_UNSHOWN = 5

/** True of a pair whose task was edited on one side and deleted on the other, where it cannot be made again. */
export function isFlagged({ memory, state, reason }: Pick<PairRow, 'memory' | 'state' | 'reason'>): boolean {
  return memory === 'unlinked' && state === 'waiting' && reason === 'deleted-there'
}

type Given = {
  readonly look: PairLook
  readonly clock: ViewClock
  readonly sides: Readonly<Record<Side, Pick<RouteSide, 'connection'>>>
}

/** What a service takes and never shows is not written for ever: the differences stand until either value moves. */
export function givenUp(pair: PairRow, decision: Decision, { look, clock, sides }: Given): PairRow {
  const { left, right } = look.view
  const fields = decision.writes.flatMap((write) => Object.keys(write.fields) as Field[])
  const names = decision.writes.map(({ side }) => sides[side].connection.name)
  const what = fields.length === 0 ? 'what we tell its user there' : fields.join(', ')
  const fieldOf = (side: SideView, field: Field) => (side.presence === 'present' ? side.task[field] : null)
  return {
    ...settledPair(pair, { ...decision, writes: [] }, look, clock),
    standing: [
      ...pair.standing.filter((old) => !fields.includes(old.field)),
      ...fields.map((field) => ({ field, left: fieldOf(left, field), right: fieldOf(right, field) })),
    ],
    state: 'error',
    attempts: 0,
    lastError: `${names.join(' and ')} took ${what} ${MAX_UNSHOWN} times and never showed it`,
  }
}

/** The place of the abandoned task is free, and its picture says nothing any more about what comes after it. */
export function withoutCounterpart(
  pair: PairRow,
  members: readonly MemberRow[],
  decision: Decision,
  clock: ViewClock,
): PairRow {
  const next = applied(pair, decision, clock, true)
  const stays = decision.abandon === null ? null : otherSide(decision.abandon)
  const left = stays === null ? undefined : pair.base[stays].due
  const trail: Trail[] =
    decision.reason !== 'next-occurrence' || stays === null || pair.occurrences === null
      ? []
      : [
          { side: stays, field: 'completions', value: pair.occurrences, leftAt: clock.now },
          ...(left === undefined
            ? []
            : [{ side: stays, field: 'due' as const, value: left, leftAt: clock.now }]),
        ]
  return {
    ...next,
    base: EMPTY_BASE,
    former: members.find((member) => member.side === decision.abandon)?.row.seen.task ?? null,
    baseTrail: [...next.baseTrail, ...trail],
    standing: [],
    marked: false,
    wakeAt: clock.now,
  }
}

/** `settled`: what might have ended the pair has come to nothing. */
function applied(pair: PairRow, decision: Decision, clock: ViewClock, settled: boolean): PairRow {
  return {
    ...pair,
    memory: decision.memory,
    state: decision.state,
    reason: decision.reason,
    decrees: decision.decrees,
    occurrences: decision.occurrences,
    ...ending(pair, decision, clock, settled),
    baseTrail: pruneTrail(pair.baseTrail, clock.now, clock.timing.staleReadMs),
  }
}

/** When a decision ended the pair, and whether a person had let it; both are over when it is kept in step again. */
function ending(
  pair: PairRow,
  decision: Decision,
  clock: ViewClock,
  settled: boolean,
): Pick<PairRow, 'endedAt' | 'letThrough'> {
  const { endedAt, letThrough } = pair
  if (isKept(decision.memory)) return { endedAt: null, letThrough: letThrough && !settled }
  // Gone on both sides: nothing was left to be ended.
  const ended = isKept(pair.memory) && decision.memory !== 'closed'
  return ended ? { endedAt: clock.now, letThrough } : { endedAt, letThrough }
}

export function settledPair(pair: PairRow, decision: Decision, look: PairLook, clock: ViewClock): PairRow {
  const bothThere = SIDES.every((side) => look.view[side].presence === 'present')
  const next = applied(pair, decision, clock, bothThere)
  const hidden = decision.reason !== 'ambiguous' && isHidden(decision.memory, look)
  const standing = standingStill(look)
  const kept: PairRow = {
    ...next,
    ...(hidden ? { state: 'waiting', reason: 'not-visible' } : {}),
    standing,
    ...(isFlagged(pair) && decision.reason === pair.reason ? { state: 'waiting' } : {}),
    // An error stays shown as long as what was refused still differs, of a pair that is to be in step.
    ...(pair.state === 'error' && standing.length > 0 && decision.memory !== 'unlinked'
      ? { state: 'error' }
      : {}),
    wakeAt: decision.memory === 'closed' || decision.memory === 'unlinked' ? null : wakeOf(look),
  }
  if (decision.agreed.length === 0) return kept
  const value = (side: Side): FieldValues => {
    const { view } = look.sides[side]
    return view.presence === 'present'
      ? Object.fromEntries(decision.agreed.map((field: Field) => [field, view.task[field]]))
      : {}
  }
  const moved = moveBase(pair.base, { left: value('left'), right: value('right') }, clock.now)
  return {
    ...kept,
    base: moved.base,
    attempts: 0,
    baseMovedAt: clock.now,
    baseTrail: [...kept.baseTrail, ...moved.trail],
    syncVersion: pair.syncVersion + 1,
  }
}

/** A difference stands until either value moves. */
function standingStill({ view }: PairLook): PairRow['standing'] {
  const holds = (side: Side, { field, [side]: value }: Standing) => {
    const look = view[side]
    return look.presence !== 'present' || look.doubted.has(field) || sameValue(look.task[field], value)
  }
  return view.standing.filter((one) => SIDES.every((side) => holds(side, one)))
}
