import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinDescription } from '../../core/description-block.ts'
import { type Due, isZone } from '../../core/due.ts'
import { isPlace } from '../../core/place.ts'
import { type CanonicalTask, FIELDS, TASK_TYPES } from '../../core/task.ts'
import type { RemoteTask } from '../contract.ts'
import { capabilities } from './capabilities.ts'
import { keep } from './keep.ts'
import { decode, encode } from './mapping.ts'
import { itemSchema } from './wire.ts'

const context = { zone: 'America/New_York' }
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '* star',
    '😀'.repeat(600),
    'a'.repeat(5000),
    'e\u0001\u0301',
    'a \u0007 b',
    '\ud83d',
  ),
)
const notes = fc.oneof(
  text,
  fc
    .array(
      fc.oneof(
        text,
        fc.constantFrom(
          '---',
          'dealbridge: a/task/1',
          'dealbridge: a/task/1 b',
          'dealbridge: works',
          'dealbridge:',
          '\r',
        ),
      ),
    )
    .map((rows) => rows.join('\n')),
  text.map((own) => joinDescription(own, ['Tom'], 'x/task/1')),
  fc.constant('😀'.repeat(17_000)),
)
const day = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 19))
const due: fc.Arbitrary<Due | null> = fc.oneof(
  fc.constant(null),
  day.map((at): Due => ({ kind: 'day', day: at.slice(0, 10) })),
  day.map((at): Due => ({ kind: 'floating', day: at.slice(0, 10), time: at.slice(11) })),
  fc
    .tuple(day, fc.constantFrom(null, 'Europe/Berlin', 'America/Los_Angeles'))
    .map(([at, zone]): Due => ({ kind: 'fixed', at: `${at}Z`, zone })),
)
const task: fc.Arbitrary<CanonicalTask> = fc.record({
  title: text,
  notes,
  due,
  start: due,
  recurrence: fc.option(fc.record({ text, language: fc.constant('en') })),
  priority: fc.constantFrom(null, 1, 2, 3, 4),
  labels: fc.array(fc.oneof(text, fc.constantFrom('Call', 'email', 'crm', 'VIP', 'vip', 'x'.repeat(90)))),
  type: fc.option(fc.constantFrom(...TASK_TYPES)),
  completed: fc.boolean(),
  assignee: fc.option(fc.constant('a@example.com')),
  list: fc.constantFrom(null, 'p1'),
  parent: fc.constantFrom(null, 't1'),
})

/** What the service would hold after `item_add` or `item_update` with these arguments. */
function stored(args: Record<string, unknown>, held: Record<string, unknown> = {}): RemoteTask {
  const sent = JSON.parse(JSON.stringify(args)) as Record<string, unknown>
  const wire = itemSchema.parse({ id: 'x', ...held, ...sent })
  const at = wire.due?.date
  if (wire.due && at?.includes('T') === true)
    wire.due.date = at.endsWith('Z') ? `${at.slice(0, -1)}.000000Z` : `${at}.000000`
  return decode(wire)
}

/** Completion and places have calls of their own. */
const writable = FIELDS.filter(
  (field) => capabilities.fields[field] === 'rw' && field !== 'completed' && !isPlace(field),
)

describe('keep', () => {
  it('is idempotent', () => {
    fc.assert(
      fc.property(task, (one) => {
        for (const field of FIELDS) {
          const once = keep(field, one[field], context)
          expect(keep(field, once, context)).toEqual(once)
        }
      }),
    )
  })

  it('is what a created task shows', () => {
    fc.assert(
      fc.property(task, (one) => {
        const shown = stored(
          encode(one, { before: null, marker: 'm/task/1', beside: null, zone: context.zone }),
        ).task
        for (const field of writable)
          expect(keep(field, shown[field], context)).toEqual(keep(field, one[field], context))
      }),
    )
  })

  it('is what a changed task shows, in the fields that were written and in those that were not', () => {
    fc.assert(
      fc.property(task, task, fc.subarray(writable, { minLength: 1 }), (before, next, fields) => {
        const held = encode(before, { before: null, marker: 'm/task/1', beside: null, zone: context.zone })
        const seen = stored(held)
        const change = Object.fromEntries(fields.map((field) => [field, next[field]]))
        const shown = stored(
          encode(change, { before: seen, marker: 'm/task/1', beside: null, zone: context.zone }),
          held,
        )
        for (const field of writable) {
          const wanted = fields.includes(field) ? next[field] : before[field]
          expect(keep(field, shown.task[field], context)).toEqual(keep(field, wanted, context))
        }
      }),
    )
  })

  it('gives a task a title, a type and no priority where it has none', () => {
    expect(keep('title', ' \n ', context)).toBe('(no title)')
    expect(keep('type', null, context)).toBe('Follow Up')
    expect(keep('priority', 4, context)).toBe(keep('priority', null, context))
  })

  it('cuts titles at 500 code points', () => {
    expect(Array.from(keep('title', '😀'.repeat(5000), context))).toHaveLength(500)
  })

  it('puts an instant without a zone into the zone of the user', () => {
    const at = '2026-12-03T19:00:00Z'
    expect(keep('due', { kind: 'fixed', at, zone: null }, context)).toEqual({
      kind: 'fixed',
      at,
      zone: context.zone,
    })
    expect(isZone(context.zone)).toBe(true)
  })
})
