import type { SeededRandom } from '../kit/random.ts'
import type { BookDeal, BookPerson } from './book-rows.ts'
import { addDays } from './local-time.ts'
import { PROPERTY_TYPES } from './words.ts'

export const PEOPLE_STAGES = [
  { id: 1, name: 'Lead' },
  { id: 2, name: 'Attempted Contact' },
  { id: 3, name: 'Nurture' },
  { id: 4, name: 'Hot Prospect' },
  { id: 5, name: 'Active Client' },
  { id: 6, name: 'Past Client' },
  { id: 8, name: 'Trash' },
]

/** Deal pipelines. Their stage ids share nothing with the people stages; one stage name occurs in both. */
export const PIPELINES = [
  {
    id: 1,
    name: 'Buyers',
    description: null,
    orderWeight: 1000,
    stages: [
      stage(11, 'Showing', '#8a8a8a', 1000, false),
      stage(12, 'Offer', '#c98a2b', 2000, false),
      stage(13, 'Under Contract', '#3a9b5c', 3000, false),
      stage(14, 'Closed', '#204080', 4000, true),
    ],
  },
  {
    id: 2,
    name: 'Sellers',
    description: null,
    orderWeight: 2000,
    stages: [
      stage(21, 'Listing Prep', '#8a8a8a', 1000, false),
      stage(22, 'Active Listing', '#c98a2b', 2000, false),
      stage(23, 'Under Contract', '#3a9b5c', 3000, false),
      stage(24, 'Sold', '#204080', 4000, true),
      stage(25, 'Withdrawn', '#803020', 5000, true),
    ],
  },
]

/** With a third pipeline: twelve stages in all. */
export const MANY_PIPELINES = [
  ...PIPELINES,
  {
    id: 3,
    name: 'Rentals',
    description: null,
    orderWeight: 3000,
    stages: [
      stage(31, 'Viewing', '#8a8a8a', 1000, false),
      stage(32, 'Application', '#c98a2b', 2000, false),
      stage(33, 'Leased', '#204080', 3000, true),
    ],
  },
]

/** Labels of the account's own deal fields, by API name. */
export const DEAL_FIELDS = {
  customPropertyAddress: 'Property Address',
  customPropertyCity: 'Property City',
  customPropertyState: 'Property State',
  customPropertyZip: 'Property Zip',
  customCounty: 'County',
  customPropertyType: 'Property Type',
} as const

const FIRST_DEAL_ID = 5501

/** What a deal is about, and how it stands. `people`: none of one that has no person; `street` is its property's then too. */
export interface DealMade {
  index: number
  holder: BookPerson
  street: string
  people: (random: SeededRandom) => readonly BookPerson[]
  status: BookDeal['status']
  pipelineId: number
  stage: { id: number; closedStage: boolean }
}

/**
 * Deals with one person mostly, some with two, and the awkward ones: the 10th has no person, the 20th is
 * archived, the 30th deleted.
 */
export function makeDeals(
  random: SeededRandom,
  people: readonly BookPerson[],
  today: string,
  count: number,
): BookDeal[] {
  const holders = random.shuffle(people)
  return Array.from({ length: count }, (_, index) => {
    const person = holders[index % holders.length] as BookPerson
    const second = holders[(index + count) % holders.length] as BookPerson
    const pipeline = person.type === 'Buyer' ? PIPELINES[0] : PIPELINES[1]
    const stage = random.pick(pipeline?.stages ?? [])
    return dealOf(random, today, {
      index,
      holder: person,
      street: person.street,
      people: peopleAt(index, person, second),
      status: statusAt(index),
      pipelineId: pipeline?.id ?? 1,
      stage,
    })
  })
}

/** The 10th has no person. */
export function peopleAt(index: number, first: BookPerson, second: BookPerson): DealMade['people'] {
  return (random) => (index === 9 ? [] : random.chance(0.2) ? [first, second] : [first])
}

/** The 20th is archived, the 30th deleted. */
export function statusAt(index: number): BookDeal['status'] {
  return index === 19 ? 'Archived' : index === 29 ? 'Deleted' : 'Active'
}

/** `today`: the calendar day of which its dates are told. */
export function dealOf(random: SeededRandom, today: string, made: DealMade): BookDeal {
  const { index, holder, street, status, pipelineId, stage } = made
  const stageDaysAgo = random.int(0, 40)
  const closesOn = addDays(today, stage.closedStage ? -stageDaysAgo : random.int(10, 90))
  const description = random.chance(0.3) ? `${random.pick(PROPERTY_TYPES)} near ${holder.city}` : null
  const people = made.people(random)
  return {
    id: FIRST_DEAL_ID + index,
    name: people.length === 0 ? street : `${holder.lastName}: ${street}`,
    status,
    description,
    price: holder.price,
    pipelineId,
    stageId: stage.id,
    peopleIds: people.map(({ id }) => id),
    userIds: [holder.assignedUserId],
    createdDaysAgo: stageDaysAgo + random.int(5, 120),
    stageDaysAgo,
    projectedCloseDate: random.chance(0.8) ? closesOn : null,
    custom: {
      customPropertyAddress: street,
      customPropertyCity: holder.city,
      customPropertyState: 'NC',
      customPropertyZip: holder.code,
      customCounty: holder.county,
      customPropertyType: random.pick(PROPERTY_TYPES),
    },
  }
}

function stage(id: number, name: string, color: string, orderWeight: number, closedStage: boolean) {
  return { id, name, color, description: null, orderWeight, closedStage }
}

/** Active deals of one person each, spread over all stages of all pipelines. */
export function makeManyDeals(
  random: SeededRandom,
  people: readonly BookPerson[],
  today: string,
  count: number,
): BookDeal[] {
  const stages = MANY_PIPELINES.flatMap((pipeline) =>
    pipeline.stages.map((one) => ({ pipelineId: pipeline.id, stageId: one.id })),
  )
  return makeDeals(random, people, today, count).map((deal, index) => {
    const person = people[index % people.length] as BookPerson
    const where = stages[index % stages.length]
    return {
      ...deal,
      ...where,
      name: `${person.lastName}: ${person.street}`,
      status: 'Active',
      peopleIds: [person.id],
    }
  })
}
