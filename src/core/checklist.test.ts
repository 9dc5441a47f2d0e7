import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarDay } from '../../test/core/arbitraries.ts'
import { type Checklist, type ChecklistItem, stamp, stampKey } from './checklist.ts'
import { type DueRule, dueRuleText, readDueRule, resolveDue } from './due-rule.ts'

const rule = (text: string): DueRule => {
  const read = readDueRule(text)
  if (read === null) throw new Error(`no rule: ${text}`)
  return read
}
const item = (title: string, given: Partial<ChecklistItem> = {}): ChecklistItem => ({
  key: null,
  title,
  notes: '',
  type: null,
  priority: null,
  labels: [],
  due: null,
  weekend: null,
  ...given,
})
const list = (...items: readonly ChecklistItem[]): Checklist => ({
  name: 'Under contract',
  stage: '12',
  weekend: 'keep',
  items,
})

describe('a rule for a due', () => {
  it.each([
    ['entry+3d', { from: 'entry', direction: 'after', days: 3, business: false }],
    [' Close - 7d', { from: 'close', direction: 'before', days: 7, business: false }],
    ['entry+2bd', { from: 'entry', direction: 'after', days: 2, business: true }],
    ['close', { from: 'close', direction: 'after', days: 0, business: false }],
    ['entry+9999d', null],
    ['entry+3', null],
    ['entry3d', null],
    ['entry+3w', null],
    ['tomorrow', null],
    ['', null],
  ])('%j is read as %j', (text, read) => {
    expect(readDueRule(text)).toEqual(read)
  })

  it.each(['entry+3d', 'close-7d', 'entry+2bd', 'close', 'entry+0bd'])(
    '%j is written as it was read',
    (text) => {
      expect(dueRuleText(rule(text))).toBe(text)
    },
  )

  // 2026-03-06 is a Friday; 2026-04-30 a Thursday.
  it.each([
    ['entry+3d', 'keep', '2026-03-09'],
    ['entry+1d', 'keep', '2026-03-07'],
    ['entry+1d', 'after', '2026-03-09'],
    ['entry+1d', 'before', '2026-03-06'],
    ['entry+2d', 'before', '2026-03-06'],
    ['entry+2d', 'after', '2026-03-09'],
    ['entry+0bd', 'keep', '2026-03-06'],
    ['entry+1bd', 'keep', '2026-03-09'],
    ['entry+6bd', 'keep', '2026-03-16'],
    ['entry-1bd', 'keep', '2026-03-05'],
    ['close-7d', 'keep', '2026-04-23'],
    ['close-4bd', 'keep', '2026-04-24'],
    ['entry+30d', 'keep', '2026-04-05'],
  ] as const)('%s, weekend %s, is %s', (text, weekend, due) => {
    const origins = { entry: '2026-03-06', close: '2026-04-30' }
    expect(resolveDue(rule(text), origins, weekend)).toEqual({ kind: 'day', day: due })
  })

  it.each([
    ['entry+0bd', '2026-03-09'],
    ['entry-0bd', '2026-03-06'],
    ['entry+1bd', '2026-03-09'],
    ['entry-1bd', '2026-03-06'],
    ['entry+5bd', '2026-03-13'],
  ])('%s from a Saturday is %s', (text, due) => {
    expect(resolveDue(rule(text), { entry: '2026-03-07', close: null }, 'keep')).toEqual({
      kind: 'day',
      day: due,
    })
  })

  it('gives no due where its day is not known', () => {
    expect(resolveDue(rule('close-7d'), { entry: '2026-03-06', close: null }, 'keep')).toBeNull()
  })

  it('in business days is the day that a calendar counts', () => {
    const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay()
    const next = (day: string, step: number) =>
      new Date(Date.parse(`${day}T00:00:00Z`) + step * 86_400_000).toISOString().slice(0, 10)
    fc.assert(
      fc.property(
        calendarDay,
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(1, -1),
        (from, days, step) => {
          let expected = from
          for (let left = days; left > 0; ) {
            expected = next(expected, step)
            if (weekday(expected) % 6 !== 0) left -= 1
          }
          const due = resolveDue(
            rule(`entry${step > 0 ? '+' : '-'}${days}bd`),
            { entry: from, close: null },
            'keep',
          )
          expect(due).toEqual({ kind: 'day', day: expected })
        },
      ),
    )
  })
})

describe('a checklist', () => {
  it('becomes tasks, with days in the zone of their user', () => {
    const one = item(' Order \n inspection ', {
      notes: 'a\r\nb',
      type: 'Call',
      priority: 1,
      labels: ['b', 'a', 'b'],
      due: rule('entry+1d'),
      weekend: 'after',
    })
    const deal = { enteredStageAt: '2026-03-07T04:30:00Z', closesOn: null }
    const [task, other] = stamp(
      list(one, item('Prepare closing', { due: rule('close-7d') })),
      deal,
      'America/New_York',
    )
    expect(task).toEqual({
      key: 'order-inspection',
      fields: {
        title: 'Order inspection',
        notes: 'a\nb',
        labels: ['a', 'b'],
        type: 'Call',
        priority: 1,
        due: { kind: 'day', day: '2026-03-09' },
        completed: false,
      },
    })
    expect(other?.fields.due).toBeNull()
    expect(stamp(list(one), deal, 'Asia/Tokyo')[0]?.fields.due).toEqual({ kind: 'day', day: '2026-03-09' })
    expect(stamp(list({ ...one, weekend: null }), deal, 'America/New_York')[0]?.fields.due).toEqual({
      kind: 'day',
      day: '2026-03-07',
    })
    expect(stamp(list({ ...one, weekend: null }), deal, 'Asia/Tokyo')[0]?.fields.due).toEqual({
      kind: 'day',
      day: '2026-03-08',
    })
  })

  it('has a key for each item, which another title does not change where one is given', () => {
    const keys = (...items: readonly ChecklistItem[]) =>
      stamp(list(...items), { enteredStageAt: null, closesOn: null }, 'UTC').map(({ key }) => key)
    expect(keys(item('Call'), item('call!'), item('🔥'), item('Text', { key: 'call' }), item(' '))).toEqual([
      'call-2',
      'call-3',
      'item',
      'call',
    ])
    const any = item('x')
    const items = fc.array(
      fc.record({ title: fc.constantFrom('a', 'a 2', 'b', '!'), key: fc.constantFrom(null, 'a-2', 'c') }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(items, (some) => {
        const all = keys(...some.map((given) => ({ ...any, ...given })))
        expect(new Set(all).size).toBe(all.length)
        expect(all).toHaveLength(some.length)
      }),
    )
  })

  it('is stamped once for each entry of a deal', () => {
    const key = (given: { id?: string; enteredStageAt?: string | null }) =>
      stampKey(list(), { id: '1', enteredStageAt: '2026-03-07T04:30:00Z', ...given })
    expect(key({})).toBe(key({ enteredStageAt: '2026-03-07T04:30:00.000Z' }))
    const others = [
      key({}),
      key({ id: '2' }),
      key({ enteredStageAt: '2026-03-08T04:30:00Z' }),
      key({ enteredStageAt: null }),
    ]
    expect(new Set(others).size).toBe(4)
  })
})
