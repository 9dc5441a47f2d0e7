import fc, { type Arbitrary } from 'fast-check'
import { labelSet, manyLines, oneLine } from '../../src/core/normalise.ts'
import { isPlace } from '../../src/core/place.ts'
import { type CanonicalTask, FIELDS, TASK_TYPES } from '../../src/core/task.ts'
import { due, nastyText } from '../core/arbitraries.ts'

/** The fields that any value may be written to; places take only what is there (laws/places.ts). */
export const PLAIN_FIELDS = FIELDS.filter((field) => !isPlace(field))

const label: Arbitrary<string> = fc.oneof(
  nastyText,
  fc.constantFrom('vip', 'Müller', 'call', 'Email', 'crm', 'no-sync', 'a b', 'x'.repeat(80)),
)

const title: Arbitrary<string> = fc.oneof(
  nastyText,
  fc.constantFrom('x'.repeat(700), '👩‍👩‍👧'.repeat(120), '* star', '@vip #General !!1', '=1+1'),
)

const notes: Arbitrary<string> = fc.oneof(
  nastyText,
  fc
    .array(fc.oneof(nastyText, fc.constantFrom('---', 'dealbridge: a/b', 'dealbridge:', '```')), {
      maxLength: 6,
    })
    .map((rows) => rows.join('\n')),
  fc.constant('long '.repeat(4_000)),
)

/** Any canonical task, with all that has broken an encoder before. */
export const anyTask: Arbitrary<CanonicalTask> = fc.record({
  title: title.map(oneLine),
  notes: notes.map(manyLines),
  due,
  start: due,
  recurrence: fc.constantFrom(null, { text: 'every day', language: 'en' }),
  priority: fc.constantFrom(null, 1, 2, 3, 4),
  labels: fc.array(label, { maxLength: 5 }).map(labelSet),
  type: fc.constantFrom(null, ...TASK_TYPES),
  completed: fc.boolean(),
  assignee: fc.constantFrom(null, 'ann@example.com'),
  list: fc.constant(null),
  parent: fc.constant(null),
})

/** A plain task with a value in every field, and another with other values in all of them. */
export const ONE: CanonicalTask = {
  title: 'Call Tom',
  notes: 'Gate code 12\n\n- one\n- two',
  due: { kind: 'day', day: '2027-01-04' },
  start: null,
  recurrence: null,
  priority: 2,
  labels: ['vip'],
  type: 'Call',
  completed: false,
  assignee: null,
  list: null,
  parent: null,
}
export const OTHER: CanonicalTask = {
  title: 'Show the house to Ann',
  notes: 'Gate code 13',
  due: { kind: 'fixed', at: '2027-02-05T15:30:00Z', zone: 'America/New_York' },
  start: { kind: 'day', day: '2027-02-01' },
  recurrence: { text: 'every week', language: 'en' },
  priority: 1,
  labels: ['urgent', 'waiting'],
  type: 'Showing',
  completed: true,
  assignee: 'ann@example.com',
  list: null,
  parent: null,
}
