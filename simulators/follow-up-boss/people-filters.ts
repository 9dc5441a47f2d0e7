import { seesPerson } from './access.ts'
import { all, commonFilters, type Filter, isOn, span, when } from './filters.ts'
import { type FubPerson, type FubUser, TRASH } from './records.ts'
import type { FubSettings } from './settings.ts'
import type { FubStore } from './store.ts'

const lower = (text: string): string => text.toLowerCase()
const like = (text: string, part: string): boolean => lower(text).includes(lower(part))

/** All filters of `GET /people` (reference §10); undefined = none. */
export function peopleFilter(
  query: URLSearchParams,
  settings: FubSettings,
  user: FubUser,
  store: FubStore,
): Filter<FubPerson> | undefined {
  const given = (name: string, make: (value: string) => Filter<FubPerson>) => when(query.get(name), make)
  return all<FubPerson>([
    user.role === 'Broker' ? undefined : (person) => seesPerson(user, person),
    // Asking for the stage by name shows the trash too.
    isOn(query, 'includeTrash') || query.get('stage') === TRASH
      ? undefined
      : (person) => person.stage !== TRASH,
    ...commonFilters<FubPerson>(query, (person) => person.created, settings),
    ...span<FubPerson>(query, 'updated', (person) => person.updated, settings),
    ...span<FubPerson>(query, 'lastActivity', (person) => person.lastActivity, settings),
    given('name', (name) => (person) => like(person.name, name)),
    given('firstName', (name) => (person) => like(person.firstName, name)),
    given('lastName', (name) => (person) => like(person.lastName, name)),
    given('email', (email) => (person) => person.emails.some((e) => lower(e.value) === lower(email))),
    given(
      'phone',
      (phone) => (person) => person.phones.some((p) => p.normalized === phone.replace(/\D/g, '')),
    ),
    given('stage', (stage) => (person) => person.stage === stage),
    given('source', (source) => (person) => person.source === source),
    given('assignedTo', (name) => (person) => person.assignedTo === name),
    given('assignedUserId', (id) => (person) => person.assignedUserId === Number(id)),
    given('assignedLenderName', (name) => {
      const lender = store.users.find((row) => row.name === name)
      return (person) => lender !== undefined && person.assignedLenderId === lender.id
    }),
    given('assignedLenderId', (id) => (person) => person.assignedLenderId === Number(id)),
    given('contacted', (text) => (person) => person.contacted > 0 === (text === 'true' || text === '1')),
    given('priceAbove', (price) => (person) => person.price > Number(price)),
    given('priceBelow', (price) => (person) => person.price < Number(price)),
    given('tags', (tags) => (person) => tags.split(',').some((tag) => person.tags.includes(tag))),
  ])
}
