import type { SeededRandom } from '../kit/random.ts'
import type { BookPerson } from './book-rows.ts'
import { FIRST_NAMES, LAST_NAMES, PLACES, SOURCES, STREETS, TAGS } from './words.ts'

const FIRST_PERSON_ID = 5001

/** `count` people with distinct names, most of them Dana's (user 1), some Sam's (7), a few Bea's (2). */
export function makePeople(random: SeededRandom, count: number): BookPerson[] {
  const names = random.shuffle(FIRST_NAMES.flatMap((first) => LAST_NAMES.map((last) => ({ first, last }))))
  // More than there are names: some have two last names. There are so many that they are made only then.
  const double = () =>
    LAST_NAMES.flatMap((second) => names.map(({ first, last }) => ({ first, last: `${last}-${second}` })))
  const all = count > names.length ? [...names, ...double()] : names
  return all.slice(0, count).map(({ first, last }, index) => {
    const place = random.pick(PLACES)
    const lot = random.next()
    return {
      id: FIRST_PERSON_ID + index,
      firstName: first,
      lastName: last,
      name: `${first} ${last}`,
      email: `${first}.${last}@example.com`.toLowerCase(),
      phone: `828555${String(1000 + index)}`,
      street: `${random.int(3, 980)} ${random.pick(STREETS)}`,
      city: place.city,
      code: place.code,
      county: place.county,
      stageId: random.int(1, 6),
      type: random.chance(0.6) ? 'Buyer' : 'Seller',
      source: random.pick(SOURCES),
      tags: random.chance(0.4) ? [random.pick(TAGS)] : [],
      price: random.int(18, 120) * 10_000,
      assignedUserId: lot < 0.8 ? 1 : lot < 0.95 ? 7 : 2,
      createdDaysAgo: random.int(30, 700),
    }
  })
}
