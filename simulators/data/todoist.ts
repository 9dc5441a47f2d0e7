import type { SimData } from '../kit/service.ts'
import { HOME_ZONE } from './local-time.ts'

export interface TodoistSeedTask {
  content: string
  /** `inbox` or a key of `projects`. */
  project: string
  /** Days from today; absent = undated. */
  dueInDays?: number
  /** Wall-clock `HH:MM` of a timed task, floating. */
  dueTime?: string
  labels?: readonly string[]
  priority?: 1 | 2 | 3 | 4
  done?: boolean
}

export interface TodoistSeed {
  user: { fullName: string; email: string; timezone: string }
  /** Beside the Inbox, which every account has. */
  projects: readonly { key: string; name: string; sections: readonly string[] }[]
  labels: readonly string[]
  tasks: readonly TodoistSeedTask[]
}

const USER = { fullName: 'Dana Owner', email: 'dana@example.com', timezone: HOME_ZONE }

/** The Todoist account to start with: private things that a sync must leave alone, or nothing but the Inbox. */
export function todoistSeed(data: SimData): TodoistSeed {
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
