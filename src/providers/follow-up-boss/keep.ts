import { keepInstant } from '../../core/due.ts'
import { cut, oneLine } from '../../core/normalise.ts'
import type { CanonicalTask, Field, TaskType } from '../../core/task.ts'
import type { KeepContext } from '../contract.ts'

/** The nine types of the service; anything else is read as `Follow Up`. */
export const FUB_TYPES = [
  'Follow Up',
  'Call',
  'Text',
  'Email',
  'Appointment',
  'Showing',
  'Closing',
  'Open House',
  'Thank You',
] as const satisfies readonly TaskType[]
export const DEFAULT_TYPE = 'Follow Up' satisfies TaskType

/** The longest name is not documented; 255 code points are sure to be taken. */
const TITLE_LIMIT = 255
const NO_TITLE = '(no title)'

/** A name as canonical text. Twice: a dropped control character can leave two blanks, or letters that compose. */
export const titleText = (name: string): string => oneLine(oneLine(name))

/** The type of the service for any type, or null when it has none such. */
export function knownType(type: string | null): TaskType | null {
  return FUB_TYPES.find((known) => known === type) ?? null
}

type Keepers = { readonly [F in Field]: (value: CanonicalTask[F], context: KeepContext) => CanonicalTask[F] }

const KEEPERS: Keepers = {
  title: (title) => cut(titleText(title), TITLE_LIMIT) || NO_TITLE,
  due: (due, { zone }) => keepInstant(due, zone),
  type: (type) => knownType(type) ?? DEFAULT_TYPE,
  completed: (completed) => completed,
  notes: () => '',
  start: () => null,
  recurrence: () => null,
  priority: () => null,
  labels: () => [],
  assignee: () => null,
  list: () => null,
  parent: () => null,
}

/** The contract's `keep`: what Follow Up Boss can hold of a value. */
export function keep<F extends Field>(
  field: F,
  value: CanonicalTask[F],
  context: KeepContext,
): CanonicalTask[F] {
  return KEEPERS[field](value, context)
}
