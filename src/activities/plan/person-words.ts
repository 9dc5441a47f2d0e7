import { sameValue } from '../../core/equal.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import type { CanonicalTask } from '../../core/task.ts'
import type { PersonHint } from '../../providers/contract.ts'
import type { MemberRow, PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'

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

/** The task without the words by which the pair's person was found, as far as they were for us. */
export function withoutPersonWords(
  task: CanonicalTask,
  side: Side,
  pair: PairRow,
  route: RouteContext,
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
  return { ...task, title: hint.title }
}
