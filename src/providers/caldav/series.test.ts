import { describe, expect, it } from 'vitest'
import type { FieldValues } from '../../core/task.ts'
import type { RemoteTask } from '../contract.ts'
import { closedBetween } from './closed-between.ts'
import { changedIcs } from './encode.ts'
import { readIcs } from './ics.ts'
import { decode } from './mapping.ts'

/*
 * Tasks that repeat, as their resources say it: what they show, what a write makes of them, and how many occurrences that
 * closes. The fourth of January 2027 is a Monday.
 */

const WEEKLY = 'RRULE:FREQ=WEEKLY;BYDAY=MO'
const DAILY = 'RRULE:FREQ=DAILY'
const day = (text: string) => ({ kind: 'day', day: text }) as const
const dates = (start: string | null, due: string | null) => [
  ...(start === null ? [] : [`DTSTART;VALUE=DATE:${start}`]),
  ...(due === null ? [] : [`DUE;VALUE=DATE:${due}`]),
]

function task(lines: readonly string[], overrides: readonly (readonly string[])[] = []): string {
  const component = (own: readonly string[]) => ['BEGIN:VTODO', 'UID:x', ...own, 'END:VTODO']
  return [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...component(['SUMMARY:One', ...lines])],
    ...[...overrides.flatMap(component), 'END:VCALENDAR', ''],
  ].join('\r\n')
}

function shown(text: string): RemoteTask {
  const decoded = decode({ path: '/home/list/x.ics', etag: '"1"', text }, '/home/')
  if (decoded.kind !== 'task') throw new Error(`The resource is ${decoded.kind}`)
  return decoded.seen
}

let steps = 0
function written(text: string, fields: FieldValues): string {
  const ics = readIcs(text)
  if (typeof ics === 'string') throw new Error(ics)
  steps += 1
  const change = { fields, marker: null, beside: null, zone: 'Europe/Berlin', closing: `step-${steps}` }
  return changedIcs(ics, { ...change, now: '2027-01-04T12:00:00Z' }) ?? text
}

const closed = (text: string) => written(text, { completed: true })
const linesOf = (text: string) => text.replace(/\r\n[ \t]/g, '').split('\r\n')
/** Another app's edit. */
const edited = (text: string, from: RegExp, to: string) => {
  expect(text).toMatch(from)
  return text.replace(from, to)
}

describe('an occurrence that is moved from the other side', () => {
  it.each([
    ['start and due', dates('20270104', '20270104'), WEEKLY],
    ['a due alone', dates(null, '20270104'), 'RRULE:FREQ=WEEKLY'],
  ])('by %s is moved alone: the next one is on its own day again', (_by, times, rule) => {
    const before = task([...times, rule])
    const moved = written(before, { due: day('2027-01-06') })
    expect(shown(moved).task.due).toEqual(day('2027-01-06'))
    expect(closedBetween(shown(before), shown(moved))).toBe(0)
    const again = written(moved, { due: day('2027-01-05') })
    const next = closed(again)
    expect(closedBetween(shown(again), shown(next))).toBe(1)
    expect(linesOf(next)).toEqual(
      expect.arrayContaining(times.map((line) => line.replace('20270104', '20270111'))),
    )
    expect(next).not.toMatch(/X-DEALBRIDGE-(MOVED|DUE|DTSTART)/)
  })

  it('gives the next one its time of day back, and its length', () => {
    const zoned = 'DTSTART;TZID=Europe/Berlin:20270104T090000'
    const moved = written(task([zoned, 'DURATION:PT2H', WEEKLY]), { due: day('2027-01-06') })
    expect(linesOf(moved)).toContain('DUE;VALUE=DATE:20270106')
    const next = linesOf(closed(moved))
    expect(next).toEqual(
      expect.arrayContaining(['DTSTART;TZID=Europe/Berlin:20270111T090000', 'DURATION:PT2H']),
    )
    expect(next.some((line) => line.startsWith('DUE'))).toBe(false)
  })

  it('takes those with it that it was put off beyond, and not one more', () => {
    const moved = written(task([...dates('20270104', '20270104'), `${DAILY};COUNT=9`]), {
      due: day('2027-01-07'),
    })
    const next = closed(moved)
    expect(shown(next).task).toMatchObject({
      due: day('2027-01-08'),
      recurrence: { text: 'FREQ=DAILY;COUNT=5' },
    })
  })

  it('is over when an app moves it on from the date that it shows', () => {
    const moved = written(task([...dates(null, '20270104'), 'RRULE:FREQ=WEEKLY']), { due: day('2027-01-06') })
    const next = edited(moved, /DUE;VALUE=DATE:20270106\r\n/, 'DUE;VALUE=DATE:20270113\r\n')
    expect(closedBetween(shown(moved), shown(next))).toBe(1)
    // Its app has said what the series is: from there on it is Wednesdays.
    expect(shown(closed(next)).task.due).toEqual(day('2027-01-20'))
  })

  it('gets no note where the series had no due', () => {
    const given = written(task([...dates('20270104', null), WEEKLY]), { due: day('2027-01-06') })
    expect(given).not.toContain('X-DEALBRIDGE')
    expect(shown(closed(given)).task.due).toEqual(day('2027-01-13'))
  })
})

