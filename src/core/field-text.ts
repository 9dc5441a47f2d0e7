import { Temporal } from 'temporal-polyfill'
import { type Due, day, fixed } from './due.ts'
import { labelSet, manyLines, oneLine } from './normalise.ts'
import { type CanonicalTask, type Field, TASK_TYPES } from './task.ts'

/** A value that a person typed for a field, or what may be typed there. */
export type FieldReading = { readonly value: CanonicalTask[Field] } | { readonly allowed: string }

const NOTHING = 'none'
const YES = ['yes', 'true', 'done']
const NO = ['no', 'false', 'open']

/** Reads what a person typed as the value of a field. `zone`: IANA name, in which a time of day is meant. */
export function readFieldText(field: Field, text: string, zone: string): FieldReading {
  const words = oneLine(text)
  switch (field) {
    case 'title':
      return words === '' ? { allowed: 'a title of at least one letter' } : { value: words }
    case 'notes':
      return { value: manyLines(text) }
    case 'due':
    case 'start':
      return readDue(words, zone)
    case 'priority':
      return readPriority(words)
    case 'labels':
      return { value: words === NOTHING ? [] : labelSet(words.split(',')) }
    case 'type':
      return readType(words)
    case 'completed':
      return readCompleted(words)
    case 'assignee':
      return { value: words === NOTHING ? null : words.toLowerCase() }
    case 'recurrence':
      return { allowed: 'nothing: a repetition is set where it is kept' }
    case 'list':
    case 'parent':
      return { allowed: 'nothing: a task is moved where it lies' }
  }
}

function readDue(words: string, zone: string): FieldReading {
  if (words === NOTHING) return { value: null }
  const found = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?$/u.exec(words)
  const [, date, time] = found ?? []
  const forms = `a day (2026-12-01), a day and time in ${zone} ("2026-12-01 15:30"), or ${NOTHING}`
  try {
    if (date !== undefined && time === undefined) return { value: day(date) }
    if (date !== undefined && time !== undefined) {
      const local = Temporal.PlainDateTime.from(`${date}T${time}`, { overflow: 'reject' })
      return { value: fixed(local.toZonedDateTime(zone).toInstant().toString(), zone) }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { allowed: `${forms}; there is no ${words}` }
  }
  return { allowed: forms }
}

function readPriority(words: string): FieldReading {
  if (words === NOTHING) return { value: null }
  switch (words) {
    case '1':
      return { value: 1 }
    case '2':
      return { value: 2 }
    case '3':
      return { value: 3 }
    case '4':
      return { value: 4 }
    default:
      return { allowed: `1 (the highest) to 4, or ${NOTHING}` }
  }
}

function readType(words: string): FieldReading {
  const type = TASK_TYPES.find((one) => one.toLowerCase() === words.toLowerCase())
  return type === undefined ? { allowed: `one of: ${TASK_TYPES.join(', ')}` } : { value: type }
}

function readCompleted(words: string): FieldReading {
  if (YES.includes(words.toLowerCase())) return { value: true }
  if (NO.includes(words.toLowerCase())) return { value: false }
  return { allowed: 'yes or no' }
}

/** The value of a field in words, of the form that `readFieldText` takes where it has one; anything else as JSON. */
export function fieldText(field: string, value: unknown, zone: string): string {
  if (value === null || value === undefined) return NOTHING
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return field === 'title' || field === 'notes' ? `“${value}”` : value
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.join(', ')
  if (isDue(value)) return dueText(value, zone)
  if (field === 'recurrence' && typeof value === 'object' && 'text' in value) return String(value.text)
  return JSON.stringify(value)
}

function isDue(value: object): value is Due {
  return 'kind' in value && (value.kind === 'day' || value.kind === 'floating' || value.kind === 'fixed')
}

function dueText(due: Due, zone: string): string {
  switch (due.kind) {
    case 'day':
      return due.day
    case 'floating':
      return `${due.day} ${due.time.slice(0, 5)}`
    case 'fixed': {
      const local = Temporal.Instant.from(due.at).toZonedDateTimeISO(due.zone ?? zone)
      const time = local.toPlainTime().toString({ smallestUnit: 'minute' })
      const elsewhere = due.zone === null || due.zone === zone ? '' : ` (${due.zone})`
      return `${local.toPlainDate().toString()} ${time}${elsewhere}`
    }
  }
}
