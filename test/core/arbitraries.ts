import fc, { type Arbitrary } from 'fast-check'
import { type Due, fixed, floating } from '../../src/core/due.ts'
import { labelSet, manyLines, oneLine } from '../../src/core/normalise.ts'
import { type CanonicalTask, TASK_TYPES } from '../../src/core/task.ts'

/** Zones with whole, half and quarter hours, with and without summer time, one whose day 2011-12-30 never was. */
export const zone: Arbitrary<string> = fc.constantFrom(
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Pacific/Apia',
  'Pacific/Kiritimati',
)

const FIRST_SECOND = Date.parse('2005-01-01T00:00:00Z') / 1000
const LAST_SECOND = Date.parse('2060-01-01T00:00:00Z') / 1000

/** `YYYY-MM-DDTHH:MM:SSZ`. */
export const instant: Arbitrary<string> = fc
  .integer({ min: FIRST_SECOND, max: LAST_SECOND })
  .map((second) => new Date(second * 1000).toISOString().replace('.000Z', 'Z'))

/** `YYYY-MM-DDTHH:MM:SS`, times that a zone skips or repeats among them. */
export const wallClock: Arbitrary<string> = instant.map((text) => text.slice(0, -1))

export const calendarDay: Arbitrary<string> = instant.map((text) => text.slice(0, 10))

const dayDue: Arbitrary<Due> = calendarDay.map((text) => ({ kind: 'day', day: text }))
const floatingDue: Arbitrary<Due> = wallClock.map(floating)
const fixedDue: Arbitrary<Due> = fc.tuple(instant, zone).map(([at, where]) => fixed(at, where))

export const due: Arbitrary<Due | null> = fc.oneof(
  fc.constant(null),
  dayDue,
  floatingDue,
  fixedDue,
  instant.map((at) => fixed(at, null)),
)

/** Text with what breaks naive code: emoji of several parts, letters in two spellings, controls, half characters. */
export const nastyText: Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom('👩‍👩‍👧', '🇩🇪', 'e\u0301', '\u0301', '\u0000', '\u007f', '\u0085', '\r\n', '\r', '\t'),
      fc.constantFrom(
        '\ud83d',
        '\ude00',
        '\u00a0',
        '\ufeff',
        '\u2028',
        '\u212b',
        'ﬁ',
        ' ',
        '  ',
        '\n',
        '\n\n',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

/** A few values for each field, so that two tasks often agree in some and differ in others. */
export const fewValues: { readonly [F in keyof CanonicalTask]: Arbitrary<CanonicalTask[F]> } = {
  title: fc.constantFrom('Call Tom', 'Call Tom again', 'Call Ann').map(oneLine),
  notes: fc.constantFrom('', 'Gate code 12', 'Gate code 13').map(manyLines),
  due: fc.constantFrom<(Due | null)[]>(
    null,
    { kind: 'day', day: '2027-01-04' },
    floating('2027-01-04T15:30'),
    fixed('2027-01-04T20:30:00Z', 'America/New_York'),
  ),
  start: fc.constantFrom<(Due | null)[]>(null, { kind: 'day', day: '2027-01-01' }),
  recurrence: fc.constantFrom(null, { text: 'every day', language: 'en' }),
  priority: fc.constantFrom(null, 1, 2, 3, 4),
  labels: fc.subarray(['vip', 'waiting', 'Müller']).map(labelSet),
  type: fc.constantFrom(null, ...TASK_TYPES.slice(0, 3)),
  completed: fc.boolean(),
  assignee: fc.constantFrom(null, 'ann@example.com'),
  list: fc.constantFrom(null, 'l1', 'l2'),
  parent: fc.constantFrom(null, 't1', 't2'),
}

export const task: Arbitrary<CanonicalTask> = fc.record(fewValues)
