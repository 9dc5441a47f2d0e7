import { describe, expect, it } from 'vitest'
import { advanceDue, type DueContext, type DueInput, readDue } from './due.ts'
import { Refusal } from './errors.ts'

// Friday, 20 November 2026, 10:00 in New York.
const context: DueContext = {
  now: Date.parse('2026-11-20T15:00:00Z'),
  zone: 'America/New_York',
  microseconds: true,
}
const read = (input: DueInput) => readDue(input, context)
const at = (phrase: string) => read({ string: phrase })?.date

describe('due dates', () => {
  it('keeps the three forms apart, with microseconds', () => {
    expect(read({ date: '2026-12-03' })).toEqual({
      date: '2026-12-03',
      timezone: null,
      string: 'Dec 3',
      lang: 'en',
      is_recurring: false,
    })
    expect(read({ date: '2026-12-03T14:00:00' })).toMatchObject({
      date: '2026-12-03T14:00:00.000000',
      timezone: null,
      string: 'Dec 3 14:00',
    })
    expect(read({ date: '2026-12-03T19:00:00Z' })).toMatchObject({
      date: '2026-12-03T19:00:00.000000Z',
      timezone: 'America/New_York',
      string: 'Dec 3 14:00',
    })
    expect(readDue({ date: '2026-12-03T14:00' }, { ...context, microseconds: false })?.date).toBe(
      '2026-12-03T14:00:00',
    )
  })

  it('loses a zone beside a floating time, keeps it beside an instant', () => {
    expect(read({ date: '2026-12-03T14:00:00', timezone: 'Europe/Berlin' })?.timezone).toBeNull()
    expect(read({ date: '2026-12-03T14:00:00Z', timezone: 'Europe/Berlin' })).toMatchObject({
      timezone: 'Europe/Berlin',
      string: 'Dec 3 15:00',
    })
    expect(read({ date: '2026-12-03T14:00:00+02:00' })?.date).toBe('2026-12-03T12:00:00.000000Z')
  })

  it.each([
    ['today', '2026-11-20'],
    ['tomorrow at 3pm', '2026-11-21T15:00:00.000000'],
    ['monday', '2026-11-23'],
    ['friday', '2026-11-27'],
    ['in 3 days', '2026-11-23'],
    ['2026-12-01', '2026-12-01'],
    ['2026-12-01 14:30', '2026-12-01T14:30:00.000000'],
    ['Dec 3', '2026-12-03'],
    ['3 March', '2027-03-03'],
    ['Feb 29', '2028-02-29'],
    ['8am', '2026-11-21T08:00:00.000000'],
    ['every day', '2026-11-20'],
    ['every monday', '2026-11-23'],
    ['every 2 weeks', '2026-11-20'],
    ['every mon, wed at 8:30', '2026-11-23T08:30:00.000000'],
    ['every 15th', '2026-12-15'],
    ['every month starting 2026-12-09', '2026-12-09'],
  ])('understands "%s"', (phrase, date) => {
    expect(at(phrase)).toBe(date)
    expect(read({ string: phrase })?.is_recurring).toBe(phrase.startsWith('every'))
  })

  it('clears with "no date" and refuses what it does not understand', () => {
    expect(read({ string: 'no date' })).toBeNull()
    for (const wrong of ['whenever', '', '2026-02-30', 'every 0 days', 'every 2026', 'at 25:00'])
      expect(() => at(wrong), wrong).toThrow(Refusal)
    for (const wrong of ['2027-02-29', '2026-12-03T25:00:00', 'soon'])
      expect(() => read({ date: wrong }), wrong).toThrow('Date is invalid')
    expect(() => read({ date: '2026-12-03T14:00:00Z', timezone: 'Moon/Sea' })).toThrow(
      'Invalid argument value',
    )
  })

  it('keeps a repetition only when the phrase comes with the date', () => {
    expect(read({ date: '2026-12-03' })?.is_recurring).toBe(false)
    expect(read({ date: '2026-12-03', string: 'every day' })).toMatchObject({
      date: '2026-12-03',
      string: 'every day',
      is_recurring: true,
    })
  })
})

describe('the next day of a recurring due date', () => {
  const after = (input: DueInput) => {
    const due = read(input)
    return due === null ? undefined : advanceDue(due, context).date
  }

  it.each([
    ['every day', '2026-11-20', '2026-11-21'],
    ['every day', '2026-11-25', '2026-11-26'],
    ['every 2 weeks', '2026-11-20', '2026-12-04'],
    ['every monday', '2026-11-23', '2026-11-30'],
    ['every mon, wed', '2026-11-23', '2026-11-25'],
    ['every other tuesday', '2026-11-24', '2026-12-08'],
    ['every workday', '2026-11-20', '2026-11-23'],
    ['every 31st', '2026-11-30', '2026-12-31'],
    ['every month', '2027-01-31', '2027-02-28'],
    ['every dec 3', '2026-12-03', '2027-12-03'],
    ['every day', '2026-11-10', '2026-11-21'],
    ['every! 3 days', '2026-11-01', '2026-11-23'],
  ])('%s on %s moves to %s', (string, date, next) => {
    expect(after({ date, string })).toBe(next)
  })

  it('keeps the wall clock of a fixed time across the end of daylight saving time', () => {
    const before = { ...context, now: Date.parse('2026-10-31T12:00:00Z') }
    const due = readDue({ string: 'every day at 9am', timezone: 'America/New_York' }, before)
    expect(due?.date).toBe('2026-10-31T13:00:00.000000Z')
    expect(due && advanceDue(due, before).date).toBe('2026-11-01T14:00:00.000000Z')
  })
})
