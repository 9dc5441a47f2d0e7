import { SeededRandom } from '../kit/random.ts'
import type { SimData } from '../kit/service.ts'
import type { BookDeal, BookPerson, BookTask, BookUser } from './book-rows.ts'
import { MANY_PIPELINES, makeDeals, makeManyDeals, PEOPLE_STAGES, PIPELINES } from './deals.ts'
import { makeDemoDeals } from './demo-deals.ts'
import { dayIn, HOME_ZONE } from './local-time.ts'
import { makePeople } from './people.ts'
import { makeTasks } from './tasks.ts'

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
 * - `demo`: 120 people, 69 deals, 24 of them in one stage, 300 tasks of which about 15 % are done.
 * - `empty`: users, pipelines and 10 people, no deals, no tasks.
 * - a number: 120 people, 40 deals and that many open tasks with distinct titles, all assigned to user 1.
 * - numbers of tasks and deals: ten people for three deals, and the tasks are those of the people on them.
 */
export function makeBook(data: SimData, seed: number, now: number): Book {
  if (typeof data === 'object') return makeManyDealsBook(data, seed, now)
  const random = new SeededRandom(seed)
  const today = dayIn(HOME_ZONE, now)
  const people = makePeople(random, data === 'empty' ? 10 : 120)
  return {
    account: { id: 987654321, domain: 'example', name: 'Blue Ridge Realty' },
    users: USERS,
    peopleStages: PEOPLE_STAGES,
    people,
    pipelines: PIPELINES,
    ...dealsAndTasks(random, people, today, data),
  }
}

function dealsAndTasks(
  random: SeededRandom,
  people: readonly BookPerson[],
  today: string,
  data: Exclude<SimData, object>,
): Pick<Book, 'deals' | 'tasks'> {
  if (data === 'empty') return { deals: [], tasks: [] }
  if (data === 'demo') {
    const tasks = makeTasks(random, people, today, data)
    return { deals: makeDemoDeals(random, people, tasks, today), tasks }
  }
  const deals = makeDeals(random, people, today, 40)
  return { deals, tasks: makeTasks(random, people, today, data) }
}

function makeManyDealsBook({ tasks, deals }: Extract<SimData, object>, seed: number, now: number): Book {
  const random = new SeededRandom(seed)
  const today = dayIn(HOME_ZONE, now)
  const people = makePeople(random, Math.max(120, Math.ceil((deals * 10) / 3)))
  return {
    account: { id: 987654321, domain: 'example', name: 'Blue Ridge Realty' },
    users: USERS,
    peopleStages: PEOPLE_STAGES,
    people,
    pipelines: MANY_PIPELINES,
    deals: makeManyDeals(random, people, today, deals),
    tasks: makeTasks(random, people.slice(0, Math.max(1, deals)), today, tasks),
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
