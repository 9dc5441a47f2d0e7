import { describe, expect, it } from 'vitest'
import { BLANK_TASK, type CanonicalTask } from '../../core/task.ts'
import type { RemoteTask } from '../contract.ts'
import { closedBetween } from './closed-between.ts'

const day = (text: string) => ({ kind: 'day', day: text }) as const
const at = (text: string, zone: string | null) => ({ kind: 'fixed', at: text, zone }) as const

function task(due: CanonicalTask['due'], rule: string, changes: Partial<CanonicalTask> = {}): RemoteTask {
  return {
    task: { ...BLANK_TASK, due, recurrence: { text: rule, language: 'rrule' }, ...changes },
    version: null,
    container: 'tasks',
    person: null,
    marker: null,
    madeBy: null,
    assignedTo: null,
    madeAt: null,
    recurs: true,
    completions: 0,
    flags: [],
    block: [],
    extra: {},
  }
}

describe('closedBetween', () => {
  const monday = day('2027-03-01')

  it('counts the occurrences from the old date to the new one', () => {
    const weekly = 'FREQ=WEEKLY;BYDAY=MO'
    expect(closedBetween(task(monday, weekly), task(day('2027-03-08'), weekly))).toBe(1)
    expect(closedBetween(task(monday, weekly), task(day('2027-03-22'), weekly))).toBe(3)
  })

  it('takes a date that is none of the rule, or no later, for one that was moved', () => {
    const weekly = 'FREQ=WEEKLY;BYDAY=MO'
    for (const other of ['2027-03-09', '2027-03-01', '2027-02-22'])
      expect(closedBetween(task(monday, weekly), task(day(other), weekly)), other).toBe(0)
  })

  it('counts no date that the rule is without', () => {
    const before = { ...task(monday, 'FREQ=DAILY'), extra: { skipped: ['2027-03-02', '2027-03-04'] } }
    expect(closedBetween(before, task(day('2027-03-03'), 'FREQ=DAILY'))).toBe(1)
    expect(closedBetween(before, task(day('2027-03-05'), 'FREQ=DAILY'))).toBe(2)
    expect(closedBetween(before, task(day('2027-03-04'), 'FREQ=DAILY'))).toBe(0)
  })

  it('takes a start to the second for one that an app counts from the moment of the closing', () => {
    const marked = (start: CanonicalTask['due'], rule = 'FREQ=WEEKLY') => ({
      ...task(start, rule),
      extra: { occurrence: { by: 'start', at: start, moved: false } },
    })
    const timed = at('2027-03-01T09:00:00Z', 'Europe/Berlin')
    for (const before of [marked(monday), marked(timed), marked(monday, 'COUNT=3;FREQ=WEEKLY')]) {
      expect(closedBetween(before, marked(at('2027-03-11T15:45:10Z', null)))).toBe(1)
      expect(closedBetween(before, marked(at('2027-02-24T15:45:10Z', null)))).toBe(1)
      expect(closedBetween(before, marked(at('2027-03-11T15:45:00Z', null)))).toBe(0)
      expect(closedBetween(before, marked(at('2027-03-11T15:45:10Z', 'Europe/Berlin')))).toBe(0)
      expect(closedBetween(before, marked(at('2027-03-11T15:45:10Z', null), 'FREQ=DAILY'))).toBe(0)
    }
    const once = marked(at('2027-03-11T15:45:10Z', null))
    expect(closedBetween(once, marked(at('2027-03-12T09:15:10Z', null)))).toBe(0)
    expect(closedBetween(once, marked(at('2027-03-19T09:15:11Z', null)))).toBe(1)
    const mondays = 'FREQ=WEEKLY;BYDAY=MO'
    expect(closedBetween(marked(monday, mondays), marked(at('2027-03-11T15:45:10Z', null), mondays))).toBe(0)
  })

  it('follows the wall clock of the zone into summer time', () => {
    const before = task(at('2027-03-27T08:00:00Z', 'Europe/Berlin'), 'FREQ=DAILY')
    expect(closedBetween(before, task(at('2027-03-28T07:00:00Z', 'Europe/Berlin'), 'FREQ=DAILY'))).toBe(1)
    expect(closedBetween(before, task(at('2027-03-28T08:00:00Z', 'Europe/Berlin'), 'FREQ=DAILY'))).toBe(0)
  })

  it('does not mind a count that has become less, nor a day that has become a time', () => {
    const before = task(monday, 'FREQ=DAILY;COUNT=2')
    expect(closedBetween(before, task(day('2027-03-02'), 'FREQ=DAILY;COUNT=1'))).toBe(1)
    expect(closedBetween(before, task(at('2027-03-02T09:00:00Z', null), 'FREQ=DAILY;COUNT=1'))).toBe(1)
  })

  it('counts nothing of a task that is over, has no date, or whose rule nobody can follow', () => {
    const before = task(monday, 'FREQ=DAILY')
    const next = day('2027-03-02')
    expect(closedBetween(before, task(next, 'FREQ=DAILY', { completed: true }))).toBe(0)
    expect(closedBetween(before, { ...task(next, 'FREQ=DAILY'), recurs: false })).toBe(0)
    expect(closedBetween(task(null, 'FREQ=DAILY'), task(next, 'FREQ=DAILY'))).toBe(0)
    for (const rule of ['FREQ=SOMETIMES', 'FREQ=HOURLY', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', 'x', ''])
      expect(closedBetween(task(monday, rule), task(day('2037-03-02'), rule)), rule).toBe(0)
  })
})
