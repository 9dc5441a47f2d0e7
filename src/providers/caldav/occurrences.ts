import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import type { Due } from '../../core/due.ts'
import { type Entry, isNamed } from './ics.ts'
import { clockOf, isTimed, wallClockOf } from './times.ts'

/** A rule that finds nothing in so many steps finds nothing that anybody waits for. */
const MOST_STEPS = 1_000
const MOST_TRIALS = 4_000

/** The next occurrence: its clock, as the anchor's own, and how many the rule has counted on its way there. */
export type Occurrence = { readonly clock: string; readonly counted: number }

/** What an occurrence is told by: DTSTART, or DUE where there is none. */
export function anchorOf(entries: readonly Entry[]): ICAL.Property | null {
  const found = entries.find(isNamed('dtstart')) ?? entries.find(isNamed('due'))
  return found?.property ?? null
}

/**
 * The occurrence after the one that the task stands for; null when that was the last. `over`: dates whose occurrences are
 * over, `passed`: a date up to which all are, both by the anchor's own clock.
 */
export function nextOccurrence(
  entries: readonly Entry[],
  over: ReadonlySet<string>,
  passed: string | null,
): Occurrence | null {
  const anchor = anchorOf(entries)
  if (anchor === null) return null
  const clock = clockOf(anchor)
  const now = passed !== null && passed > clock ? passed : clock
  const without = new Set([...clocksNamed('exdate', entries, anchor), ...over])
  const extra = clocksNamed('rdate', entries, anchor)
    .filter((clock) => clock > now && !without.has(clock))
    .sort()[0]
  const rule = entries.find(isNamed('rrule'))?.property.getFirstValue()
  const byRule = rule instanceof ICAL.Recur ? nextByRule(rule, anchor, now, without) : null
  if (extra !== undefined && (byRule === null || extra < byRule.clock)) return { clock: extra, counted: 0 }
  return byRule
}

/** The dates that a rule is without (EXDATE), by the anchor's own clock. */
export function skippedDates(entries: readonly Entry[]): string[] {
  const anchor = anchorOf(entries)
  return anchor === null ? [] : clocksNamed('exdate', entries, anchor)
}

/** A clock moved by as much as lies between two others. */
export function shifted(clock: string, from: string, to: string): string {
  const by = Temporal.PlainDateTime.from(from).until(Temporal.PlainDateTime.from(to), { largestUnit: 'day' })
  const moved = Temporal.PlainDateTime.from(clock).add(by)
  return clock.includes('T') ? moved.toString({ smallestUnit: 'second' }) : moved.toPlainDate().toString()
}

/**
 * How many occurrences of a rule lie behind `from`, up to `to`, which must be one itself; else 0. `skipped`: dates that
 * are none of it, as `skippedDates` gives them. Pure.
 */
export function countOccurrences(rule: string, from: Due, to: Due, skipped: readonly string[]): number {
  const [start, end] = [plainClock(from, to), plainClock(to, from)]
  if (end <= start) return 0
  try {
    const steps = iterate(openEnded(ICAL.Recur.fromString(rule)), start)
    const without = new Set(skipped.map((clock) => clock.slice(0, start.length)))
    let count = 0
    for (const clock of steps) {
      if (clock <= start || without.has(clock)) continue
      count += 1
      if (clock >= end) return clock === end ? count : 0
    }
    return 0
  } catch {
    // Rules of others may say what no iterator follows.
    return 0
  }
}

function nextByRule(
  rule: ICAL.Recur,
  anchor: ICAL.Property,
  passed: string,
  without: ReadonlySet<string>,
): Occurrence | null {
  const now = clockOf(anchor)
  const left = rule.count ?? Number.POSITIVE_INFINITY
  const last = rule.until === null ? null : untilClock(rule.until, anchor)
  let counted = 0
  for (const clock of iterate(openEnded(rule), now)) {
    if (clock <= now) continue
    counted += 1
    if (counted >= left || (last !== null && clock > last)) return null
    if (clock > passed && !without.has(clock)) return { clock, counted }
  }
  return null
}

function* iterate(rule: ICAL.Recur, from: string): Generator<string> {
  const isDay = !from.includes('T')
  const steps = rule.iterator(isDay ? ICAL.Time.fromDateString(from) : ICAL.Time.fromDateTimeString(from))
  // Some rules are never true (the 30th of February, day by day), and ical.js would look for ever.
  const fits = steps.check_contracting_rules.bind(steps)
  let left = MOST_TRIALS
  steps.check_contracting_rules = () => {
    left -= 1
    if (left < 0) throw new RangeError('The rule of a repeating task finds no date.')
    return fits()
  }
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = steps.next()
    if (!next) return
    yield next.toString().replace(/Z$/, '')
  }
}

/** Ends are looked at here, where zones are known. */
function openEnded(rule: ICAL.Recur): ICAL.Recur {
  const open = rule.clone()
  open.count = null
  open.until = null
  return open
}

/** The end of a rule by the anchor's own clock: it is an instant where the anchor has a zone (RFC 5545, 3.3.10). */
function untilClock(until: ICAL.Time, anchor: ICAL.Property): string {
  const text = until.toString()
  const clock = text.endsWith('Z') ? clockAt(text, anchor) : text
  if (!isTimed(anchor)) return clock.slice(0, 10)
  return clock.includes('T') ? clock : `${clock}T23:59:59`
}

export function clocksNamed(name: string, entries: readonly Entry[], anchor: ICAL.Property): string[] {
  return entries.filter(isNamed(name)).flatMap(({ property }) => clocksOf(property, anchor))
}

function clocksOf(property: ICAL.Property, anchor: ICAL.Property): string[] {
  return property.jCal.slice(3).map((value: unknown) => {
    const text = String(value)
    const clock = text.endsWith('Z') ? clockAt(text, anchor) : text
    return isTimed(anchor) ? clock : clock.slice(0, 10)
  })
}

function clockAt(instant: string, anchor: ICAL.Property): string {
  const tzid = anchor.getFirstParameter('tzid')
  try {
    return wallClockOf(instant, tzid ?? 'UTC')
  } catch {
    // A zone of the resource's own: near enough for the end of a rule.
    return instant.replace(/Z$/, '')
  }
}

/** A due by its own clock; by the day alone where the other one is a day: some clients close a day and leave a time. */
function plainClock(due: Due, other: Due): string {
  const clock = ownClock(due)
  return due.kind === 'day' || other.kind === 'day' ? clock.slice(0, 10) : clock
}

export function ownClock(due: Due): string {
  switch (due.kind) {
    case 'day':
      return due.day
    case 'floating':
      return `${due.day}T${due.time}`
    case 'fixed':
      return wallClockOf(due.at, due.zone ?? 'UTC')
  }
}
