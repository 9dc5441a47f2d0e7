import { SeededRandom } from '../kit/random.ts'
import { makePeople } from './people.ts'
import { wording } from './tasks.ts'
import type { TodoistSeed } from './todoist-rows.ts'
import { TIMES } from './words.ts'

/** Below the 300 that a project holds, so that there is room in each. */
const TASKS_IN_PROJECT = 250
const MOST_PROJECTS = 300

/** An account has at most 300 projects. */
export const MOST_TODOIST_TASKS = TASKS_IN_PROJECT * MOST_PROJECTS

/**
 * `count` open tasks with distinct titles over projects of 250, each with a label for its kind; half of them dated.
 * The same for the same number, but for the days, which follow today.
 */
export function todoistBook(count: number): Pick<TodoistSeed, 'projects' | 'labels' | 'tasks'> {
  const random = new SeededRandom(1)
  const people = makePeople(random, 120)
  const tasks = Array.from({ length: count }, (_, index) => {
    const { type, text } = wording(random, random.pick(people))
    return {
      content: `${text}, no. ${index + 1}`,
      project: keyOf(Math.floor(index / TASKS_IN_PROJECT)),
      labels: [type.toLowerCase().replace(' ', '-')],
      ...(random.chance(0.5) ? { dueInDays: random.int(-14, 45) } : {}),
      ...(random.chance(0.33) ? { dueTime: random.pick(TIMES) } : {}),
    }
  })
  const projects = Array.from({ length: Math.ceil(count / TASKS_IN_PROJECT) }, (_, index) => ({
    key: keyOf(index),
    name: `Clients ${index + 1}`,
    sections: [],
  }))
  return { projects, labels: [...new Set(tasks.flatMap((task) => task.labels))], tasks }
}

function keyOf(project: number): string {
  return `clients-${project + 1}`
}
