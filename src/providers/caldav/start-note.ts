import type ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import { type Due, dayOf, instantOf } from '../../core/due.ts'
import { firstNamed, firstText } from './entry-values.ts'
import type { Entry } from './ics.ts'
import { shifted } from './occurrences.ts'
import { START } from './own-properties.ts'
import { clockOf, isTimed, movedTo, readTime, wallClockOf } from './times.ts'

/*
 * A due must not lie before its DTSTART (RFC 5545, 3.8.2.3), and other services know no such rule. A DTSTART that would come
 * behind its due goes before it, and what the start is to be is noted in the task: nobody has changed it. The note holds as
 * long as DTSTART is as we left it.
 */

/** DTSTART as it is to be, whatever had to be written for the due's sake. */
export function wantedStart(entries: readonly Entry[]): ICAL.Property | undefined {
  const start = firstNamed(entries, 'dtstart')
  const note = /^(\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?)\/(.+)$/.exec(firstText(entries, START))
  const [, wanted, written] = note ?? []
  if (start === undefined || wanted === undefined) return start
  return written === clockOf(start) && wanted.length === written.length ? movedTo(start, wanted) : start
}

export function startNote(wanted: ICAL.Property, written: ICAL.Property): string {
  return `${clockOf(wanted)}/${clockOf(written)}`
}

/** A start that does not come behind its due: as far before it as it was, else on the due's day, or the one before. */
export function notBehind(
  start: ICAL.Property,
  { before, due, zone }: { readonly before: Due | null; readonly due: Due; readonly zone: string },
  timezones: readonly ICAL.Component[],
): ICAL.Property {
  const fits = (one: ICAL.Property) => !isBehind(readTime(one, timezones), due, zone)
  if (fits(start)) return start
  const clock = clockOf(start)
  const on = (days: number) => {
    const day = Temporal.PlainDate.from(dayOf(due, zone)).add({ days }).toString()
    return isTimed(start) ? `${day}T00:00:00` : day
  }
  const along = before === null ? [] : [movedAlong(clock, before, due, zone)]
  const clocks = [...along, on(0), on(-1), on(-2)]
  const fitting = clocks.map((each) => movedTo(start, each)).find(fits)
  return fitting ?? movedTo(start, on(-2))
}

function movedAlong(clock: string, from: Due, to: Due, zone: string): string {
  const timed = clock.includes('T') && from.kind === to.kind && from.kind !== 'day'
  const clockIn = (due: Due) => (timed ? wallClock(due, zone) : dayOf(due, zone))
  return shifted(clock, clockIn(from), clockIn(to))
}

function wallClock(due: Due, zone: string): string {
  const at = instantOf(due, zone)
  return at === null ? dayOf(due, zone) : wallClockOf(at, zone)
}

function isBehind(start: Due, due: Due, zone: string): boolean {
  const [from, to] = [instantOf(start, zone), instantOf(due, zone)]
  return from === null || to === null ? dayOf(start, zone) > dayOf(due, zone) : from > to
}
