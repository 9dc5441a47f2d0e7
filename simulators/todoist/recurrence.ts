import type { Temporal } from 'temporal-polyfill'

/** A repeating phrase, understood. */
export type Recurrence = {
  unit: 'day' | 'workday' | 'week' | 'month' | 'year'
  /** Every how many units; 1 or more. */
  every: number
  /** `every!`: counted from the day of completion, not from the due date. */
  fromCompletion: boolean
  /** ISO weekdays (1 = Monday) of `every monday, friday`. */
  weekdays?: readonly number[]
  /** `every 15th`; a month that is too short uses its last day. */
  dayOfMonth?: number
  /** `every dec 3`. */
  month?: number
}

/** The first day on or after `from` that the phrase names. */
export function firstOccurrence(rule: Recurrence, from: Temporal.PlainDate): Temporal.PlainDate {
  if (rule.weekdays !== undefined || rule.unit === 'workday' || rule.dayOfMonth !== undefined) {
    for (let day = from; ; day = day.add({ days: 1 })) if (fits(rule, day)) return day
  }
  return from
}

/**
 * The due day after the current one is closed: the schedule's first day after it that lies after today, so
 * that an overdue series does not come back overdue.
 */
export function nextOccurrence(
  rule: Recurrence,
  current: Temporal.PlainDate,
  today: Temporal.PlainDate,
): Temporal.PlainDate {
  if (rule.fromCompletion) return step(rule, today)
  let next = step(rule, current)
  while (next.since(today).sign <= 0 && next.since(current).sign > 0) next = step(rule, next)
  return next
}

function step(rule: Recurrence, day: Temporal.PlainDate): Temporal.PlainDate {
  if (rule.weekdays !== undefined) {
    const later = rule.weekdays.filter((each) => each > day.dayOfWeek)
    const monday = day.subtract({ days: day.dayOfWeek - 1 })
    if (later.length > 0) return monday.add({ days: Math.min(...later) - 1 })
    return monday.add({ weeks: rule.every }).add({ days: Math.min(...rule.weekdays) - 1 })
  }
  if (rule.unit === 'workday') {
    let next = day.add({ days: 1 })
    while (!fits(rule, next)) next = next.add({ days: 1 })
    return next
  }
  if (rule.dayOfMonth !== undefined) {
    const span = rule.month === undefined ? { months: rule.every } : { years: rule.every }
    return onDayOfMonth(day.with({ day: 1 }).add(span), rule.dayOfMonth)
  }
  switch (rule.unit) {
    case 'day':
      return day.add({ days: rule.every })
    case 'week':
      return day.add({ weeks: rule.every })
    case 'month':
      return day.add({ months: rule.every })
    case 'year':
      return day.add({ years: rule.every })
  }
}

function fits(rule: Recurrence, day: Temporal.PlainDate): boolean {
  if (rule.weekdays !== undefined) return rule.weekdays.includes(day.dayOfWeek)
  if (rule.unit === 'workday') return day.dayOfWeek <= 5
  if (rule.dayOfMonth === undefined) return true
  if (rule.month !== undefined && day.month !== rule.month) return false
  return onDayOfMonth(day, rule.dayOfMonth).day === day.day
}

function onDayOfMonth(day: Temporal.PlainDate, dayOfMonth: number): Temporal.PlainDate {
  return day.with({ day: Math.min(dayOfMonth, day.daysInMonth) })
}
