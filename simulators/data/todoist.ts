import type { SimData } from '../kit/service.ts'
import { HOME_ZONE } from './local-time.ts'
import { todoistBook } from './todoist-book.ts'
import type { TodoistSeed } from './todoist-rows.ts'

const USER = { fullName: 'Dana Owner', email: 'dana@example.com', timezone: HOME_ZONE }

/**
 * The Todoist account to start with: private things that a sync must leave alone, or nothing but the Inbox. A number
 * of `tasks` wins over `data`: so many open tasks, as `todoistBook` has them.
 */
export function todoistSeed(data: SimData, tasks?: number): TodoistSeed {
  if (tasks !== undefined) return { user: USER, ...todoistBook(tasks) }
  if (data !== 'demo') return { user: USER, projects: [], labels: [], tasks: [] }
  return {
    user: USER,
    projects: [
      { key: 'home', name: 'Home', sections: ['House', 'Garden'] },
      { key: 'reading', name: 'Books to read', sections: [] },
    ],
    labels: ['errand', 'family'],
    tasks: [
      { content: 'Pick up dry cleaning', project: 'inbox', dueInDays: 0, labels: ['errand'] },
      { content: 'Book dentist appointment', project: 'inbox' },
      { content: 'Renew passport', project: 'inbox', dueInDays: 21, priority: 3 },
      { content: 'Fix dripping kitchen tap', project: 'home', dueInDays: 2 },
      { content: 'Order firewood', project: 'home', dueInDays: 5 },
      { content: 'Clean gutters', project: 'home', dueInDays: -3 },
      { content: 'Prune the apple trees', project: 'home' },
      { content: "Maya's soccer game", project: 'home', dueInDays: 1, dueTime: '17:30', labels: ['family'] },
      { content: 'Pay water bill', project: 'home', dueInDays: -1, done: true },
      { content: 'Cold Mountain by Charles Frazier', project: 'reading' },
      { content: 'The Overstory by Richard Powers', project: 'reading' },
    ],
  }
}
