import type { SeededRandom } from '../kit/random.ts'
import type { BookDeal, BookPerson, BookTask } from './book-rows.ts'
import { type DealMade, dealOf, PIPELINES, peopleAt, statusAt } from './deals.ts'
import { STREETS } from './words.ts'

/** One deal each, in every stage, among them those that `peopleAt` and `statusAt` make awkward. */
const SINGLES = 30
/** People with three deals each. */
const TRIPLES = 5
/** Deals in one stage whose people have something to do: more than the sections that a project of Todoist takes. */
const CROWD = 24

const CROWDED = { pipelineId: 1, stage: { id: 11, closedStage: false } }

type Wanted = Pick<DealMade, 'holder' | 'street' | 'pipelineId' | 'stage'> & { second: BookPerson }

/**
 * The demo's deals: people with none, one, and three of them, every stage with a deal or more, and “Showing” with so many that its
 * sections need a second project.
 */
export function makeDemoDeals(
  random: SeededRandom,
  people: readonly BookPerson[],
  tasks: readonly BookTask[],
  today: string,
): BookDeal[] {
  const busy = new Set(
    tasks.flatMap((task) =>
      task.assignedUserId === 1 && task.completedDaysAgo === null ? task.personId : [],
    ),
  )
  const buyers = people.filter(({ id, type }) => type === 'Buyer' && busy.has(id))
  const crowd = random.shuffle(buyers).slice(0, CROWD)
  const others = random.shuffle(people.filter((person) => !crowd.includes(person)))
  const seconds = others.slice(SINGLES + TRIPLES, 2 * (SINGLES + TRIPLES))
  const stages = PIPELINES.flatMap(({ id, stages: all }) => all.map((stage) => ({ pipelineId: id, stage })))
  const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T
  const wanted: Wanted[] = [
    ...others.slice(0, SINGLES).map((holder, index) => ({
      holder,
      street: holder.street,
      second: at(seconds, index),
      ...at(stages, index),
    })),
    ...others.slice(SINGLES, SINGLES + TRIPLES).flatMap((holder, index) =>
      [0, 1, 2].map((turn) => ({
        holder,
        street: turn === 0 ? holder.street : `${random.int(3, 980)} ${random.pick(STREETS)}`,
        second: at(seconds, SINGLES + index),
        ...at(stages.slice(1), index + 3 * turn),
      })),
    ),
    ...crowd.map((holder, index) => ({
      holder,
      street: holder.street,
      second: at(seconds, index),
      ...CROWDED,
    })),
  ]
  return wanted.map(({ second, ...deal }, index) =>
    dealOf(random, today, {
      ...deal,
      index,
      status: statusAt(index),
      people: index < SINGLES ? peopleAt(index, deal.holder, second) : () => [deal.holder],
    }),
  )
}
