import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyTask } from '../../../test/contract/tasks.ts'
import { FIELDS, type FieldValues } from '../../core/task.ts'
import { capabilities } from './capabilities.ts'
import { changedIcs } from './encode.ts'
import { readIcs } from './ics.ts'

const written = FIELDS.filter((field) => capabilities.fields[field] === 'rw')
/** Properties that the fields above are kept in, and the two stamps of a change. */
const OURS =
  /^(SUMMARY|DESCRIPTION|DUE|DTSTART|DURATION|PRIORITY|CATEGORIES|STATUS|COMPLETED|PERCENT-COMPLETE|LAST-MODIFIED|DTSTAMP|X-DEALBRIDGE-START|TZID|TZOFFSETFROM|TZOFFSETTO|BEGIN|END)[:;]/

/** What other apps leave in a task, well-formed and otherwise. */
const foreignLine = fc.oneof(
  fc.constantFrom(
    'X-APPLE-SORT-ORDER:3',
    'x-lower-case;x-p=1:as it is',
    'X-EMPTY:',
    'ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:SGVsbG8=',
    'ATTENDEE;CN="Baker, Tom";PARTSTAT=NEEDS-ACTION:mailto:tom@example.com',
    'COMMENT;LANGUAGE=de:Grüße\\, \\N zwei\\;',
    'GEO:48.85;2.36',
    'RELATED-TO;RELTYPE=SIBLING:another',
    'CLASS:PRIVATE',
    'no property at all',
    'X-ODD;;=":x',
    'DUE-BY-US:2027',
  ),
  fc.string({ maxLength: 100 }).map((text) => `X-TEXT:${text.replace(/[\r\n]/g, '')}`),
)
const alarm = fc
  .array(foreignLine, { maxLength: 3 })
  .map((lines) => ['BEGIN:VALARM', 'TRIGGER:-PT15M', 'SUMMARY:Of the alarm', ...lines, 'END:VALARM'])

const unfolded = (text: string) => text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)
const foreign = (lines: readonly string[]) => lines.filter((line) => line !== '' && !OURS.test(line))

