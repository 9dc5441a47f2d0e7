import { Temporal } from 'temporal-polyfill'
import { instant } from './values.ts'

/*
 * An iCalendar resource as lines, for the user's app and for the oracle. By hand: what the product reads and writes by is
 * what is judged here. Only what histories write has to be understood.
 */

/** A task's resource: its own lines, unfolded, and those of what lies inside (alarms), each with all of its own. */
export type Resource = {
  readonly before: readonly string[]
  readonly lines: readonly string[]
  readonly inside: readonly (readonly string[])[]
  readonly after: readonly string[]
}

export function readResource(text: string): Resource {
  const all = text.replace(/\r?\n[ \t]/gu, '').split(/\r?\n/u)
  const begin = all.indexOf('BEGIN:VTODO')
  const end = all.indexOf('END:VTODO')
  if (begin < 0 || end < begin) throw new Error('the resource holds no task')
  const lines: string[] = []
  const inside: string[][] = []
  let open: string[] | null = null
  for (const line of all.slice(begin + 1, end)) {
    if (open === null && line.startsWith('BEGIN:')) open = []
    if (open === null) lines.push(line)
    else open.push(line)
    if (open !== null && line === `END:${open[0]?.slice('BEGIN:'.length)}`) {
      inside.push(open)
      open = null
    }
  }
  return {
    before: all.slice(0, begin),
    lines,
    inside,
    after: all.slice(end + 1).filter((line) => line !== ''),
  }
}

export function writeResource({ before, lines, inside, after }: Resource): string {
  return `${[...before, 'BEGIN:VTODO', ...lines, ...inside.flat(), 'END:VTODO', ...after].join('\r\n')}\r\n`
}

export const nameOf = (line: string): string => (/^[\w-]+/u.exec(line)?.[0] ?? '').toUpperCase()

/** The value of the first line of that name; undefined where there is none. */
export function lineValueOf({ lines }: Resource, name: string): string | undefined {
  const line = lines.find((one) => nameOf(one) === name)
  return line === undefined ? undefined : afterColon(line)
}

/** Behind the first colon that is not between quotes. */
function afterColon(line: string): string {
  return /^(?:[^:"]|"[^"]*")*:(.*)$/su.exec(line)?.[1] ?? ''
}

export function textOf(resource: Resource, name: string): string {
  return (lineValueOf(resource, name) ?? '').replace(/\\([nN,;\\])/gu, (_, letter: string) =>
    letter.toLowerCase() === 'n' ? '\n' : letter,
  )
}

export const escaped = (text: string): string =>
  text.replace(/[\\,;]/gu, (letter) => `\\${letter}`).replace(/\n/gu, '\\n')

/** The resource with these lines in place of all of these names. */
export function withLines(resource: Resource, names: readonly string[], lines: readonly string[]): Resource {
  return {
    ...resource,
    lines: [...resource.lines.filter((one) => !names.includes(nameOf(one))), ...lines],
  }
}

/** The names in all lines of CATEGORIES. */
export function categoriesOf({ lines }: Resource): string[] {
  return lines
    .filter((one) => nameOf(one) === 'CATEGORIES')
    .flatMap((one) => afterColon(one).split(/(?<!\\),/u))
    .map((name) => name.replace(/\\(.)/gu, '$1'))
    .filter((name) => name !== '')
}

/** A line of a date, in the words of values.ts; null without one. A zone is read by its IANA name. */
export function dateOf({ lines }: Resource, name: string): string | null {
  const line = lines.find((one) => nameOf(one) === name)
  const [, y, m, d, time] = /(\d{4})(\d\d)(\d\d)(T\d{6}Z?)?$/u.exec(line ?? '') ?? []
  if (y === undefined) return null
  const day = `${y}-${m}-${d}`
  if (time === undefined) return day
  const clock = `${day}T${time.slice(1, 3)}:${time.slice(3, 5)}:${time.slice(5, 7)}`
  if (time.endsWith('Z')) return instant(`${clock}Z`)
  const [, zone] = /^[^:]*;TZID="?([^:;"]+)/u.exec(line ?? '') ?? []
  if (zone === undefined) return `${clock} floating`
  return instant(Temporal.PlainDateTime.from(clock).toZonedDateTime(zone).toInstant())
}

/** `DUE…` or `DTSTART…` of a date in the words of values.ts. */
export function dateLine(name: string, words: string): string {
  const digits = words.replace(/[-:]/gu, '').replace(' floating', '')
  return digits.includes('T') ? `${name}:${digits}` : `${name};VALUE=DATE:${digits}`
}
