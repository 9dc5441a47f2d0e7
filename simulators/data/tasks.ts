import type { SeededRandom } from '../kit/random.ts'
import type { BookPerson, BookTask } from './book-rows.ts'
import { addDays, HOME_ZONE, instantIn } from './local-time.ts'
import { TASK_WORDS, TIMES } from './words.ts'

const FIRST_TASK_ID = 4001
const DEMO_TASKS = 300

/** The demo's 300 tasks, or `data` open ones with distinct titles, all assigned to user 1. */
export function makeTasks(
  random: SeededRandom,
  people: readonly BookPerson[],
  today: string,
  data: number | 'demo',
): BookTask[] {
  const count = data === 'demo' ? DEMO_TASKS : data
  return Array.from({ length: count }, (_, index) => {
    const person = people[
      data === 'demo' ? random.int(0, people.length - 1) : index % people.length
    ] as BookPerson
    const { type, text } = wording(random, person)
    const done = data === 'demo' && random.chance(0.15)
    const createdDaysAgo = random.int(1, 60)
    return {
      id: FIRST_TASK_ID + index,
      personId: person.id,
      assignedUserId: data === 'demo' ? assignee(random) : 1,
      name: data === 'demo' ? text : `${text}, no. ${index + 1}`,
      type,
      ...due(random, today, done),
      createdDaysAgo,
      completedDaysAgo: done ? random.int(0, Math.min(20, createdDaysAgo)) : null,
    }
  })
}

/** Something to do for a person. */
export function wording(random: SeededRandom, person: BookPerson): { type: string; text: string } {
  const words = random.pick(TASK_WORDS)
  const text = words.text
    .replace('{first}', person.firstName)
    .replace('{name}', person.name)
    .replace('{street}', person.street)
  return { type: words.type, text }
}

function assignee(random: SeededRandom): number {
  const lot = random.next()
  return lot < 0.88 ? 1 : lot < 0.97 ? 7 : 2
}

/** One in eight undated, a third timed, about a fifth overdue; done ones lie in the past. */
function due(random: SeededRandom, today: string, done: boolean): Pick<BookTask, 'dueDay' | 'dueInstant'> {
  if (random.chance(0.125)) return { dueDay: null, dueInstant: null }
  const away = done ? -random.int(0, 25) : random.chance(0.2) ? -random.int(1, 14) : random.int(0, 45)
  const dueDay = addDays(today, away)
  if (!random.chance(0.33)) return { dueDay, dueInstant: null }
  return { dueDay, dueInstant: instantIn(HOME_ZONE, dueDay, random.pick(TIMES)) }
}
