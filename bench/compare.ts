import type { SideTask } from './side-tasks.ts'

/** What is wrong, in words, one line for each task. */
export interface Comparison {
  /** Expected on a side and not there. */
  lost: string[]
  /** On a side more often than expected. */
  duplicated: string[]
  /** On both sides, but not alike. */
  differing: string[]
}

export type Expected = Pick<SideTask, 'title' | 'done'>

type Sides = Readonly<Record<'Follow Up Boss' | 'Todoist', readonly SideTask[]>>

/** Compares the whole state of both accounts with what must be there. Titles tell tasks apart. */
export function compareSides(expected: readonly Expected[], sides: Sides): Comparison {
  const wanted = countByTask(expected)
  const found: Comparison = { lost: [], duplicated: [], differing: [] }
  for (const [side, tasks] of Object.entries(sides)) {
    const there = countByTask(tasks)
    for (const key of new Set([...wanted.keys(), ...there.keys()])) {
      const surplus = (there.get(key) ?? 0) - (wanted.get(key) ?? 0)
      const list = surplus < 0 ? found.lost : found.duplicated
      for (let n = Math.abs(surplus); n > 0; n -= 1) list.push(`${side}: ${key}`)
    }
  }
  const right = new Map(sides.Todoist.map((task) => [keyOf(task), task]))
  for (const task of sides['Follow Up Boss']) {
    const other = right.get(keyOf(task))
    if (other !== undefined && other.due !== task.due)
      found.differing.push(`${keyOf(task)}: due ${task.due} and ${other.due}`)
  }
  return found
}

function countByTask(tasks: readonly Expected[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const task of tasks) counts.set(keyOf(task), (counts.get(keyOf(task)) ?? 0) + 1)
  return counts
}

function keyOf({ title, done }: Expected): string {
  return done ? `${title} (completed)` : title
}
