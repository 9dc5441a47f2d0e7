import type { Exchange } from '../services/journal.ts'
import { fellIntoWindow } from '../services/looks.ts'
import type { Case } from './case.ts'
import type { UserWrite } from './doings.ts'
import { SERVICES } from './pairs.ts'
import type { SeenTask } from './side.ts'
import { same } from './values.ts'

/**
 * Only Todoist cannot compare and set: see `fellIntoWindow`. Nor does it tell a label that its user took from a task of ours,
 * before anybody had heard that it was made, from one that was not made along with it.
 */
export function wasInWindow(given: Case, write: UserWrite): boolean {
  const { side, id, count, field, value } = write
  if (SERVICES[given.pair][side] !== 'todoist') return false
  const unheard = field.startsWith('label ') && value === false && lastShown(given, write) === undefined
  return unheard || fellIntoWindow(given.exchanges, { side, remoteId: id, count })
}

/** The value had been another one in between, and was back before anybody looked: to the product nobody touched it. */
export function cameBackUnseen(given: Case, write: UserWrite): boolean {
  const shown = lastShown(given, write)
  return shown !== undefined && same(given.pair, write.field, shown.values[write.field], write.value)
}

/** A task as the product has seen it last, before this place of the order of everything. */
export function lastShown(
  { exchanges, timeline }: Case,
  { side, id, count }: Pick<UserWrite, 'side' | 'id' | 'count'>,
): SeenTask | undefined {
  const look = exchanges.findLast(
    (one) => one.count < count && one.side === side && one.heard && !one.stale && shows(one, id),
  )
  return look === undefined ? undefined : timeline.at(side, id, look.count)
}

/** Whether an answer showed the task between these two places of the order of everything. */
export function wasShownBetween(
  { exchanges }: Case,
  { side, id, count }: Pick<UserWrite, 'side' | 'id' | 'count'>,
  from: number,
): boolean {
  return exchanges.some(
    (one) => one.count > from && one.count < count && one.side === side && one.heard && shows(one, id),
  )
}

/** A task as it was before, shown once more: what had come to it meanwhile may be thought not to have been written. */
export function wasShownThePast({ exchanges }: Case, { side, id }: Pick<UserWrite, 'side' | 'id'>): boolean {
  return exchanges.some((one) => one.stale && one.side === side && one.heard && shows(one, id))
}

/**
 * Whether an answer holds the task, of a write the one that it is about; what was written on a condition is known from that
 * it was taken.
 */
function shows({ answer, body, path, writes, status }: Exchange, id: string): boolean {
  const taken = writes && status >= 200 && status < 300 && !path.startsWith('/api/v1/sync')
  const shown = answer.includes(`"id":"${id}"`) || answer.includes(`UID:${id}`)
  const isAbout = `${path}${body}`.includes(id)
  return writes ? isAbout && (shown || taken) : shown
}
