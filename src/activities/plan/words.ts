import { mergeBeside, NOTHING_BESIDE } from '../../core/beside.ts'
import { linesByForm } from '../../core/block-lines.ts'
import { plusMs } from '../../core/db-time.ts'
import type { Decision, PlannedWrite } from '../../core/decision.ts'
import { sameValue } from '../../core/equal.ts'
import { taskMarker } from '../../core/marker.ts'
import { manyLines } from '../../core/normalise.ts'
import type { RemoteTask } from '../../core/observation.ts'
import { ownText } from '../../core/own-text.ts'
import { otherSide, SIDES, type Side } from '../../core/policy.ts'
import type { CanonicalTask, FieldValues } from '../../core/task.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import { type Counterpart, counterpartOf } from './counterpart.ts'
import { dealWordsOf } from './deal-facts.ts'
import { hintFor, withoutPersonWords } from './person-words.ts'
import type { ViewClock } from './view-clock.ts'

/**
 * The pair without a person whom its words name no more: until its other task is made, a user may correct them. Once it
 * was made, they have done their work and are taken out, and say nothing by being gone.
 */
export function asCorrected(pair: PairRow, members: readonly MemberRow[], route: RouteContext): PairRow {
  const [source, ...more] = members
  const untouched = pair.memory === 'new' && pair.syncVersion === 0 && more.length === 0
  if (pair.personBy === null || !untouched || source === undefined || source.side !== pair.origin) return pair
  const hint = hintFor(otherSide(pair.origin), source.row.seen.task, route)
  return hint !== null && sameValue(hint.by, pair.personBy)
    ? pair
    : { ...pair, person: null, personBy: null, personSeq: null }
}

/**
 * A task as a decision sees it: words that were for the machine, and have done their work, are no part of its title;
 * what a user typed into our block is part of the notes, and what we wrote there is not.
 */
export function ownWords(
  seen: RemoteTask,
  side: Side,
  pair: PairRow,
  route: RouteContext,
  counterpart: Counterpart | null,
): CanonicalTask {
  const own = withoutPersonWords(seen.task, side, pair, route, counterpart)
  if (!route.sides[side].provider.capabilities.marker) return own
  const written = { lines: knownLines(seen, pair, route), marker: markerFor(side, route, counterpart) }
  const notes = ownText({ notes: own.notes, marker: seen.marker, lines: seen.block }, written)
  return notes === own.notes ? own : { ...own, notes: manyLines(notes) }
}

function markerFor(side: Side, route: RouteContext, counterpart: Counterpart | null): string | null {
  const { provider } = route.sides[otherSide(side)].connection
  return counterpart === null ? null : taskMarker(provider, counterpart.remoteId)
}

/**
 * The lines that we may have written into a task. Where this record has not written it (it is a user's copy of ours,
 * or the record was lost), they are known by their form.
 */
export function knownLines(seen: RemoteTask, pair: PairRow, route: RouteContext): readonly string[] {
  return pair.marked ? pair.block : [...pair.block, ...linesByForm(seen.block, dealWordsOf(route))]
}

/**
 * Adds to a decision what a linked pair's tasks need beside their fields: the words that have done their work are
 * taken out, and our marker is written where it never was (a task that a user made has none).
 */
export function withTidying(
  decision: Decision,
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  clock: ViewClock,
): Decision {
  const linked = decision.memory === 'linked' && !decision.writes.some((write) => write.verb === 'create')
  if (!linked || decision.reads.length > 0) return decision
  return SIDES.reduce((next, side) => tidySide(next, side, { pair, members, route, clock }), decision)
}

type Tidying = {
  readonly pair: PairRow
  readonly members: readonly MemberRow[]
  readonly route: RouteContext
  readonly clock: ViewClock
}

function tidySide(decision: Decision, side: Side, { pair, members, route, clock }: Tidying): Decision {
  const target = members.find((member) => member.side === side)
  const other = counterpartOf(side, members)
  if (target === undefined || other === null || target.row.presence !== 'present') return decision
  const { task, marker } = target.row.seen
  const clean =
    isRefused(pair) || mayBeStale(target, pair, clock)
      ? task
      : withoutPersonWords(task, side, pair, route, other)
  const wanted = markerFor(side, route, other)
  const unmarked = route.sides[side].provider.capabilities.marker && !pair.marked && marker !== wanted
  if (clean === task && !unmarked) return decision
  if (target.row.askedAt < clock.since) return { ...decision, reads: [...decision.reads, side], writes: [] }

  const fields: FieldValues = {
    ...(clean.title === task.title ? {} : { title: clean.title }),
    ...(sameValue(clean.labels, task.labels) ? {} : { labels: clean.labels }),
  }
  // Decisions never saw the words, so that taking them out moves no base.
  return { ...decision, writes: addWrite(decision.writes, { side, fields, sources: {}, cause: 'new-task' }) }
}

/** The title may be a picture from before the words were taken out of it. */
function mayBeStale({ side, row }: MemberRow, { baseTrail }: PairRow, { timing }: ViewClock): boolean {
  return baseTrail.some(
    (left) =>
      left.side === side &&
      left.field === 'words' &&
      left.value === row.seen.task.title &&
      row.askedAt < plusMs(left.leftAt, timing.staleReadMs),
  )
}

/** The service would not take the words out (or anything else in these fields): they stay. */
function isRefused(pair: PairRow): boolean {
  return pair.standing.some((one) => one.field === 'title' || one.field === 'labels')
}

/** Adds an update to what is planned for its side; values that are planned already stay. */
export function addWrite(writes: readonly PlannedWrite[], given: Omit<PlannedWrite, 'verb'>): PlannedWrite[] {
  const { fields, sources, beside, home } = given
  const planned = writes.find((write) => write.side === given.side)
  if (planned === undefined) return [...writes, { ...given, verb: 'update' }]
  if (planned.verb !== 'update') return [...writes]
  const merged = {
    ...planned,
    fields: { ...fields, ...planned.fields },
    sources: { ...sources, ...planned.sources },
    ...(beside === undefined ? {} : { beside: mergeBeside(planned.beside ?? NOTHING_BESIDE, beside) }),
    ...(home === undefined ? {} : { home }),
  }
  return [...writes.filter((write) => write !== planned), merged]
}