describe('an occurrence with a component of its own', () => {
  const over = (date: string, status = 'STATUS:COMPLETED') => [`RECURRENCE-ID;VALUE=DATE:${date}`, status]
  const weekly = [...dates('20270104', '20270105'), `${WEEKLY};COUNT=3`]

  it.each(['STATUS:COMPLETED', 'STATUS:CANCELLED', 'COMPLETED:20270104T120000Z'])(
    'is over by %s, and the task is at the next one that is not',
    (status) => {
      const before = task(weekly)
      const after = task(weekly, [over('20270104', status)])
      expect(shown(after).task).toMatchObject({
        due: day('2027-01-12'),
        start: day('2027-01-11'),
        completed: false,
      })
      expect(closedBetween(shown(before), shown(after))).toBe(1)
      // One that is done ahead is passed over when its turn comes.
      expect(shown(task(weekly, [over('20270111', status)])).task.due).toEqual(day('2027-01-05'))
      expect(shown(task(weekly, [over('20270111'), over('20270104', status)])).task.due).toEqual(
        day('2027-01-19'),
      )
    },
  )

  it('stays as it is, and so does the task until its dates are written', () => {
    const text = task(weekly, [[...over('20270104'), 'SUMMARY:One, done', 'X-OWN:1']])
    const titled = linesOf(written(text, { title: 'Two' }))
    expect(titled).toEqual(expect.arrayContaining([...weekly, 'SUMMARY:One, done', 'X-OWN:1']))
    const next = closed(text)
    expect(closedBetween(shown(text), shown(next))).toBe(1)
    expect(linesOf(next)).toEqual(expect.arrayContaining([...dates('20270118', '20270119'), 'X-OWN:1']))
    expect(shown(next).task.recurrence?.text).toContain('COUNT=1')
    const moved = written(text, { due: day('2027-01-14') })
    expect(linesOf(moved)).toEqual(expect.arrayContaining([...dates('20270111', '20270114')]))
    expect(closedBetween(shown(text), shown(moved))).toBe(0)
    expect(shown(closed(moved)).task.due).toEqual(day('2027-01-19'))
  })

  it('of the last one ends the series, and reopening reopens that one', () => {
    const all = task(weekly, [over('20270104'), over('20270118'), over('20270111')])
    expect(shown(all).task).toMatchObject({ completed: true, due: day('2027-01-19') })
    expect(written(all, { completed: true })).toBe(all)
    const again = written(all, { completed: false })
    expect(shown(again).task).toMatchObject({ completed: false, due: day('2027-01-19') })
    expect(linesOf(again).filter((line) => line === 'STATUS:COMPLETED')).toHaveLength(2)
  })

  it('is told by the clock of the series, whatever it is written in, and one that is open is over for nobody', () => {
    const zoned = ['DTSTART;TZID=Europe/Berlin:20270104T090000', 'DUE;TZID=Europe/Berlin:20270104T100000']
    const done = ['RECURRENCE-ID:20270104T080000Z', 'STATUS:COMPLETED']
    expect(shown(task([...zoned, WEEKLY], [done])).task.due).toEqual({
      kind: 'fixed',
      at: '2027-01-11T09:00:00Z',
      zone: 'Europe/Berlin',
    })
    for (const open of [
      over('20270104', 'STATUS:NEEDS-ACTION'),
      over('20270105'),
      ['RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270104', 'STATUS:COMPLETED'],
    ])
      expect(shown(task(weekly, [open])).task.due).toEqual(day('2027-01-05'))
  })
})

