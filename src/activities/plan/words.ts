import { sameValue } from '../../core/equal.ts'
import { otherSide, SIDES, type Side } from '../../core/policy.ts'
import type { Decision, PlannedWrite } from '../../core/reconcile.ts'
import type { CanonicalTask, FieldValues } from '../../core/task.ts'
import type { PersonHint } from '../../providers/contract.ts'
import type { MemberRow, PairRow } from '../../store/pairs.ts'
import { type RouteContext, taskMarker } from '../route-context.ts'
import type { ViewClock } from './view-clock.ts'

/** The person whom a task's words name, for `side`, whose tasks belong to people; null when they name none. */
export function hintFor(side: Side, words: CanonicalTask, route: RouteContext): PersonHint | null {
  const { provider } = route.sides[side]
  if (!provider.capabilities.needsPerson || provider.personHint === undefined) return null
  return provider.personHint(words)
}

/** The hint by which the pair's person was found, when the words still hold it. */
function consumedHint(
  task: CanonicalTask,
  side: Side,
  pair: PairRow,
  route: RouteContext,
): PersonHint | null {
  if (pair.personBy === null) return null
  const hint = hintFor(otherSide(side), task, route)
  return hint !== null && sameValue(hint.by, pair.personBy) ? hint : null
}

/** A task as a decision sees it: words that were for the machine, and have done their work, are no part of its title. */
export function withoutHint(
  task: CanonicalTask,
  side: Side,
  pair: PairRow,
  route: RouteContext,
): CanonicalTask {
  const hint = consumedHint(task, side, pair, route)
  if (hint === null) return task
  return { ...task, title: hint.title, labels: task.labels.filter((label) => label !== hint.label) }
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
  const other = members.find((member) => member.side !== side)
  if (target === undefined || other === undefined || target.row.presence !== 'present') return decision
  const { task, marker } = target.row.seen
  const clean = isRefused(pair) ? task : withoutHint(task, side, pair, route)
  const wanted = taskMarker(route.sides[otherSide(side)], other.remoteId)
  const unmarked = route.sides[side].provider.capabilities.marker && !pair.marked && marker !== wanted
  if (clean === task && !unmarked) return decision
  if (target.row.askedAt < clock.since) return { ...decision, reads: [...decision.reads, side], writes: [] }

  const fields: FieldValues = {
    ...(clean.title === task.title ? {} : { title: clean.title }),
    ...(sameValue(clean.labels, task.labels) ? {} : { labels: clean.labels }),
  }
  const sources: FieldValues = clean.title === task.title ? {} : { title: clean.title }
  return { ...decision, writes: addFields(decision.writes, side, fields, sources) }
}

/** The service would not take the words out (or anything else in these fields): they stay. */
function isRefused(pair: PairRow): boolean {
  return pair.standing.some((one) => one.field === 'title' || one.field === 'labels')
}

function addFields(
  writes: readonly PlannedWrite[],
  side: Side,
  fields: FieldValues,
  sources: FieldValues,
): PlannedWrite[] {
  const planned = writes.find((write) => write.side === side)
  if (planned === undefined) return [...writes, { side, verb: 'update', fields, sources, cause: 'new-task' }]
  if (planned.verb !== 'update') return [...writes]
  const merged = {
    ...planned,
    fields: { ...fields, ...planned.fields },
    sources: { ...sources, ...planned.sources },
  }
  return [...writes.filter((write) => write !== planned), merged]
}
