import ICAL from 'ical.js'
import { sameValue } from '../../core/equal.ts'

/*
 * A resource as a list of content lines. What we do not write stays as the server sent it, letter by letter: a line is
 * taken apart only to be read, and put together anew only where its value changes.
 */

/** A content line: as it came, maybe folded, and unfolded. */
type Line = { readonly raw: string; readonly text: string }

/** `begin` and `end`: the lines around the task's own: its master, where single occurrences have components of their own. */
export type Ics = { readonly lines: readonly Line[]; readonly begin: number; readonly end: number }

/** A property of the task itself and the line that it stands on. */
export type Entry = { readonly at: number; readonly property: ICAL.Property }

/** `no-task`: a whole calendar resource of something else. `unreadable`: none. */
export type ReadIcs = Ics | 'no-task' | 'unreadable'

export function readIcs(source: string): ReadIcs {
  const lines = linesOf(source)
  const parts = componentsOf(lines)
  if (parts === null) return 'unreadable'
  const tasks = parts.filter(({ name, depth }) => name === 'VTODO' && depth === 1)
  if (tasks.length === 0) return 'no-task'
  const masters = tasks.filter((one) => !ownEntries({ lines, ...one }).some(isNamed('recurrence-id')))
  const { begin, end } = masters[0] ?? tasks[0] ?? { begin: 0, end: 0 }
  return { lines, begin, end }
}

/** The components of single occurrences (RECURRENCE-ID) beside the task. */
export function overridesOf({ lines, begin }: Ics): Ics[] {
  return (componentsOf(lines) ?? [])
    .filter(({ name, depth }) => name === 'VTODO' && depth === 1)
    .map((part) => ({ lines, begin: part.begin, end: part.end }))
    .filter((one) => one.begin !== begin && ownEntries(one).some(isNamed('recurrence-id')))
}

/** The properties of the task itself, without those of its alarms. A line that is none is passed over, and stays. */
export function ownEntries({ lines, begin, end }: Ics): Entry[] {
  const found: Entry[] = []
  let depth = 0
  for (let at = begin + 1; at < end; at += 1) {
    const text = lines[at]?.text ?? ''
    if (/^BEGIN:/i.test(text)) depth += 1
    else if (/^END:/i.test(text)) depth -= 1
    else if (depth === 0) found.push(...entryOf(text, at))
  }
  return found
}

/** The time zones that the resource brings along. */
export function timezonesOf({ lines }: Ics): ICAL.Component[] {
  return (componentsOf(lines) ?? [])
    .filter(({ name, depth }) => name === 'VTIMEZONE' && depth === 1)
    .flatMap(({ begin, end }) => {
      const text = lines.slice(begin, end + 1).map((line) => line.text)
      try {
        return [new ICAL.Component(ICAL.parse(text.join('\r\n')))]
      } catch {
        return []
      }
    })
}

/** What becomes of properties, by their names in lower case: these and no others of the name. */
export type Edits = ReadonlyMap<string, readonly ICAL.Property[]>

/**
 * The resource with other properties. New ones take the places of those that go, the rest comes behind the task's own
 * lines. `timezones`: components to add, as text.
 */
export function edited(ics: Ics, edits: Edits, timezones: readonly string[] = []): string {
  const places = new Map<number, string[]>()
  const entries = ownEntries(ics)
  const rest: string[] = []
  for (const [name, properties] of edits) {
    const { there, written } = changing(entries.filter(isNamed(name)), properties)
    for (const [nth, { at }] of there.entries()) places.set(at, written.slice(nth, nth + 1))
    rest.push(...written.slice(there.length))
  }
  const lastOwn = Math.max(ics.begin, ...entries.map(({ at }) => at))
  const firstPart = ics.lines.findIndex((line, at) => at > 0 && /^BEGIN:/i.test(line.text))
  const out = ics.lines.flatMap(({ raw }, at) => [
    ...(at === firstPart ? timezones : []),
    ...(places.get(at) ?? [raw]),
    ...(at === lastOwn ? rest : []),
  ])
  return withLineEnds(out)
}

/** Without those that stay as they are, though others of their name change: their lines are left to the letter. */
function changing(entries: readonly Entry[], properties: readonly ICAL.Property[]) {
  const there = [...entries]
  const written = properties.filter((one) => {
    const at = there.findIndex(({ property }) => sameValue(property.jCal, one.jCal))
    if (at >= 0) there.splice(at, 1)
    return at < 0
  })
  return { there, written: written.map(lineOf) }
}

/** A new resource of one task. */
export function newIcs(properties: readonly ICAL.Property[], timezones: readonly string[]): string {
  return withLineEnds([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Dealbridge//Dealbridge//EN',
    ...timezones,
    'BEGIN:VTODO',
    ...properties.map(lineOf),
    'END:VTODO',
    'END:VCALENDAR',
  ])
}

export function isNamed(name: string): (entry: Entry) => boolean {
  return ({ property }) => property.name === name
}

/** Folded: Property.toICALString leaves long lines as they are. */
function lineOf(property: ICAL.Property): string {
  return ICAL.stringify.property(property.jCal, ICAL.design.icalendar, false)
}

function entryOf(text: string, at: number): Entry[] {
  try {
    const property = new ICAL.Property(ICAL.parse.property(text))
    return property.name === '' ? [] : [{ at, property }]
  } catch {
    return []
  }
}

/** XML makes one line feed of each line end, so both are taken. */
function linesOf(source: string): Line[] {
  const lines: { raw: string; text: string }[] = []
  for (const row of source.split(/\r?\n/)) {
    const last = lines.at(-1)
    if (last !== undefined && /^[ \t]/.test(row)) {
      last.raw += `\r\n${row}`
      last.text += row.slice(1)
    } else if (row.trim() !== '') lines.push({ raw: row, text: row })
  }
  return lines
}

type Part = { readonly name: string; readonly depth: number; readonly begin: number; readonly end: number }

/** Null for what is no single calendar with its components whole. */
function componentsOf(lines: readonly Line[]): Part[] | null {
  const open: { name: string; begin: number }[] = []
  const parts: Part[] = []
  for (const [at, { text }] of lines.entries()) {
    const mark = /^(BEGIN|END):\s*([\w-]+)\s*$/i.exec(text)
    if (open.length === 0 && (mark === null || at > 0)) return null
    if (mark === null) continue
    const name = (mark[2] ?? '').toUpperCase()
    if (mark[1]?.toUpperCase() === 'BEGIN') open.push({ name, begin: at })
    else {
      const part = open.pop()
      if (part?.name !== name) return null
      parts.push({ name, depth: open.length, begin: part.begin, end: at })
    }
  }
  return open.length === 0 && parts.at(-1)?.name === 'VCALENDAR' ? parts : null
}

function withLineEnds(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n`
}
