import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { earlier, epochSeconds, later, msBetween, NEVER, plusMs } from './db-time.ts'

const NOON = '2027-01-04T12:00:00.000000Z'
const moment = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
  .map((date) => plusMs(date.toISOString(), 0))

describe('a moment of the database', () => {
  it('keeps microseconds, and is always written with six digits', () => {
    expect(plusMs(NOON, 0.001)).toBe('2027-01-04T12:00:00.000001Z')
    expect(plusMs(NOON, -0.001)).toBe('2027-01-04T11:59:59.999999Z')
    expect(plusMs('2027-01-04T12:00:00Z', 0)).toBe(NOON)
    expect(plusMs('2027-01-04T13:00:00+01:00', 1500)).toBe('2027-01-04T12:00:01.500000Z')
  })

  it('sorts as text in the order of time', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -1e9, max: 1e9 }), (time, ms) => {
        const moved = plusMs(time, ms)
        expect(Math.sign(ms)).toBe(moved === time ? 0 : moved > time ? 1 : -1)
        expect(msBetween(time, moved)).toBe(ms)
        expect(plusMs(moved, -ms)).toBe(time)
      }),
    )
  })

  it('lies in a whole second of the epoch', () => {
    expect(epochSeconds('1970-01-01T00:00:01.999999Z')).toBe(1)
    expect(epochSeconds('1969-12-31T23:59:59.500000Z')).toBe(-1)
  })
})

describe('of two moments', () => {
  it('either may be missing', () => {
    expect([earlier(null, null), earlier(NOON, null), earlier(null, NOON)]).toEqual([null, NOON, NOON])
  })

  it('never comes after all others', () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        expect([earlier(a, NEVER), earlier(NEVER, a), later(a, NEVER)]).toEqual([a, a, NEVER])
        expect([earlier(a, b), later(a, b)]).toEqual([a, b].sort())
      }),
    )
  })
})
