import { sameValue } from '../../core/equal.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import type { CanonicalTask } from '../../core/task.ts'
import type { PersonHint } from '../../providers/contract.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import type { Counterpart } from './counterpart.ts'

/* Words of a task that name its person to us: see decision 010. */

type Words = Pick<CanonicalTask, 'title' | 'labels'>

/** The person whom a task's words name, for `side`, whose tasks belong to people; null when they name none. */
export function hintFor(side: Side, words: Words, route: RouteContext): PersonHint | null {
  const { provider } = route.sides[side]
  if (!provider.capabilities.needsPerson || provider.personHint === undefined) return null
  return provider.personHint(words)
}

/** True when a task's words name somebody whom nobody has looked for since they last changed. */
export function asksForPerson(pair: PairRow, members: readonly MemberRow[], route: RouteContext): boolean {
  const source = members.find((member) => member.side === pair.origin)
  if (source === undefined || pair.personSeq === String(source.row.changedSeq)) return false
  return hintFor(otherSide(pair.origin), source.row.seen.task, route) !== null
}

/**
 * The task without the words by which the pair's person was found, as far as they were for us: those that the other side's
 * title holds too were typed for people, and stay.
 */
export function withoutPersonWords(
  task: CanonicalTask,
  side: Side,
  pair: PairRow,
  route: RouteContext,
  counterpart: Counterpart | null,
): CanonicalTask {
  const { personBy } = pair
  if (personBy === null) return task
  const naming = (words: Words) => {
    const hint = hintFor(otherSide(side), words, route)
    return hint !== null && sameValue(hint.by, personBy) ? hint : null
  }
  const hint = naming(task)
  if (hint === null) return task
  if (hint.label !== null) return { ...task, labels: task.labels.filter((label) => label !== hint.label) }
  // Nothing but the words sets it apart from what both sides held: its user has typed nothing since.
  const isLeftOver = pair.base[side].title === hint.title
  const isMeant = titlesForPeople(side, pair, counterpart).some(
    (title) => naming({ title, labels: [] }) !== null,
  )
  return !isLeftOver && (isMeant || wasAgreed(task.title, side, pair)) ? task : { ...task, title: hint.title }
}

/** Titles that are not this task's alone: of the other side, of the occurrence before it there, of both when last in step. */
function titlesForPeople(side: Side, { base, former }: PairRow, counterpart: Counterpart | null): string[] {
  return [counterpart?.seen.task.title, former?.title, base[side].title].filter(
    (title) => title !== undefined,
  )
}

/**
 * A title that both sides held until lately: only as the whole that it was is it known for an old picture, and not for an
 * edit. One that we took words out of is none.
 */
function wasAgreed(title: string, side: Side, { baseTrail }: PairRow): boolean {
  const left = baseTrail.filter((one) => one.side === side && one.value === title)
  return left.some(({ field }) => field === 'title') && left.every(({ field }) => field !== 'words')
}