describe('a resource that is changed', () => {
  it('keeps every line that is not written, letter by letter and in its place', () => {
    fc.assert(
      fc.property(
        fc.array(foreignLine, { maxLength: 6 }),
        fc.array(foreignLine, { maxLength: 6 }),
        alarm,
        anyTask,
        fc.subarray(written, { minLength: 1 }),
        fc.integer({ min: 20, max: 60 }),
        (before, behind, alarms, task, fields, width) => {
          const lines = [
            ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', 'BEGIN:VTODO', 'UID:x', ...before],
            ...['SUMMARY:Old', 'DUE;VALUE=DATE:20270101', ...behind, ...alarms],
            ...['END:VTODO', 'END:VCALENDAR'],
          ]
          const ics = readIcs(lines.map((line) => folded(line, width)).join('\n'))
          if (typeof ics === 'string') throw new Error(ics)
          const given = Object.fromEntries(fields.map((field) => [field, task[field]]))
          const text = changedIcs(ics, {
            fields: given,
            marker: null,
            beside: null,
            zone: 'Europe/Berlin',
            closing: 'key',
            now: '2026-11-20T12:00:00Z',
          })
          if (text === null) return
          expect(foreign(unfolded(text))).toEqual(foreign(lines))
          // The alarm's own lines are no business of ours, whatever they are called.
          expect(unfolded(text)).toContain('SUMMARY:Of the alarm')
        },
      ),
    )
  })

  it('is the one task of its resource, and its occurrences of their own stay', () => {
    const text = [
      ...[
        'BEGIN:VCALENDAR',
        'BEGIN:VTODO',
        'UID:x',
        'RECURRENCE-ID:20270102T000000Z',
        'SUMMARY:Other',
        'END:VTODO',
      ],
      ...['BEGIN:VTODO', 'UID:x', 'SUMMARY:Master', 'END:VTODO', 'END:VCALENDAR'],
    ].join('\r\n')
    const ics = readIcs(text)
    if (typeof ics === 'string') throw new Error(ics)
    const change = { marker: null, beside: null, zone: 'UTC', closing: '', now: '2026-11-20T12:00:00Z' }
    const lines = unfolded(changedIcs(ics, { ...change, fields: { title: 'New' } }) ?? '')
    expect(lines.filter((line) => line.startsWith('SUMMARY'))).toEqual(['SUMMARY:Other', 'SUMMARY:New'])
  })

  it.each([
    ['below another one', 'new', ['RELATED-TO;RELTYPE=SIBLING:other', 'RELATED-TO;RELTYPE=PARENT:new']],
    ['below none', null, ['RELATED-TO;RELTYPE=SIBLING:other']],
  ])('that goes %s keeps its other relations', (_where, parent, wanted) => {
    const ics = readIcs(
      [
        ...['BEGIN:VCALENDAR', 'BEGIN:VTODO', 'UID:x', 'RELATED-TO;RELTYPE=SIBLING:other'],
        ...['RELATED-TO:old', 'SUMMARY:One', 'END:VTODO', 'END:VCALENDAR'],
      ].join('\r\n'),
    )
    if (typeof ics === 'string') throw new Error(ics)
    const change = { marker: null, beside: null, zone: 'UTC', closing: '', now: '2026-11-20T12:00:00Z' }
    const lines = unfolded(changedIcs(ics, { ...change, fields: {}, parent }) ?? '')
    expect(lines.filter((line) => line.startsWith('RELATED-TO'))).toEqual(wanted)
  })

  it.each([
    [
      'a label that goes and one that comes leave the lines of the others',
      { labels: ['kept', 'new', 'zwei'] },
      ['CATEGORIES;LANGUAGE=de:eins,zwei', 'categories;x-own=1:kept'],
      ['CATEGORIES;LANGUAGE=de:zwei', 'CATEGORIES;X-OWN=1:kept,new'],
    ],
    [
      'a label that goes alone leaves the line beside its own to the letter',
      { labels: ['kept'] },
      ['categories;x-own=1:kept', 'CATEGORIES;LANGUAGE=de:eins', 'CATEGORIES:eins'],
      ['categories;x-own=1:kept'],
    ],
    [
      'a type stays the first of the labels that name one',
      { type: 'Showing' },
      ['CATEGORIES:call', 'CATEGORIES:kept,email'],
      ['CATEGORIES:showing,kept,email'],
    ],
    [
      'another parent takes the place of the first one, and the other relations stay to the letter',
      { parent: 'new' },
      ['related-to;x-own=1;reltype=sibling:other', 'RELATED-TO:old', 'RELATED-TO;X-GAP=P1D:further'],
      [
        'related-to;x-own=1;reltype=sibling:other',
        'RELATED-TO;RELTYPE=PARENT:new',
        'RELATED-TO;X-GAP=P1D:further',
      ],
    ],
  ] as const)('%s', (_what, { parent, ...fields }: FieldValues, given, wanted) => {
    const ics = readIcs(
      [
        ...['BEGIN:VCALENDAR', 'BEGIN:VTODO', 'UID:x', ...given, 'SUMMARY:One'],
        ...['END:VTODO', 'END:VCALENDAR'],
      ].join('\r\n'),
    )
    if (typeof ics === 'string') throw new Error(ics)
    const change = { marker: null, beside: null, zone: 'UTC', closing: '', now: '2026-11-20T12:00:00Z' }
    const lines = unfolded(changedIcs(ics, { ...change, fields, parent }) ?? '')
    expect(lines.filter((line) => /^(categories|related-to)/i.test(line))).toEqual(wanted)
  })

  it.each([
    ['nothing', '', 'unreadable'],
    ['a page', '<!doctype html>', 'unreadable'],
    ['half of one', 'BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:x', 'unreadable'],
    ['an event', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x\nEND:VEVENT\nEND:VCALENDAR', 'no-task'],
  ])('%s is none', (_what, text, kind) => {
    expect(readIcs(text)).toBe(kind)
  })
})

function folded(line: string, width: number): string {
  const points = Array.from(line)
  const rows: string[] = []
  for (let at = 0; at < points.length; at += width) rows.push(points.slice(at, at + width).join(''))
  return rows.join('\n ')
}
