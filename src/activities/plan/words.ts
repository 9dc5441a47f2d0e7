import { sameValue } from '../../core/equal.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import type { Decision, PlannedWrite } from '../../core/reconcile.ts'
import type { CanonicalTask, FieldValues } from '../../core/task.ts'
import type { PersonHint } from '../../providers/contract.ts'
import type { MemberRow, PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
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

/** Adds to a decision the edit that takes such words out of the task that holds them. */
export function withTidying(
  decision: Decision,
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  clock: ViewClock,
): Decision {
  const linked = decision.memory === 'linked' || decision.writes.some((write) => write.verb === 'create')
  const target = members.find((member) => member.side === pair.origin)
  if (!linked || decision.reads.length > 0 || target === undefined || target.row.presence !== 'present')
    return decision
  const { task } = target.row.seen
  const clean = withoutHint(task, pair.origin, pair, route)
  const refused = pair.standing.some((one) => one.field === 'title' || one.field === 'labels')
  if (clean === task || refused) return decision
  if (target.row.askedAt < clock.since) return { ...decision, reads: [pair.origin], writes: [] }

  const fields: FieldValues = {
    ...(clean.title === task.title ? {} : { title: clean.title }),
    ...(sameValue(clean.labels, task.labels) ? {} : { labels: clean.labels }),
  }
  const sources: FieldValues = clean.title === task.title ? {} : { title: clean.title }
  return { ...decision, writes: addFields(decision.writes, pair.origin, fields, sources) }
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
