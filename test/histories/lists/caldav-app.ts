import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import {
  categoriesOf,
  dateLine,
  dateOf,
  escaped,
  lineValueOf,
  nameOf,
  type Resource,
  readResource,
  textOf,
  withLines,
  writeResource,
} from './ics-text.ts'
import { PLACES, type Place } from './pairs.ts'
import type { Change, Draft, SeenTask, UserApp } from './side.ts'
import { LABELS, labelValues, noteLines, strayLines, tokenIn } from './values.ts'

/** A request of the user's app at the server itself, below his home. Rejects where it is refused. */
export type DavUser = (
  method: string,
  path: string,
  body?: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<unknown>

type Stored = { readonly place: Place; readonly file: string; readonly resource: Resource }

/** What the other side has a place for, what a server writes, and what is ours. All else is this side's own. */
const SHARED = [
  ...['SUMMARY', 'DESCRIPTION', 'DUE', 'DTSTART', 'PRIORITY', 'CATEGORIES', 'STATUS', 'COMPLETED'],
  ...['PERCENT-COMPLETE', 'DTSTAMP', 'LAST-MODIFIED', 'SEQUENCE', 'X-DEALBRIDGE-MARKER'],
  ...['X-DEALBRIDGE-COMPLETIONS', 'X-DEALBRIDGE-CLOSED', 'X-DEALBRIDGE-START', 'X-DEALBRIDGE-MOVED'],
  ...['X-DEALBRIDGE-DTSTART', 'X-DEALBRIDGE-DUE', 'X-DEALBRIDGE-DURATION'],
]
/** A repetition of days, so that its occurrences are counted by its date. */
const RULE = 'RRULE:FREQ=DAILY'

/** The user of a CalDAV server. `home`: the folder in which the server keeps his lists. */
export function caldavApp(user: DavUser, home: string): UserApp {
  const put = ({ place, file }: Pick<Stored, 'place' | 'file'>, resource: Resource) =>
    user('PUT', `${place}/${encodeURIComponent(file)}`, writeResource(resource))
  const edit = async (id: string, change: (resource: Resource) => Resource) => {
    const stored = await one(id)
    if (stored !== undefined) await put(stored, change(stored.resource))
  }
  const all = async () => (await Promise.all(PLACES.map((place) => storedIn(home, place)))).flat()
  const one = async (id: string) => (await all()).find(({ resource }) => lineValueOf(resource, 'UID') === id)
  return {
    async tasks() {
      const stored = await all()
      const tokens = new Map(
        stored.map(({ resource }) => [
          lineValueOf(resource, 'UID') ?? '',
          tokenIn(textOf(resource, 'SUMMARY')),
        ]),
      )
      return stored.map((each) => seenOf(each, tokens))
    },
    async add(draft) {
      const uid = uidOf(draft)
      // Some apps name resources in a way of their own.
      const file = (draft.value * 31) % 1 < 0.3 ? `app-${draft.token}.ics` : `${uid}.ics`
      await put({ place: draft.list, file }, made(draft, uid))
    },
    change: (id, change) => edit(id, (resource) => changed(resource, change)),
    complete: (id) =>
      edit(id, (resource) =>
        lineValueOf(resource, 'RRULE') === undefined
          ? withLines(
              resource,
              ['STATUS', 'COMPLETED', 'PERCENT-COMPLETE'],
              ['STATUS:COMPLETED', 'COMPLETED:20261121T100000Z', 'PERCENT-COMPLETE:100'],
            )
          : movedOn(resource),
      ),
    reopen: (id) =>
      edit(id, (resource) =>
        withLines(resource, ['STATUS', 'COMPLETED', 'PERCENT-COMPLETE'], ['STATUS:NEEDS-ACTION']),
      ),
    async remove(id) {
      const stored = await one(id)
      if (stored !== undefined) await user('DELETE', `${stored.place}/${encodeURIComponent(stored.file)}`)
    },
    async move(id, to) {
      const stored = await one(id)
      if (stored === undefined || stored.place === to) return
      await put({ place: to, file: stored.file }, stored.resource)
      await user('DELETE', `${stored.place}/${encodeURIComponent(stored.file)}`)
    },
    putBelow: (id, parent) =>
      edit(id, (resource) => ({
        ...resource,
        lines: [
          ...resource.lines.filter((line) => !isParentLine(line)),
          ...(parent === null ? [] : [`RELATED-TO:${parent}`]),
        ],
      })),
    decorate: (id, value) => edit(id, (resource) => decorated(resource, value)),
  }
}

async function storedIn(home: string, place: Place): Promise<Stored[]> {
  const files = (await readdir(join(home, place)).catch(() => [])).filter((name) => !name.startsWith('.'))
  const found: Stored[] = []
  for (const file of files.sort())
    found.push({ place, file, resource: readResource(await readFile(join(home, place, file), 'utf8')) })
  return found
}

function seenOf({ place, resource }: Stored, tokens: ReadonlyMap<string, string>): SeenTask {
  const priority = Number(lineValueOf(resource, 'PRIORITY') ?? 0)
  const status = lineValueOf(resource, 'STATUS')
  const above = resource.lines.find(isParentLine)
  const description = textOf(resource, 'DESCRIPTION')
  return {
    id: lineValueOf(resource, 'UID') ?? '',
    token: tokenIn(textOf(resource, 'SUMMARY')),
    repeats: lineValueOf(resource, 'RRULE') !== undefined,
    own: ownOf(resource),
    stray: strayLines(description),
    values: {
      title: textOf(resource, 'SUMMARY'),
      notes: noteLines(description),
      due: dateOf(resource, 'DUE'),
      priority: priority === 0 ? null : priority <= 2 ? 1 : priority <= 4 ? 2 : priority === 5 ? 3 : 4,
      completed:
        status === 'COMPLETED' || status === 'CANCELLED' || lineValueOf(resource, 'COMPLETED') !== undefined,
      list: place,
      parent: (above === undefined ? null : tokens.get(above.slice(above.lastIndexOf(':') + 1))) ?? null,
      ...labelValues(categoriesOf(resource)),
    },
  }
}

/** Also a category that is no label of the histories. */
function ownOf(resource: Resource): string[] {
  const foreign = categoriesOf(resource).filter((name) => !LABELS.some((label) => label === name))
  return [
    ...resource.lines.filter((line) => !SHARED.includes(nameOf(line)) && !isParentLine(line)),
    ...resource.inside.map((lines) => [...lines].sort().join(' | ')),
    ...foreign.map((name) => `category ${name}`),
  ].sort()
}

function isParentLine(line: string): boolean {
  return nameOf(line) === 'RELATED-TO' && !/RELTYPE=(?!PARENT)/iu.test(line)
}

/** Of most apps a UUID, of some anything. The same in each run. */
function uidOf({ token, value }: Draft): string {
  if ((value * 17) % 1 < 0.2) return `${token}.${Math.floor(value * 1e6)}@phone`
  const hex = createHash('sha256').update(`${token} ${value}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function made(draft: Draft, uid: string): Resource {
  const { title, notes, due, priority, labels, parent, repeats, value } = draft
  const zoned = due?.endsWith('Z') === true && (value * 13) % 1 < 0.5
  const day = due ?? '2026-12-01'
  return {
    before: ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//A user//EN', ...(zoned ? BERLIN : [])],
    lines: [
      `UID:${uid}`,
      'DTSTAMP:20261120T090000Z',
      'CREATED:20261120T090000Z',
      `SUMMARY:${escaped(title)}`,
      ...(notes === '' ? [] : [`DESCRIPTION:${escaped(notes)}`]),
      ...(repeats
        ? [dateLine('DTSTART', day), dateLine('DUE', day), RULE]
        : due === null
          ? []
          : [zoned ? berlinLine('DUE', due) : dateLine('DUE', due)]),
      ...(priority === null ? [] : [`PRIORITY:${priorityLine(priority)}`]),
      ...(labels.length === 0 ? [] : [`CATEGORIES:${labels.map(escaped).join(',')}`]),
      ...(parent === null ? [] : [`RELATED-TO;RELTYPE=PARENT:${parent}`]),
      `X-KEPT-BY-APP;X-OF="${draft.token}, not yours":v${Math.floor(value * 1000)}\\, this`,
    ],
    inside:
      value < 0.5
        ? [
            [
              'BEGIN:VALARM',
              'ACTION:DISPLAY',
              'DESCRIPTION:Now',
              `TRIGGER:-PT${Math.floor(value * 100)}M`,
              'END:VALARM',
            ],
          ]
        : [],
    after: ['END:VCALENDAR'],
  }
}

const BERLIN = [
  ...['BEGIN:VTIMEZONE', 'TZID:Europe/Berlin', 'BEGIN:DAYLIGHT', 'DTSTART:19810329T020000'],
  ...['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'TZNAME:CEST', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
  ...['END:DAYLIGHT', 'BEGIN:STANDARD', 'DTSTART:19961027T030000'],
  ...['RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'TZNAME:CET', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100'],
  ...['END:STANDARD', 'END:VTIMEZONE'],
]

function berlinLine(name: string, at: string): string {
  const clock = Temporal.Instant.from(at).toZonedDateTimeISO('Europe/Berlin').toPlainDateTime()
  const digits = clock.toString({ smallestUnit: 'second' }).replace(/[-:]/gu, '')
  return `${name};TZID=Europe/Berlin:${digits}`
}

/** As apps of three steps and of nine write it. */
const priorityLine = (priority: number): number => [0, 1, 3, 5, 9][priority] ?? 0

function changed(resource: Resource, { title, notes, due, priority, label }: Change): Resource {
  let next = resource
  if (title !== undefined) next = withLines(next, ['SUMMARY'], [`SUMMARY:${escaped(title)}`])
  if (notes !== undefined) {
    const block = textOf(resource, 'DESCRIPTION').match(/(?:^|\n)---\n[\s\S]*$/u)?.[0] ?? ''
    next = withLines(next, ['DESCRIPTION'], [`DESCRIPTION:${escaped(`${notes}${block}`)}`])
  }
  if (due !== undefined)
    // Both are to be of one kind: an app that changes the one takes the other away.
    next = withLines(next, ['DUE', 'DTSTART', 'DURATION'], due === null ? [] : [dateLine('DUE', due)])
  if (priority !== undefined)
    next = withLines(next, ['PRIORITY'], priority === null ? [] : [`PRIORITY:${priorityLine(priority)}`])
  if (label !== undefined) {
    const names = [
      ...categoriesOf(resource).filter((name) => name !== label.name),
      ...(label.on ? [label.name] : []),
    ]
    next = withLines(
      next,
      ['CATEGORIES'],
      names.length === 0 ? [] : [`CATEGORIES:${names.map(escaped).join(',')}`],
    )
  }
  return next
}

/** The next day, as apps complete one that repeats daily. */
function movedOn(resource: Resource): Resource {
  const due = dateOf(resource, 'DUE')
  if (due === null) return resource
  const next = Temporal.PlainDate.from(due.slice(0, 10)).add({ days: 1 }).toString()
  return withLines(resource, ['DUE', 'DTSTART'], [dateLine('DTSTART', next), dateLine('DUE', next)])
}

/** Something that the other side has no place for: another line, an alarm, a relation of another kind. */
function decorated(resource: Resource, value: number): Resource {
  const n = Math.floor(value * 1000)
  switch (n % 5) {
    case 0:
      return withLines(resource, ['LOCATION'], [`LOCATION:Room ${n}\\; behind the stairs`])
    case 1:
      return {
        ...resource,
        inside: [['BEGIN:VALARM', 'ACTION:AUDIO', `TRIGGER;RELATED=END:-P${n}D`, 'END:VALARM']],
      }
    case 2:
      return withLines(resource, ['X-LONG'], [`X-LONG:${'a line that has to be folded, ünd '.repeat(5)}${n}`])
    case 3:
      return { ...resource, lines: [...resource.lines, `RELATED-TO;RELTYPE=SIBLING:another-${n}`] }
    default:
      return withLines(resource, ['ATTENDEE'], [`ATTENDEE;CN="Ann, of ${n}":mailto:ann@example.com`])
  }
}
