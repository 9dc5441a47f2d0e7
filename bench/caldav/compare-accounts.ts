import { calendarText, readTasks, type TaskFields } from './task-text.ts'

/** What both accounts hold. */
export type Sides = Readonly<Record<'left' | 'right', readonly TaskFields[]>>

/** In words, a line for each task. A task that differs is one that is lost and one too many. */
export type Deviations = { readonly lost: readonly string[]; readonly surplus: readonly string[] }

/** Compares both accounts of a program with what must be there: the data, with the titles that users have given since. */
export function compareAccounts(
  program: string,
  expected: { readonly size: number; readonly renamed: ReadonlyMap<string, string> },
  sides: Sides,
): Deviations {
  const wanted = readTasks(calendarText(expected.size)).map((task) => ({
    ...task,
    title: expected.renamed.get(task.title) ?? task.title,
  }))
  const lost: string[] = []
  const surplus: string[] = []
  for (const [side, tasks] of Object.entries(sides)) {
    const left = new Map<string, number>()
    for (const task of wanted) left.set(keyOf(task), (left.get(keyOf(task)) ?? 0) + 1)
    for (const task of tasks) {
      const rest = left.get(keyOf(task)) ?? 0
      if (rest === 0) surplus.push(`${program}, ${side}: ${task.title}`)
      else left.set(keyOf(task), rest - 1)
    }
    for (const task of wanted) {
      const rest = left.get(keyOf(task)) ?? 0
      if (rest === 0) continue
      lost.push(`${program}, ${side}: ${task.title}`)
      left.set(keyOf(task), rest - 1)
    }
  }
  return { lost, surplus }
}

function keyOf(task: TaskFields): string {
  return JSON.stringify([task.title, task.notes, task.due, task.priority, task.labels, task.status])
}
