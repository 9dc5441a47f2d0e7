import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarDay, due, instant, wallClock, zone } from '../../test/core/arbitraries.ts'
import { adaptDue, day, dayOf, fixed, floating, instantOf, isZone, keepInstant } from './due.ts'

const NEW_YORK = 'America/New_York'

describe('a day', () => {
  it('is the same day in every zone', () => {
    fc.assert(
      fc.property(calendarDay, zone, zone, (text, one, other) => {
        const value = day(text)
        expect([dayOf(value, one), dayOf(value, other)]).toEqual([text, text])
        expect(instantOf(value, one)).toBeNull()
      }),
    )
  })

  it('stays a day on a side that knows instants, and on the way back', () => {
    fc.assert(
      fc.property(calendarDay, due, zone, (text, current, where) => {
        const value = day(text)
        expect(keepInstant(value, where)).toEqual(value)
        expect(adaptDue(value, current, where)).toEqual(value)
      }),
    )
  })

  it('may be 29 February in leap years alone', () => {
    expect(day('2028-02-29')).toEqual({ kind: 'day', day: '2028-02-29' })
    expect(() => day('2027-02-29')).toThrow(RangeError)
    expect(() => day('2100-02-29')).toThrow(RangeError)
  })

  it.each(['2026-13-01', '2026-04-31', '2026-00-10', '2026-1-2', 'tomorrow', ''])('is never %j', (text) => {
    expect(() => day(text)).toThrow(RangeError)
  })
})

describe('a floating time', () => {
  it('keeps seconds and drops what is finer', () => {
    expect(floating('2027-01-04T09:05')).toEqual({ kind: 'floating', day: '2027-01-04', time: '09:05:00' })
    expect(floating('2027-01-04T09:05:59.999999')).toMatchObject({ time: '09:05:59' })
  })

  it.each(['2027-02-29T10:00', '2027-01-04T24:30', '2027-01-04T10:61'])('is never %j', (text) => {
    expect(() => floating(text)).toThrow(RangeError)
  })

  it('in the hour that a zone skips is read as an hour later', () => {
    expect(instantOf(floating('2027-03-14T02:30'), NEW_YORK)).toBe('2027-03-14T07:30:00Z')
    expect(instantOf(floating('2027-03-14T03:30'), NEW_YORK)).toBe('2027-03-14T07:30:00Z')
  })

  it('in the hour that a zone repeats is read as the first of the two', () => {
    expect(instantOf(floating('2027-11-07T01:30'), NEW_YORK)).toBe('2027-11-07T05:30:00Z')
  })

  it('has the same wall clock everywhere', () => {
    fc.assert(
      fc.property(wallClock, zone, (text, where) => {
        expect(dayOf(floating(text), where)).toBe(text.slice(0, 10))
      }),
    )
  })
})

describe('a fixed time', () => {
  it('keeps the instant, whatever offset it is told in', () => {
    expect(fixed('2027-11-07T01:30:00.25-05:00', NEW_YORK)).toEqual({
      kind: 'fixed',
      at: '2027-11-07T06:30:00Z',
      zone: NEW_YORK,
    })
  })

  it('tells the two occurrences of a repeated hour apart, on the same day', () => {
    const first = fixed('2027-11-07T05:30:00Z', NEW_YORK)
    const second = fixed('2027-11-07T06:30:00Z', NEW_YORK)
    expect(first).not.toEqual(second)
    expect([dayOf(first, NEW_YORK), dayOf(second, NEW_YORK)]).toEqual(['2027-11-07', '2027-11-07'])
  })

  it('may be on different days in different zones', () => {
    const value = fixed('2027-01-05T03:00:00Z', null)
    expect(dayOf(value, NEW_YORK)).toBe('2027-01-04')
    expect(dayOf(value, 'Europe/Berlin')).toBe('2027-01-05')
  })
})

describe('a due that goes to a side of instants and comes back', () => {
  it('is stored there the same however often it goes', () => {
    fc.assert(
      fc.property(due, zone, (value, where) => {
        const there = keepInstant(value, where)
        expect(keepInstant(there, where)).toEqual(there)
      }),
    )
  })

  it('never drifts: what comes back is stored there as what went', () => {
    fc.assert(
      fc.property(due, zone, (value, where) => {
        const there = keepInstant(value, where)
        let here = value
        for (let round = 0; round < 3; round += 1) {
          here = adaptDue(keepInstant(here, where), here, where)
          expect(keepInstant(here, where)).toEqual(there)
        }
      }),
    )
  })

  it('keeps its kind, and the zone it was set in', () => {
    fc.assert(
      fc.property(instant, zone, zone, wallClock, (at, set, route, text) => {
        const own = fixed(at, set)
        expect(adaptDue(keepInstant(own, route), own, route)).toEqual(own)
        expect(adaptDue(fixed(at, null), floating(text), route)).toMatchObject({ kind: 'floating' })
      }),
    )
  })

  it('settles after one round when it was moved there, also into a repeated hour', () => {
    fc.assert(
      fc.property(instant, wallClock, zone, (at, text, where) => {
        const moved = adaptDue(fixed(at, null), floating(text), where)
        expect(adaptDue(keepInstant(moved, where), moved, where)).toEqual(moved)
      }),
    )
  })

  it('that was moved there stays floating, in the wall clock of the zone', () => {
    const moved = adaptDue(fixed('2027-07-04T19:30:00Z', null), floating('2027-07-01T09:00'), NEW_YORK)
    expect(moved).toEqual({ kind: 'floating', day: '2027-07-04', time: '15:30:00' })
  })

  it('takes the zone of the route when it had none to keep', () => {
    const told = fixed('2027-07-04T19:30:00Z', null)
    expect(adaptDue(told, null, NEW_YORK)).toEqual({ ...told, zone: NEW_YORK })
    expect(adaptDue(told, day('2027-07-04'), NEW_YORK)).toEqual({ ...told, zone: NEW_YORK })
    expect(adaptDue(told, fixed('2027-07-01T09:00:00Z', null), NEW_YORK)).toEqual({ ...told, zone: NEW_YORK })
  })
})

describe('a zone', () => {
  it('is known by its IANA name', () => {
    expect(['Europe/Berlin', 'UTC', 'Europe/Atlantis', ''].map(isZone)).toEqual([true, true, false, false])
  })
})
