import { Temporal } from 'temporal-polyfill'
import { readIsoDay, readPhrase, recurrenceOf } from './due-phrases.ts'
import { invalidArgument, invalidDate } from './errors.ts'
import { nextOccurrence } from './recurrence.ts'
import type { Deadline, Due } from './state-objects.ts'

/** What reading and writing of due values depends on. */
export type DueContext = {
  /** Epoch milliseconds. */
  now: number
  /** The account owner's IANA zone. */
  zone: string
  /** Times are written with `.000000`. */
  microseconds: boolean
}

/** `due` of a Sync command, or what a REST body's `due_*` keys amount to. */
export type DueInput = {
  date?: string | null | undefined
  string?: string | null | undefined
  lang?: string | null | undefined
  timezone?: string | null | undefined
}

const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY = /^\d{4}-\d{2}-\d{2}$/
const OFFSET = /(?:z|[+-]\d{2}:?\d{2})$/i

/**
 * The due value to store (reference §8), null for "no date". A `date` decides the day; a `string` along with
 * it keeps a repetition, a date alone makes a single day. Throws 400 INVALID_DATE for what is not understood.
 */
export function readDue(input: DueInput, context: DueContext): Due | null {
  const lang = input.lang ?? 'en'
  if (input.date !== undefined && input.date !== null) {
    const { date, timezone } = readDate(input.date, input.timezone ?? null, context)
    const string = input.string ?? ''
    const recurring = string !== '' && recurrenceOf(string) !== undefined
    return {
      date,
      timezone,
      string: string === '' ? renderDate(date, timezone, context) : string,
      lang,
      is_recurring: recurring,
    }
  }
  if (input.string === undefined || input.string === null) throw invalidDate('due')
  const zone = input.timezone ?? context.zone
  const phrase = readPhrase(input.string, localNow(context, checkedZone(zone)))
  if (phrase === undefined) throw invalidDate('due_string')
  if (phrase.kind === 'none') return null
  const fixed = input.timezone !== undefined && input.timezone !== null
  const { date, timezone } = place(phrase.date, phrase.time, fixed ? zone : null, context)
  return { date, timezone, string: input.string, lang, is_recurring: phrase.recurrence !== undefined }
}

/** The due value after a recurring task was closed: same string, zone and time of day, the next day. */
export function advanceDue(due: Due, context: DueContext): Due {
  const rule = recurrenceOf(due.string)
  if (rule === undefined) return due
  const zone = due.timezone ?? context.zone
  const today = localNow(context, zone).toPlainDate()
  if (DAY.test(due.date)) {
    return { ...due, date: nextOccurrence(rule, Temporal.PlainDate.from(due.date), today).toString() }
  }
  const local = localOf(due.date, zone)
  const next = nextOccurrence(rule, local.toPlainDate(), today)
  const { date } = place(next, local.toPlainTime(), due.timezone, context)
  return { ...due, date }
}

/** A deadline is a calendar day, never a time. */
export function readDeadline(input: { date: string; lang?: string | null | undefined }): Deadline {
  if (readIsoDay(input.date) === undefined) throw invalidDate('deadline_date')
  return { date: input.date, lang: input.lang ?? 'en' }
}

/** The user's calendar day of a due value. */
export function dueDay(due: Due, zone: string): string {
  return DAY.test(due.date) ? due.date : localOf(due.date, zone).toPlainDate().toString()
}

/** The user's wall-clock time of a due value, if it has one. */
export function dueTime(due: Due, zone: string): Temporal.PlainTime | undefined {
  return DAY.test(due.date) ? undefined : localOf(due.date, zone).toPlainTime()
}

function readDate(text: string, zone: string | null, context: DueContext) {
  if (DAY.test(text)) {
    const day = readIsoDay(text)
    if (day === undefined) throw invalidDate('due_date')
    return { date: text, timezone: null }
  }
  try {
    if (!OFFSET.test(text.slice(10))) {
      if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text)) throw invalidDate('due_date')
      // A zone beside a floating time does not survive: it comes back null (reference §8).
      const local = Temporal.PlainDateTime.from(text.replace(' ', 'T'), { overflow: 'reject' })
      return { date: writeLocal(local, context), timezone: null }
    }
    const instant = Temporal.Instant.from(text)
    return { date: writeInstant(instant, context), timezone: checkedZone(zone ?? context.zone) }
  } catch (error) {
    if (error instanceof RangeError) throw invalidDate('due_date')
    throw error
  }
}

function place(
  day: Temporal.PlainDate,
  time: Temporal.PlainTime | undefined,
  zone: string | null,
  context: DueContext,
): { date: string; timezone: string | null } {
  if (time === undefined) return { date: day.toString(), timezone: null }
  const local = day.toPlainDateTime(time)
  if (zone === null) return { date: writeLocal(local, context), timezone: null }
  return { date: writeInstant(local.toZonedDateTime(zone).toInstant(), context), timezone: zone }
}

function writeLocal(local: Temporal.PlainDateTime, context: DueContext): string {
  return local.toString({ fractionalSecondDigits: context.microseconds ? 6 : 0 })
}

function writeInstant(instant: Temporal.Instant, context: DueContext): string {
  return instant.toString({ fractionalSecondDigits: context.microseconds ? 6 : 0 })
}

function localOf(date: string, zone: string): Temporal.PlainDateTime {
  if (!OFFSET.test(date.slice(10))) return Temporal.PlainDateTime.from(date)
  return Temporal.Instant.from(date).toZonedDateTimeISO(zone).toPlainDateTime()
}

function localNow(context: DueContext, zone: string): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(context.now))
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
}

function checkedZone(zone: string): string {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return zone
  } catch {
    throw invalidArgument('timezone', 'an IANA time zone')
  }
}

/** `Dec 3`, `Dec 3 2027`, `Dec 3 14:00`: how the service words a date that came without a phrase. */
function renderDate(date: string, timezone: string | null, context: DueContext): string {
  const thisYear = localNow(context, context.zone).year
  const local = DAY.test(date)
    ? Temporal.PlainDate.from(date).toPlainDateTime()
    : localOf(date, timezone ?? context.zone)
  const year = local.year === thisYear ? '' : ` ${local.year}`
  const time = DAY.test(date) ? '' : ` ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`
  return `${MONTH_NAMES[local.month - 1] ?? ''} ${local.day}${year}${time}`
}
