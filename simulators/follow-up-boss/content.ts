import { z } from 'zod'
import { type Book, makeBook } from '../data/book.ts'
import type { SimData } from '../kit/service.ts'
import type { FubDeal, FubNote, FubPerson, FubPipeline, FubTask, FubUser } from './records.ts'
import { seedDeal, seedPerson, seedTask, seedUser } from './seed.ts'
import type { TableContent } from './table.ts'

/** What an account holds, as it is kept over a restart. */
export interface FubContent {
  account: Book['account']
  peopleStages: Book['peopleStages']
  pipelines: readonly FubPipeline[]
  /** Highest ids ever given to pipelines and their stages; absent in older files, which hold no deleted ones. */
  highest?: { pipeline: number; stage: number } | undefined
  users: readonly FubUser[]
  people: TableContent<FubPerson>
  tasks: TableContent<FubTask>
  deals: TableContent<FubDeal>
  notes: TableContent<FubNote>
  /** Grows with each change. */
  version: number
}

// Rows are taken as they were written: the format number of the snapshot vouches for their fields.
const isRow = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'number'
const table = <R>() => z.object({ highest: z.int(), rows: z.array(z.custom<R>(isRow)) })

export const fubContentSchema: z.ZodType<FubContent> = z.object({
  account: z.custom<Book['account']>(isRow),
  peopleStages: z.array(z.custom<Book['peopleStages'][number]>(isRow)),
  pipelines: z.array(z.custom<FubPipeline>(isRow)),
  highest: z.object({ pipeline: z.int(), stage: z.int() }).optional(),
  users: z.array(z.custom<FubUser>(isRow)),
  people: table<FubPerson>(),
  tasks: table<FubTask>(),
  deals: table<FubDeal>(),
  notes: table<FubNote>(),
  version: z.int(),
})

/** Below the first ids of each kind, as the starting data has them. */
const BEFORE_FIRST = { people: 5000, tasks: 4000, deals: 5500, notes: 9000 }

/**
 * The content to start with. `idOffset` is added to the ids of people, deals, tasks and notes; those of users,
 * pipelines and stages are the same in every account. `now`: epoch milliseconds.
 */
export function seedContent(options: {
  data: SimData
  seed: number
  idOffset: number
  now: number
  version: number
}): FubContent {
  const { now, idOffset } = options
  const book = makeBook(options.data, options.seed, now)
  const filled = <R extends { id: number }>(kind: keyof typeof BEFORE_FIRST, rows: R[]): TableContent<R> => ({
    highest: rows.reduce((most, { id }) => Math.max(most, id), BEFORE_FIRST[kind] + idOffset),
    rows,
  })
  return {
    account: book.account,
    peopleStages: book.peopleStages,
    pipelines: book.pipelines,
    users: book.users.map((user) => seedUser(user, now)),
    people: filled(
      'people',
      book.people.map((person) => seedPerson(book, person, now, idOffset)),
    ),
    tasks: filled(
      'tasks',
      book.tasks.map((task) => seedTask(book, task, now, idOffset)),
    ),
    deals: filled(
      'deals',
      book.deals.map((deal) => seedDeal(deal, now, idOffset)),
    ),
    notes: filled<FubNote>('notes', []),
    version: options.version,
  }
}

/** The same content with `ids` ids of each kind left out, which may have been given out without being kept. */
export function leavingOut(content: FubContent, ids: number): FubContent {
  const further = <R>({ highest, rows }: TableContent<R>): TableContent<R> => ({
    highest: highest + ids,
    rows,
  })
  return {
    ...content,
    people: further(content.people),
    tasks: further(content.tasks),
    deals: further(content.deals),
    notes: further(content.notes),
  }
}
