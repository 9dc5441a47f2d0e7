import { type Rollback, refusalWords } from '../store/rollbacks.ts'
import type { SideNames } from './side-names.ts'
import { counted, pairWords, timeWords, valueWords } from './task-words.ts'

/** A change that was taken back, with the title of its task and the names of its route. */
export type ListedRollback = {
  readonly rollback: Rollback
  readonly title: string | null
  readonly names: SideNames
}

/** E.g. `2 changes were taken back`. */
export function takenBack(count: number): string {
  return `${counted(count, 'change')} ${count === 1 ? 'was' : 'were'} taken back`
}

/** Changes that the other side refused for good; told until each is changed again. */
export function rollbackLines(rollbacks: readonly ListedRollback[], zone: string): string[] {
  if (rollbacks.length === 0) return []
  return [
    `${takenBack(rollbacks.length)}, as the other side refused it for good; told until it is changed again:`,
    ...rollbacks.map(
      ({ rollback, title, names }) =>
        `      ${pairWords(rollback.pairId, title)}: ${rollbackWords(rollback, names, zone)}`,
    ),
    '      you can: Remove the cause, and make the change again.',
  ]
}

/** E.g. `completed is no again, as Todoist refused it at 2026-12-01 15:30:12: …`. */
export function rollbackWords(
  { fields, now, side, at, error }: Rollback,
  names: SideNames,
  zone: string,
): string {
  const held: Readonly<Record<string, unknown>> = now
  const values = fields.map(
    (field) => `${field} is ${valueWords(field, held[field], zone, names.lists[side])} again`,
  )
  const there = side === 'left' ? names.right : names.left
  return `${values.join(', ')}, as ${there} refused it at ${timeWords(at, zone)}: ${refusalWords(error)}`
}
