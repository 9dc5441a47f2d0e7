import { keepInstant } from '../../core/due.ts'
import { cut, labelSet, manyLines, oneLine } from '../../core/normalise.ts'
import { BLANK_TASK, type CanonicalTask, type Field, type FieldValues } from '../../core/task.ts'
import { capabilitiesOf, type Flavour } from './capabilities.ts'

const TITLE_LIMIT = 255
const NO_TITLE = '(no title)'

/** The contract's `keep`. What a flavour has no field for is dropped; a `bare` service keeps instants and no zones. */
export function keep<F extends Field>(
  flavour: Flavour,
  field: F,
  value: CanonicalTask[F],
  zone: string,
): CanonicalTask[F] {
  if (capabilitiesOf(flavour).fields[field] === 'none') return BLANK_TASK[field]
  const task = { [field]: value } as unknown as CanonicalTask
  const kept: FieldValues = {}
  // Twice: a dropped control character can leave letters that compose.
  if (field === 'title') kept.title = oneLine(cut(oneLine(oneLine(task.title)), TITLE_LIMIT)) || NO_TITLE
  else if (field === 'notes') kept.notes = manyLines(manyLines(task.notes))
  else if (field === 'labels') kept.labels = labelSet(labelSet(task.labels))
  else if (field === 'type') kept.type = task.type ?? 'Follow Up'
  else if (field === 'due' && flavour === 'bare') kept.due = keepInstant(task.due, zone)
  else return value
  return kept[field] as CanonicalTask[F]
}

/** Of these values those that the flavour can hold. */
export function held(flavour: Flavour, fields: FieldValues): FieldValues {
  const modes = capabilitiesOf(flavour).fields
  return Object.fromEntries(Object.entries(fields).filter(([field]) => modes[field as Field] === 'rw'))
}
