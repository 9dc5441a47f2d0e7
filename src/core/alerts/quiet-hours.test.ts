import { describe, expect, it } from 'vitest'
import { dayBefore, digestDay, isQuiet, shownTime } from './quiet-hours.ts'

const BERLIN = 'Europe/Berlin'
const NIGHT = { from: '22:00', to: '07:00' }

describe('quiet hours', () => {
  it.each([
    ['2026-11-26T20:59:59.999999Z', false],
    ['2026-11-26T21:00:00.000000Z', true],
    ['2026-11-27T05:59:59.999999Z', true],
    ['2026-11-27T06:00:00.000000Z', false],
    // In summer clocks are an hour further.
    ['2026-07-01T20:00:00.000000Z', true],
    ['2026-07-02T05:00:00.000000Z', false],
  ])('over midnight: %s', (now, quiet) => {
    expect(isQuiet(now, BERLIN, NIGHT)).toBe(quiet)
  })

  it.each([
    ['2026-11-26T11:00:00.000000Z', true],
    ['2026-11-26T12:30:00.000000Z', false],
    ['2026-11-26T10:59:00.000000Z', false],
  ])('of a day: %s', (now, quiet) => {
    expect(isQuiet(now, BERLIN, { from: '12:00', to: '13:30' })).toBe(quiet)
  })

  it('that are not set are never', () => {
    expect(isQuiet('2026-11-26T23:00:00.000000Z', BERLIN, null)).toBe(false)
  })
})

describe('a digest is due', () => {
  it.each([
    ['before its time', '2026-11-26T06:59:00.000000Z', '2026-11-25', null],
    ['at its time', '2026-11-26T07:00:00.000000Z', '2026-11-25', '2026-11-26'],
    ['later on that day', '2026-11-26T20:00:00.000000Z', '2026-11-25', '2026-11-26'],
    ['once', '2026-11-26T20:00:00.000000Z', '2026-11-26', null],
    ['not for the days that were missed', '2026-11-26T20:00:00.000000Z', '2026-11-20', '2026-11-26'],
    ['by the day of the zone', '2026-11-25T23:30:00.000000Z', '2026-11-25', null],
  ])('%s', (_, now, lastOn, day) => {
    expect(digestDay(now, BERLIN, { at: '08:00', lastOn })).toBe(day)
  })

  it('when the clocks show the next time, where they leave its own out', () => {
    const spring = { at: '02:30', lastOn: '2026-03-28' }
    expect(digestDay('2026-03-29T01:29:00.000000Z', BERLIN, spring)).toBeNull()
    expect(digestDay('2026-03-29T01:30:00.000000Z', BERLIN, spring)).toBe('2026-03-29')
  })

  it('once, where clocks show its time twice', () => {
    const autumn = { at: '02:30', lastOn: '2026-10-24' }
    expect(digestDay('2026-10-25T00:30:00.000000Z', BERLIN, autumn)).toBe('2026-10-25')
    expect(digestDay('2026-10-25T01:30:00.000000Z', BERLIN, { ...autumn, lastOn: '2026-10-25' })).toBeNull()
  })
})

it('times are shown as clocks show them', () => {
  expect(shownTime('2026-11-26T23:05:00.000000Z', BERLIN)).toBe('2026-11-27 00:05')
  expect(dayBefore('2026-11-26T23:05:00.000000Z', BERLIN)).toBe('2026-11-26')
})
