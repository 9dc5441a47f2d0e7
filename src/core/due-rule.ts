import { Temporal } from 'temporal-polyfill'
import { type Due, day } from './due.ts'

/** Where the days of a rule are counted from: the entry into the stage, or the deal's projected close. */
export const DUE_ORIGINS = ['entry', 'close'] as const
export type DueOrigin = (typeof DUE_ORIGINS)[number]

/**
 * When an item of a checklist is due: so many days behind or before its origin. `business`: Saturdays and Sundays are not
 * counted; holidays, which nobody tells us, are.
 */
export type DueRule = {
  readonly from: DueOrigin
  readonly direction: 'after' | 'before'
  readonly days: number
  readonly business: boolean
}

/** What becomes of a due on a Saturday or Sunday: it stays, or goes to the Friday before or the Monday after. */
export const WEEKEND_RULES = ['keep', 'before', 'after'] as const
export type WeekendRule = (typeof WEEKEND_RULES)[number]

/** Civil days; null where the CRM has none. */
export type Origins = Readonly<Record<DueOrigin, string | null>>

const FORM = /^(entry|close)(?:\s*([+-])\s*(\d{1,4})\s*(d|bd))?$/u
/** Ten years: more is a slip of the hand. */
const MOST_DAYS = 3_650
const SATURDAY = 6
const WEEK = 7
const WORKDAYS = 5

/** Reads `entry+3d`, `close-7d`, `entry+2bd`, `close`. Null for anything else: `DUE_FORM` says what may be written. */
export function readDueRule(text: string): DueRule | null {
  const [, from, sign, count, unit] = FORM.exec(text.trim().toLowerCase()) ?? []
  const days = Number(count ?? 0)
  if ((from !== 'entry' && from !== 'close') || days > MOST_DAYS) return null
  return { from, direction: sign === '-' ? 'before' : 'after', days, business: unit === 'bd' }
}

/** As it may be written: what `readDueRule` reads. */
export function dueRuleText({ from, direction, days, business }: DueRule): string {
  return days === 0 && !business
    ? from
    : `${from}${direction === 'before' ? '-' : '+'}${days}${business ? 'bd' : 'd'}`
}

/** For people. */
export const DUE_FORM = `entry+3d (three days after the deal came into the stage), close-7d (a week before its projected close), entry+2bd (business days), entry or close; at most ${MOST_DAYS} days`

/** The day on which it is due; null where its origin is not known. */
export function resolveDue(rule: DueRule, origins: Origins, weekend: WeekendRule): Due | null {
  const origin = origins[rule.from]
  if (origin === null) return null
  const from = Temporal.PlainDate.from(origin)
  const step = rule.direction === 'after' ? 1 : -1
  const counted = rule.business
    ? addBusinessDays(from, rule.days, step)
    : from.add({ days: step * rule.days })
  return day(offWeekend(counted, weekend).toString())
}

/** From a weekend the count begins at its near end, so that one business day behind a Saturday is the Monday. */
function addBusinessDays(from: Temporal.PlainDate, days: number, step: 1 | -1): Temporal.PlainDate {
  if (days === 0) return isWeekend(from) ? offWeekend(from, step > 0 ? 'after' : 'before') : from
  const start = isWeekend(from) ? offWeekend(from, step > 0 ? 'before' : 'after') : from
  let at = start.add({ days: step * WEEK * Math.floor(days / WORKDAYS) })
  for (let left = days % WORKDAYS; left > 0; ) {
    at = at.add({ days: step })
    if (!isWeekend(at)) left -= 1
  }
  return at
}

function offWeekend(at: Temporal.PlainDate, rule: WeekendRule): Temporal.PlainDate {
  if (rule === 'keep' || !isWeekend(at)) return at
  const isSaturday = at.dayOfWeek === SATURDAY
  return rule === 'before' ? at.subtract({ days: isSaturday ? 1 : 2 }) : at.add({ days: isSaturday ? 2 : 1 })
}

function isWeekend({ dayOfWeek }: Temporal.PlainDate): boolean {
  return dayOfWeek >= SATURDAY
}
