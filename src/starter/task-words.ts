import { sameValue } from '../core/equal.ts'
import { fieldText } from '../core/field-text.ts'
import { FIELDS, type FieldValues } from '../core/task.ts'

const TITLE_LENGTH = 60

/** A title as it fits into a line. */
export function shorten(title: string): string {
  const letters = [...title]
  return letters.length <= TITLE_LENGTH ? title : `${letters.slice(0, TITLE_LENGTH - 1).join('')}…`
}

/** E.g. `pair 81 “Call Dana”`. */
export function pairWords(pair: string, title: string | null): string {
  return title === null ? `pair ${pair}` : `pair ${pair} “${shorten(title)}”`
}

/** A list of one side, by its id, as people call it. */
export type ListWords = (id: string) => string

/** A value of a field as it fits into a line. `zone`: in which its time is told. `lists`: of the side whose value it is. */
export function valueWords(field: string, value: unknown, zone: string, lists: ListWords): string {
  if (field === 'list' && typeof value === 'string') return lists(value)
  const text = fieldText(field, value, zone).replace(/\s+/gu, ' ')
  const quoted = /^“(.*)”$/u.exec(text)?.[1]
  return quoted === undefined ? shorten(text) : `“${shorten(quoted)}”`
}

/** E.g. `title “Call”, due 2026-12-01`: what a task holds of these fields, without what is empty. */
export function fieldsWords(fields: FieldValues, zone: string, lists: ListWords): string {
  return FIELDS.filter((field) => !isEmpty(fields[field]))
    .map((field) => `${field} ${valueWords(field, fields[field], zone, lists)}`)
    .join(', ')
}

function isEmpty(value: unknown): boolean {
  return [undefined, null, '', false].some((empty) => empty === value) || sameValue(value, [])
}

/** A time of the record as a person reads it, in `zone`: `2026-12-01 15:30:12`. */
export function timeWords(time: string, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: zone }).format(
    new Date(time),
  )
}

/** `1 task`, `2 tasks`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
