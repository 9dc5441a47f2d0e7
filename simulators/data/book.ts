import { SeededRandom } from '../kit/random.ts'
import type { SimData } from '../kit/service.ts'
import { makeDeals, PEOPLE_STAGES, PIPELINES } from './deals.ts'
import { dayIn, HOME_ZONE } from './local-time.ts'
import { makePeople } from './people.ts'
import { makeTasks } from './tasks.ts'

export interface BookUser {
  id: number
  name: string
  firstName: string
  lastName: string
  email: string
  phone: string
  role: 'Broker' | 'Agent' | 'Lender'
  isOwner: boolean
  timezone: string
}

export interface BookPerson {
  id: number
  firstName: string
  lastName: string
  name: string
  email: string
  /** Ten digits. */
  phone: string
  street: string
  city: string
  code: string
  county: string
  stageId: number
  type: 'Buyer' | 'Seller'
  source: string
  tags: string[]
  price: number
  assignedUserId: number
  createdDaysAgo: number
}

export interface BookDeal {
  id: number
  name: string
  status: 'Active' | 'Archived' | 'Deleted'
  description: string | null
  price: number
  pipelineId: number
  stageId: number
  peopleIds: number[]
  userIds: number[]
  createdDaysAgo: number
  stageDaysAgo: number
  /** Calendar day or null. */
  projectedCloseDate: string | null
  custom: Record<string, string>
}

export interface BookTask {
  id: number
  personId: number
  assignedUserId: number
  name: string
  type: string
  /** Calendar day in the home zone; null = undated. */
  dueDay: string | null
  /** UTC instant of a timed task. */
  dueInstant: string | null
  createdDaysAgo: number
  /** null = open. */
  completedDaysAgo: number | null
}

export interface Book {
  account: { id: number; domain: string; name: string }
  users: BookUser[]
  peopleStages: { id: number; name: string }[]
  people: BookPerson[]
  pipelines: typeof PIPELINES
  deals: BookDeal[]
  tasks: BookTask[]
}

/** Dana (owner), Bea (admin), Sam (agent), Lee (lender). */
export const USERS: BookUser[] = [
  user(1, 'Dana', 'Owner', 'Broker', true),
  user(2, 'Bea', 'Broker', 'Broker', false),
  user(7, 'Sam', 'Agent', 'Agent', false),
  user(9, 'Lee', 'Lender', 'Lender', false),
]

/**
 * The small book of business behind a simulated account. `now` (epoch milliseconds) anchors due dates.
 *
 * - `demo`: 120 people, 40 deals, 300 tasks of which about 15 % are done.
 * - `empty`: users, pipelines and 10 people, no deals, no tasks.
 * - a number: 120 people, 40 deals and that many open tasks with distinct titles, all assigned to user 1.
 */
export function makeBook(data: SimData, seed: number, now: number): Book {
  const random = new SeededRandom(seed)
  const today = dayIn(HOME_ZONE, now)
  const people = makePeople(random, data === 'empty' ? 10 : 120)
  return {
    account: { id: 987654321, domain: 'example', name: 'Blue Ridge Realty' },
    users: USERS,
    peopleStages: PEOPLE_STAGES,
    people,
    pipelines: PIPELINES,
    deals: data === 'empty' ? [] : makeDeals(random, people, today, 40),
    tasks: data === 'empty' ? [] : makeTasks(random, people, today, data),
  }
}

function user(
  id: number,
  firstName: string,
  lastName: string,
  role: BookUser['role'],
  isOwner: boolean,
): BookUser {
  return {
    id,
    name: `${firstName} ${lastName}`,
    firstName,
    lastName,
    email: `${firstName.toLowerCase()}@example.com`,
    phone: `82855501${String(id).padStart(2, '0')}`,
    role,
    isOwner,
    timezone: HOME_ZONE,
  }
}
