import type ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import { type Due, dayOf, fixed } from '../../core/due.ts'
import { sameValue } from '../../core/equal.ts'
import { type Edited, plain } from './edits.ts'
import { dueOf, firstNamed } from './entry-values.ts'
import { type Entry, isNamed } from './ics.ts'
import { START } from './own-properties.ts'
import { notBehind, startNote, wantedStart } from './start-note.ts'
import {
  clockOf,
  isTimed,
  keepStart,
  keepTime,
  movedTo,
  readStart,
  timeProperty,
  wallClockOf,
} from './times.ts'

/**
 * What becomes of DTSTART, DUE and DURATION when a due or a start is written; undefined leaves either as it is. Both are
 * days or both have a time, and no due comes before its start (RFC 5545, 3.8.2.3): a start that must follow its due to
 * another kind keeps its day, and one that must give way to it is noted (`start-note.ts`).
 */
export function timeEdits(
  entries: readonly Entry[],
  timezones: readonly ICAL.Component[],
  change: { readonly due?: Due | null | undefined; readonly start?: Due | null | undefined },
  zone: string,
): Edited {
  const edits: Edited = new Map()
  const start = wantedStart(entries)
  const before = dueOf(entries, timezones)
  const wanted = change.due === undefined ? before : keepTime(change.due)
  const dueChanges = change.due !== undefined && !sameValue(wanted, keepTime(before))
  const day = startDay(start, timezones, zone)
  const wantedDay = change.start === undefined ? day : dayIn(keepStart(change.start, zone))
  const startChanges = wantedDay !== day
  const lasts = entries.some(isNamed('duration'))
  if (dueChanges || (startChanges && lasts)) {
    edits.set('due', wanted === null ? [] : [timeProperty('due', wanted)])
    edits.set('duration', [])
  }
  if (!startChanges && !dueChanges) return edits
  const isNew = startChanges || (start !== undefined && !agrees(start, wanted))
  const next = isNew && wantedDay !== null ? startProperty(wantedDay, wanted, start, zone) : start
  const written =
    next === undefined || wanted === null ? next : notBehind(next, { before, due: wanted, zone }, timezones)
  if (wantedDay === null || next === undefined || written === undefined) {
    if (startChanges) edits.set('dtstart', [])
  } else if (!sameValue(written.jCal, firstNamed(entries, 'dtstart')?.jCal)) {
    edits.set('dtstart', [written])
  }
  if (wantedDay !== null && next !== undefined && written !== undefined && written !== next)
    edits.set(START, [plain(START, startNote(next, written))])
  else if (entries.some(isNamed(START))) edits.set(START, [])
  return edits
}

function startDay(
  start: ICAL.Property | undefined,
  timezones: readonly ICAL.Component[],
  zone: string,
): string | null {
  return start === undefined ? null : dayIn(keepStart(readStart(start, timezones), zone))
}

function dayIn(start: Due | null): string | null {
  return start === null ? null : dayOf(start, 'UTC')
}

function agrees(start: ICAL.Property, due: Due | null): boolean {
  return due === null || isTimed(start) === (due.kind !== 'day')
}

/** A start on another day keeps its time of day; a new one begins with the day, by the clock of the due. */
function startProperty(
  day: string,
  due: Due | null,
  before: ICAL.Property | undefined,
  zone: string,
): ICAL.Property {
  if (before !== undefined && isTimed(before) && agrees(before, due)) return onDay(before, day, zone)
  switch (due?.kind) {
    case undefined:
    case 'day':
      return timeProperty('dtstart', { kind: 'day', day })
    case 'floating':
      return timeProperty('dtstart', { kind: 'floating', day, time: '00:00:00' })
    case 'fixed':
      return due.zone === null
        ? timeProperty('dtstart', fixed(startOf(day, zone), null))
        : movedTo(timeProperty('dtstart', due), `${day}T00:00:00`)
  }
}

function onDay(start: ICAL.Property, day: string, zone: string): ICAL.Property {
  const clock = clockOf(start)
  if (!String(start.jCal[3]).endsWith('Z')) return movedTo(start, `${day}${clock.slice(10)}`)
  const local = `${day}${wallClockOf(`${clock}Z`, zone).slice(10)}`
  const instant = Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant()
  return movedTo(start, instant.toString({ smallestUnit: 'second' }).replace(/Z$/, ''))
}

function startOf(day: string, zone: string): string {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).toInstant().toString()
}
