import ICAL from 'ical.js'
import { type Edited, plain, withEdits } from './edits.ts'
import { dueOf, firstNamed, firstText, repeats } from './entry-values.ts'
import { type Entry, isNamed } from './ics.ts'
import { MOVED, OWN_TIMES } from './own-properties.ts'
import { clockOf } from './times.ts'

/*
 * A task that repeats stands for one occurrence, and its times are those of the series. Who moves it from the other side
 * moves this occurrence alone: what it would have by itself is noted in the task, and the next one goes by that. The note
 * holds as long as the times are as we left them: an app that writes others has said anew what the series is.
 */

const NAMES = ['dtstart', 'due', 'duration'] as const

/** True where the occurrence was moved from the other side, and nobody has moved the task since. */
export function isMoved(entries: readonly Entry[]): boolean {
  const note = firstText(entries, MOVED)
  return note !== '' && note === timesOf(entries)
}

/** The properties of the task with the times that the occurrence has by itself. */
export function asInSeries(entries: readonly Entry[]): readonly Entry[] {
  if (!isMoved(entries)) return entries
  const own: Edited = new Map()
  for (const name of NAMES) {
    const noted = firstNamed(entries, OWN_TIMES[name])
    own.set(name, noted === undefined ? [] : [named(noted, name)])
  }
  return withEdits(entries, own)
}

/** The note that goes with a change of an occurrence's times. A due where there was none is the whole series'. */
export function moveNote(entries: readonly Entry[], times: Edited): Edited {
  if (times.size === 0 || !repeats(entries)) return new Map()
  const own = asInSeries(entries)
  const after = withEdits(entries, times)
  if (times.has('due') && dueOf(own, []) === null) return noNote(entries)
  if (timesOf(own) === timesOf(after) && !own.some(isNamed('duration'))) return noNote(entries)
  const note: Edited = new Map([[MOVED, [plain(MOVED, timesOf(after))]]])
  for (const name of NAMES) {
    const property = firstNamed(own, name)
    note.set(OWN_TIMES[name], property === undefined ? [] : [named(property, OWN_TIMES[name])])
  }
  return note
}

/** Takes the note away. */
export function noNote(entries: readonly Entry[]): Edited {
  const names = [MOVED, ...Object.values(OWN_TIMES)]
  return new Map(names.filter((name) => entries.some(isNamed(name))).map((name) => [name, []]))
}

function timesOf(entries: readonly Entry[]): string {
  return ['dtstart', 'due']
    .map((name) => firstNamed(entries, name))
    .map((property) => (property === undefined ? '' : clockOf(property)))
    .join('/')
}

function named(property: ICAL.Property, name: string): ICAL.Property {
  const jCal = structuredClone(property.jCal)
  jCal[0] = name
  return new ICAL.Property(jCal)
}