describe('an app that writes other dates', () => {
  it.each([
    ['completes one without a due', dates('20270104', null), dates('20270111', null), WEEKLY, 1],
    [
      'puts one off whose start stays',
      dates('20270104', '20270104'),
      dates('20270104', '20270107'),
      DAILY,
      0,
    ],
    ['completes one with both', dates('20270104', '20270105'), dates('20270111', '20270112'), WEEKLY, 1],
    [
      'completes one whose due is none of its rule',
      dates(null, '20270105'),
      dates(null, '20270112'),
      WEEKLY,
      0,
    ],
    ['takes the start away', dates('20270104', '20270104'), dates(null, '20270104'), DAILY, 0],
  ])('%s', (_what, before, after, rule, count) => {
    expect(closedBetween(shown(task([...before, rule])), shown(task([...after, rule])))).toBe(count)
  })

  it('closes what dates alone tell (RDATE) where we have closed it ourselves', () => {
    const before = task([...dates('20270104', '20270104'), 'RDATE;VALUE=DATE:20270109,20270120'])
    const next = closed(before)
    expect(shown(next).task.due).toEqual(day('2027-01-09'))
    expect(closedBetween(shown(before), shown(next))).toBe(1)
  })
})

describe('a due that is moved before its start', () => {
  it('takes the start along by as much, and the task shows the start that it is to have', () => {
    const before = task(dates('20270110', '20270112'))
    const moved = written(before, { due: day('2027-01-05') })
    expect(linesOf(moved)).toEqual(expect.arrayContaining(dates('20270103', '20270105')))
    expect(shown(moved).task.start).toEqual(day('2027-01-10'))
    expect(written(moved, { start: day('2027-01-10'), due: day('2027-01-05') })).toBe(moved)
    const back = written(moved, { due: day('2027-01-14') })
    expect(linesOf(back)).toEqual(expect.arrayContaining(dates('20270110', '20270114')))
    expect(back).not.toContain('X-DEALBRIDGE')
  })

  it('does so by the clock, on the same day, and for a start that is written', () => {
    const timed = task([
      'DTSTART;TZID=Europe/Berlin:20270110T090000',
      'DUE;TZID=Europe/Berlin:20270110T100000',
    ])
    const due = { kind: 'fixed', at: '2027-01-10T06:30:00Z', zone: 'Europe/Berlin' } as const
    expect(linesOf(written(timed, { due }))).toContain('DTSTART;TZID=Europe/Berlin:20270110T063000')
    const given = written(task(dates(null, '20270105')), { start: day('2027-01-10') })
    expect(linesOf(given)).toEqual(expect.arrayContaining(dates('20270105', '20270105')))
    expect(shown(given).task.start).toEqual(day('2027-01-10'))
  })

  it('leaves what its app makes of the start: then that is the start', () => {
    const moved = written(task(dates('20270110', '20270112')), { due: day('2027-01-05') })
    const theirs = edited(moved, /DTSTART;VALUE=DATE:20270103\r\n/, 'DTSTART;VALUE=DATE:20270102\r\n')
    expect(shown(theirs).task.start).toEqual(day('2027-01-02'))
  })

  it('moves no series: the next occurrence has both in their order again', () => {
    const moved = written(task([...dates('20270111', '20270112'), WEEKLY]), { due: day('2027-01-06') })
    expect(linesOf(moved)).toEqual(expect.arrayContaining(dates('20270105', '20270106')))
    expect(linesOf(closed(moved))).toEqual(expect.arrayContaining(dates('20270118', '20270119')))
  })
})
