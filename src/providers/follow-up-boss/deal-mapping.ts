import { Temporal } from 'temporal-polyfill'
import type { Deal } from '../../core/deal.ts'
import { oneLine } from '../../core/normalise.ts'
import { type DealRow, dealSchema } from './deal-wire.ts'
import { instant } from './mapping.ts'
import { valueText } from './value-text.ts'
import { identifiedSchema } from './wire.ts'

/** The deals of some rows, and the ids of those that cannot be read. A row that does not even say its id is left out. */
export function decodeDeals(rows: readonly unknown[]): {
  readonly deals: readonly Deal[]
  readonly unreadable: readonly string[]
} {
  const deals: Deal[] = []
  const unreadable: string[] = []
  for (const row of rows) {
    const deal = decodeDeal(row)
    if (deal !== null) deals.push(deal)
    else unreadable.push(...identified(row))
  }
  return { deals, unreadable }
}

/** Which deal a row is about, where it says so. */
export function identified(row: unknown): readonly string[] {
  const { data } = identifiedSchema.safeParse(row)
  return data === undefined ? [] : [data.id]
}

/** A row of a list, or the body of one deal; null when it cannot be read, or the deal is in no stage. */
export function decodeDeal(row: unknown): Deal | null {
  const { data } = dealSchema.safeParse(row)
  if (data === undefined) return null
  const { id, status, pipelineId: pipeline, stageId: stage, price } = data
  if (pipeline === null || stage === null) return null
  return {
    id,
    name: oneLine(data.name ?? ''),
    status,
    pipeline,
    stage,
    people: peopleOf(data),
    ...usersOf(data),
    price,
    closesOn: dayOf(data.projectedCloseDate),
    enteredStageAt: instant(data.enteredStageAt),
    values: valuesOf(data),
  }
}

function peopleOf({ people }: DealRow): Deal['people'] {
  const byId = new Map<string, Deal['people'][number]>()
  for (const person of people)
    if (person !== null && person.id !== null && !byId.has(person.id))
      byId.set(person.id, { id: person.id, name: oneLine(person.name ?? '') })
  return [...byId.values()]
}

function usersOf({ users }: DealRow): Pick<Deal, 'users'> {
  const ids = [...new Set(users.flatMap((user) => user?.id ?? []))]
  return ids.length === 0 ? {} : { users: ids }
}

/** The day of a date, with or without a time behind it; null for what is none. */
function dayOf(text: string | null): string | null {
  const day = /^\d{4}-\d\d-\d\d(?!\d)/.exec(text ?? '')?.[0]
  if (day === undefined) return null
  try {
    return Temporal.PlainDate.from(day, { overflow: 'reject' }).toString()
  } catch {
    return null
  }
}

/** The account's own fields lie among the others, as `custom…` (reference §8). Not every key is shown them. */
function valuesOf(row: DealRow): Deal['values'] {
  const own = Object.entries(row)
    .filter(([name]) => name.startsWith('custom'))
    .map(([name, value]) => [name, valueText(value)] as const)
    .filter(([, text]) => text !== '')
  return Object.fromEntries(own.sort(([a], [b]) => (a < b ? -1 : 1)))
}
