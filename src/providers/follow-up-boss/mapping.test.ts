import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { taskRow } from '../../../test/follow-up-boss/scripted-server.ts'
import { type Due, fixed } from '../../core/due.ts'
import { type CanonicalTask, FIELDS, TASK_TYPES } from '../../core/task.ts'
import { keep } from './keep.ts'
import { decodeTask, encode, encodeChange, observe } from './mapping.ts'

const ZONES = ['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Apia', 'UTC']
const dates = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
const dues: fc.Arbitrary<Due | null> = fc.oneof(
  fc.constant(null),
  dates.map((date): Due => ({ kind: 'day', day: date.toISOString().slice(0, 10) })),
  dates.map(
    (date): Due => ({
      kind: 'floating',
      day: date.toISOString().slice(0, 10),
      time: date.toISOString().slice(11, 19),
    }),
  ),
  fc.tuple(dates, fc.constantFrom(null, ...ZONES)).map(([date, zone]) => fixed(date.toISOString(), zone)),
)
/** Anything a text can be: control characters, lone surrogates, combining marks, emoji, long and empty ones. */
const titles = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({
    unit: fc.constantFrom('a', ' ', '\n', '\u0001', '\u0301', '🏡', '\ud83c', '\u00a0', 'é'),
    maxLength: 600,
  }),
)
const tasks: fc.Arbitrary<CanonicalTask> = fc.record({
  title: titles,
  notes: fc.string(),
  due: dues,
  start: dues,
  recurrence: fc.constantFrom(null, { text: 'every day', language: 'en' }),
  priority: fc.constantFrom(null, 1, 2, 3, 4),
  labels: fc.array(fc.string()),
  type: fc.constantFrom(null, ...TASK_TYPES),
  completed: fc.boolean(),
  assignee: fc.constantFrom(null, 'sam@example.com'),
  list: fc.constantFrom(null, 'p1'),
  parent: fc.constantFrom(null, 't1'),
})

describe('what Follow Up Boss can hold', () => {
  test('a projection is its own projection', () => {
    fc.assert(
      fc.property(tasks, fc.constantFrom(...ZONES), (task, zone) => {
        for (const field of FIELDS) {
          const once = keep(field, task[field], { zone })
          expect(keep(field, once, { zone })).toEqual(once)
        }
      }),
    )
  })

  test('what is written and read again is what was kept', () => {
    fc.assert(
      fc.property(tasks, fc.constantFrom(...ZONES), (task, zone) => {
        const stored = taskRow(1, { dueDate: null, dueDateTime: null, ...encode(task, zone) })
        const back = decodeTask(JSON.parse(JSON.stringify(stored)))?.seen.task
        for (const field of FIELDS)
          expect(back && keep(field, back[field], { zone })).toEqual(keep(field, task[field], { zone }))
      }),
    )
  })

  test('a title is one line of at most 255 code points, never empty', () => {
    const zone = 'UTC'
    expect(keep('title', ' two\n\tlines ', { zone })).toBe('two lines')
    expect(keep('title', '\u0007 ', { zone })).toBe('(no title)')
    expect(Array.from(keep('title', '🏡'.repeat(5000), { zone }))).toHaveLength(255)
  })

  test('a wall-clock time goes out in UTC, read in the zone of the user', () => {
    const due: Due = { kind: 'floating', day: '2026-03-05', time: '15:00:00' }
    expect(encode({ due }, 'America/New_York')).toEqual({ dueDateTime: '2026-03-05T20:00:00Z' })
    expect(encode({ due: { kind: 'day', day: '2028-02-29' } }, 'UTC')).toEqual({ dueDate: '2028-02-29' })
    expect(encode({ due: null }, 'UTC')).toEqual({ dueDate: null })
  })
})

describe('a row of the service', () => {
  test('is read with whose it is and when it changed', () => {
    expect(decodeTask(taskRow(4066))).toEqual({
      remoteId: '4066',
      seen: {
        task: {
          title: 'Task 4066',
          notes: '',
          due: { kind: 'day', day: '2026-03-05' },
          start: null,
          recurrence: null,
          priority: null,
          labels: [],
          type: 'Call',
          completed: false,
          assignee: null,
          list: null,
          parent: null,
        },
        version: '2026-03-02T15:04:05Z',
        container: null,
        person: '5001',
        marker: null,
        madeBy: '1',
        assignedTo: '7',
        madeAt: '2026-02-27T14:55:03Z',
        recurs: false,
        completions: 0,
        flags: [],
        block: [],
        extra: { type: 'Call', assignedUserId: '7' },
      },
    })
  })

  test.each([0, null, undefined])('without a person (%s) has none', (personId) => {
    expect(decodeTask(taskRow(1, { personId }))?.seen.person).toBeNull()
  })

  test.each([
    [{ isCompleted: 1 }, true],
    [{ isCompleted: true }, true],
    [{ isCompleted: 0, completed: '2026-03-01T00:00:00Z' }, false],
  ])('with %j is completed: %s', (changes, completed) => {
    expect(decodeTask(taskRow(1, changes))?.seen.task.completed).toBe(completed)
  })

  test('with a time is due at that instant, whatever the day says', () => {
    const row = taskRow(1, { dueDate: '2026-03-06', dueDateTime: '2026-03-05T23:30:00.123Z' })
    const due = { kind: 'fixed', at: '2026-03-05T23:30:00Z', zone: null }
    expect(decodeTask(row)?.seen.task.due).toEqual(due)
  })

  test.each([
    ['a day that does not exist', { dueDate: '2027-02-29' }],
    ['a time that does not exist', { dueDateTime: '2026-03-05T25:00:00Z' }],
    ['no state', { isCompleted: null }],
    ['a name that is no text', { name: { en: 'x' } }],
  ])('with %s is unreadable', (_what, changes) => {
    expect(observe(taskRow(7, changes))).toEqual({ kind: 'unknown', remoteId: '7', why: 'unreadable' })
  })

  test('without an id is nothing at all', () => {
    expect([null, 'x', [], {}, { id: 'abc' }].map(observe)).toEqual([null, null, null, null, null])
  })

  test('with a type of its own keeps it until another type is wanted', () => {
    const before = decodeTask(taskRow(1, { type: 'Meeting' }))?.seen ?? null
    expect(before?.task.type).toBe('Follow Up')
    expect(encodeChange({ title: 'x', type: 'Follow Up' }, before, 'UTC')).toEqual({ name: 'x' })
    expect(encodeChange({ type: null }, before, 'UTC')).toEqual({})
    expect(encodeChange({ type: 'Call' }, before, 'UTC')).toEqual({ type: 'Call' })
  })
})
