import { Temporal } from 'temporal-polyfill'
import { firstOccurrence, type Recurrence } from './recurrence.ts'

/** A due phrase, understood: a day, perhaps a time, perhaps a repetition; or the wish for no date. */
export type Phrase =
  | { kind: 'none' }
  | { kind: 'due'; date: Temporal.PlainDate; time?: Temporal.PlainTime; recurrence?: Recurrence }

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAY =
  /^(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rsday|urday|days|sdays|nesdays|rsdays|urdays|r|rs)?$/
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?'
const MONTH_DAY = new RegExp(`^${MONTH} (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?$`)
const DAY_MONTH = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? (\\d{4}))?$`)
const ADVERBS: Record<string, string> = { daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' }

/**
 * Understands a documented part of Todoist's English date language (FIDELITY.md lists it); undefined for
 * everything else, which the service answers with INVALID_DATE. `now` is the user's local time.
 */
export function readPhrase(text: string, now: Temporal.PlainDateTime): Phrase | undefined {
  const { rest, time } = splitTime(text.trim().toLowerCase().replace(/\s+/g, ' '))
  if (['no date', 'no due date', 'nodate'].includes(rest) && time === undefined) return { kind: 'none' }
  const today = now.toPlainDate()
  const passed = time !== undefined && Temporal.PlainTime.compare(time, now.toPlainTime()) <= 0
  const withTime = time === undefined ? {} : { time }
  const repeating = readRecurrence(rest)
  if (repeating !== undefined) {
    const start = repeating.start ?? (passed ? today.add({ days: 1 }) : today)
    const date = firstOccurrence(repeating.rule, start)
    return { kind: 'due', date, ...withTime, recurrence: repeating.rule }
  }
  if (rest === '' && time !== undefined)
    return { kind: 'due', date: passed ? today.add({ days: 1 }) : today, time }
  const date = readDay(rest, today)
  return date === undefined ? undefined : { kind: 'due', date, ...withTime }
}

/** The repetition in a stored due string, or undefined if it names a single day. */
export function recurrenceOf(text: string): Recurrence | undefined {
  return readRecurrence(splitTime(text.trim().toLowerCase().replace(/\s+/g, ' ')).rest)?.rule
}

/** The calendar day of `YYYY-MM-DD`, or undefined if there is no such day. */
export function readIsoDay(text: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  return attempt(() => Temporal.PlainDate.from(text, { overflow: 'reject' }))
}

function splitTime(text: string): { rest: string; time?: Temporal.PlainTime } {
  const match =
    /^(.*?)(?:(?:^|,? |(?<=\d{4}-\d{2}-\d{2})t)(?:at |@ ?)?(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)? ?(am|pm)?|(?:^|,? )(?:at |@ ?)?(\d{1,2}) ?(am|pm)|(?:^|,? )at (\d{1,2}))$/.exec(
      text,
    )
  if (match === null) return { rest: text }
  const half = match[4] ?? match[6]
  const said = Number(match[2] ?? match[5] ?? match[7])
  if (half !== undefined && (said < 1 || said > 12)) return { rest: text }
  const hour = half === undefined ? said : (said % 12) + (half === 'pm' ? 12 : 0)
  const minute = Number(match[3] ?? 0)
  if (hour > 23 || minute > 59) return { rest: text }
  return { rest: (match[1] ?? '').trim(), time: new Temporal.PlainTime(hour, minute) }
}

function readDay(text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  if (['today', 'tod'].includes(text)) return today
  if (['tomorrow', 'tom', 'tmr'].includes(text)) return today.add({ days: 1 })
  if (text === 'yesterday') return today.subtract({ days: 1 })
  if (text === 'next week') return today.add({ days: 8 - today.dayOfWeek })
  const span = /^in (\d{1,3}) (day|week|month|year)s?$/.exec(text)
  if (span !== null) return today.add({ [`${span[2]}s`]: Number(span[1]) })
  const weekday = WEEKDAY.exec(text.replace(/^(next|this) /, ''))
  if (weekday !== null) {
    const wanted = WEEKDAYS.indexOf(weekday[1] ?? '') + 1
    const ahead = (wanted - today.dayOfWeek + 7) % 7
    return today.add({ days: ahead === 0 ? 7 : ahead })
  }
  return readIsoDay(text) ?? readNamedDay(text, today)
}

function readNamedDay(text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  const monthFirst = MONTH_DAY.exec(text)
  const dayFirst = DAY_MONTH.exec(text)
  const month = MONTHS.indexOf(monthFirst?.[1] ?? dayFirst?.[2] ?? '') + 1
  if (month === 0) return undefined
  const day = Number(monthFirst?.[2] ?? dayFirst?.[1])
  const year = monthFirst?.[3] ?? dayFirst?.[3]
  const at = (y: number) =>
    attempt(() => Temporal.PlainDate.from({ year: y, month, day }, { overflow: 'reject' }))
  if (year !== undefined) return at(Number(year))
  for (let y = today.year; y <= today.year + 8; y++) {
    const found = at(y)
    if (found !== undefined && Temporal.PlainDate.compare(found, today) >= 0) return found
  }
  return undefined
}

function readRecurrence(text: string): { rule: Recurrence; start?: Temporal.PlainDate } | undefined {
  const started = /^(.*?) (?:starting|from) (\d{4}-\d{2}-\d{2})$/.exec(text)
  const start = started === null ? undefined : readIsoDay(started[2] ?? '')
  if (started !== null && start === undefined) return undefined
  const body = started?.[1] ?? text
  const adverb = ADVERBS[body]
  const match = /^(?:every|ev)(!?) (.+)$/.exec(adverb === undefined ? body : `every ${adverb}`)
  if (match === null) return undefined
  const rule = readInterval(match[2] ?? '')
  if (rule === undefined) return undefined
  return { rule: { ...rule, fromCompletion: match[1] === '!' }, ...(start === undefined ? {} : { start }) }
}

function readInterval(text: string): Omit<Recurrence, 'fromCompletion'> | undefined {
  const plain = /^(?:(\d{1,3}|other) )?(day|week|month|year|workday|weekday)s?$/.exec(text)
  if (plain !== null) {
    const every = plain[1] === undefined ? 1 : plain[1] === 'other' ? 2 : Number(plain[1])
    if (every < 1) return undefined
    const unit = plain[2] === 'weekday' ? 'workday' : plain[2]
    return { unit: unit as Recurrence['unit'], every }
  }
  const dayOfMonth = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(text)
  if (dayOfMonth !== null && inMonth(Number(dayOfMonth[1])))
    return { unit: 'month', every: 1, dayOfMonth: Number(dayOfMonth[1]) }
  const yearly = new RegExp(`^${MONTH} (\\d{1,2})(?:st|nd|rd|th)?$`).exec(text)
  if (yearly !== null && inMonth(Number(yearly[2]))) {
    const month = MONTHS.indexOf(yearly[1] ?? '') + 1
    return { unit: 'year', every: 1, dayOfMonth: Number(yearly[2]), month }
  }
  const other = /^other (.+)$/.exec(text)
  const names = (other?.[1] ?? text).split(/,? and |, ?| /)
  const weekdays = names.map((name) => WEEKDAYS.indexOf(WEEKDAY.exec(name)?.[1] ?? '') + 1)
  if (weekdays.includes(0)) return undefined
  return { unit: 'week', every: other === null ? 1 : 2, weekdays: [...new Set(weekdays)].sort() }
}

function inMonth(day: number): boolean {
  return day >= 1 && day <= 31
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
