import { groupBy } from './group-by.ts'

/**
 * A task as the matching of a first sync sees it. `likeness`: the same text for tasks of the same words and due, whatever
 * side holds them. `person`: whose it is, or the list in which it lies where tasks are nobody's (in the right's words);
 * `asked` when its words name somebody who has not been looked up yet, null when nobody is named. `copies`: the task of the
 * other side that our marker in it names.
 */
export type MatchTask = {
  readonly id: string
  readonly likeness: string
  readonly person: { readonly id: string } | 'asked' | null
  readonly copies: string | null
  /** A pair that waits for its other task knows it by our marker: it is the intake gate's, and nobody else's. */
  readonly awaited: boolean
}

/** One task of the left and those of the right that it could be. */
export type Question = { readonly left: string; readonly candidates: readonly string[] }

/** `links`: left id -> right id. No task is in more than one of the links, and none is in both a link and a question. */
export type Matching = {
  readonly links: ReadonlyMap<string, string>
  readonly questions: readonly Question[]
}

/**
 * Which tasks are on both sides already: by our marker, else by words, due and person where exactly one fits one. A marker
 * that names neither (another route has written it, or one that is gone) says nothing here.
 * Tasks that could be several are asked about; one of which nobody knows yet whose it is could be anybody's. Pure, and
 * the order of the tasks does not matter, but that of two copies with one marker the first counts.
 */
export function matchTasks(left: readonly MatchTask[], right: readonly MatchTask[]): Matching {
  const links = new Map<string, string>()
  const taken = new Set<string>()
  const there = new Set(left.map((task) => task.id))
  for (const { id, copies } of right) {
    if (copies === null || links.has(copies) || !there.has(copies)) continue
    links.set(copies, id)
    taken.add(id)
  }
  const known = new Set(right.map((task) => task.id))
  for (const { id, copies } of left) {
    if (copies === null || links.has(id) || taken.has(copies) || !known.has(copies)) continue
    links.set(id, copies)
    taken.add(copies)
  }
  const questions: Question[] = []
  const openRight = groupBy(
    right.filter((task) => !taken.has(task.id) && !task.awaited),
    likenessOf,
  )
  const openLeft = groupBy(
    left.filter((task) => !links.has(task.id) && !task.awaited),
    likenessOf,
  )
  for (const [likeness, lefts] of openLeft) {
    for (const group of alike(lefts, openRight.get(likeness) ?? [])) {
      const [one] = group.left
      const [other] = group.right
      if (one === undefined || other === undefined) continue
      if (group.certain && group.left.length === 1 && group.right.length === 1) links.set(one.id, other.id)
      else questions.push(...group.left.flatMap((task) => questionOf(task, group.right)))
    }
  }
  return { links, questions }
}

type Group = {
  readonly left: readonly MatchTask[]
  readonly right: readonly MatchTask[]
  readonly certain: boolean
}

/** Of tasks with the same words and due, those that could be one: of one person, as far as that is known. */
function alike(left: readonly MatchTask[], right: readonly MatchTask[]): Group[] {
  if (right.some((task) => task.person === 'asked')) return [{ left, right, certain: false }]
  const byPerson = groupBy(right, ({ person }) => idOf(person))
  return [...groupBy(left, ({ person }) => idOf(person))].flatMap(([person, tasks]) => {
    const others = byPerson.get(person)
    return person === null || others === undefined ? [] : [{ left: tasks, right: others, certain: true }]
  })
}

/** Nothing is asked of a task that none could be. */
function questionOf(task: MatchTask, right: readonly MatchTask[]): Question[] {
  const candidates = right
    .filter(({ person }) => person === 'asked' || (person !== null && idOf(person) === idOf(task.person)))
    .map(({ id }) => id)
  return candidates.length === 0 ? [] : [{ left: task.id, candidates }]
}

function idOf(person: MatchTask['person']): string | null {
  return person === null || person === 'asked' ? null : person.id
}

const likenessOf = ({ likeness }: MatchTask): string => likeness
