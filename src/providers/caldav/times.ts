import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import { type Due, day, dayOf, fixed, floating } from '../../core/due.ts'
import { instantBy, isPlace, isUtc, zoneNamed } from './zones.ts'

/*
 * Dates of iCalendar: a day (VALUE=DATE), a wall clock that goes along with its user, an instant (Z), or a wall clock of a
 * zone (TZID).
 */

/** What `keepTime` leaves: an instant without a zone, or one that its zone's wall clock names without doubt. */
export function keepTime(due: Due | null): Due | null {
  if (due?.kind !== 'fixed' || due.zone === null) return due
  if (isUtc(due.zone) || !isPlace(due.zone)) return { ...due, zone: null }
  // In the hour that a zone repeats, a wall clock means the first of the two.
  return atWallClock(wallClockOf(due.at, due.zone), due.zone).at === due.at ? due : { ...due, zone: null }
}

/** What DTSTART can be trusted to hold beside any due: a day. */
export function keepStart(start: Due | null, zone: string): Due | null {
  return start === null ? null : { kind: 'day', day: dayOf(start, zone) }
}

/**
 * The time of a property. A TZID that nobody knows and that the resource does not explain leaves the day alone. Throws
 * RangeError on a date that does not exist.
 */
export function readTime(property: ICAL.Property, timezones: readonly ICAL.Component[]): Due {
  const text = rawOf(property)
  if (property.type === 'date' || /^\d{4}-\d{2}-\d{2}$/.test(text)) return day(text)
  if (text.endsWith('Z')) return fixed(text, null)
  const tzid = property.getFirstParameter('tzid')
  if (tzid === undefined || tzid === '') return floating(text)
  const timezone = timezones.find((one) => one.getFirstPropertyValue('tzid') === tzid)
  const zone = zoneNamed(tzid, timezone)
  if (zone !== null) return atWallClock(text, zone)
  const at = timezone === undefined ? null : instantBy(timezone, text)
  return at === null ? day(text.slice(0, 10)) : fixed(at, null)
}

/** A start, as far as it is kept: of a wall clock its own day, whatever the zone it is looked at from. */
export function readStart(property: ICAL.Property, timezones: readonly ICAL.Component[]): Due {
  const start = readTime(property, timezones)
  const isInstant = start.kind === 'fixed' && start.zone === null
  return isInstant ? start : day(rawOf(property).slice(0, 10))
}

/** A time a duration after another; of a day whole days count alone. */
export function timeAfter(start: Due, duration: ICAL.Duration): Due {
  const parts = Temporal.Duration.from(duration.toString())
  switch (start.kind) {
    case 'day':
      return day(Temporal.PlainDate.from(start.day).add(parts).toString())
    case 'floating':
      return floating(Temporal.PlainDateTime.from(`${start.day}T${start.time}`).add(parts).toString())
    case 'fixed': {
      const zone = start.zone ?? 'UTC'
      const later = Temporal.Instant.from(start.at).toZonedDateTimeISO(zone).add(parts)
      return fixed(later.toInstant().toString(), start.zone)
    }
  }
}

/** The property of a time that was kept. */
export function timeProperty(name: string, due: Due): ICAL.Property {
  const property = new ICAL.Property(name)
  switch (due.kind) {
    case 'day':
      property.resetType('date')
      property.setValue(ICAL.Time.fromDateString(due.day))
      return property
    case 'floating':
      return clockProperty(property, `${due.day}T${due.time}`)
    case 'fixed':
      if (due.zone === null) return clockProperty(property, due.at)
      property.setParameter('tzid', due.zone)
      return clockProperty(property, wallClockOf(due.at, due.zone))
  }
}

/** The same property at another time of the same kind: `clock` is `YYYY-MM-DD`, with `THH:MM:SS` where it has a time. */
export function movedTo(property: ICAL.Property, clock: string): ICAL.Property {
  const jCal = structuredClone(property.jCal)
  jCal[3] = rawOf(property).endsWith('Z') ? `${clock}Z` : clock
  return new ICAL.Property(jCal)
}

/** What the property's own clock shows, without a zone. */
export function clockOf(property: ICAL.Property): string {
  return rawOf(property).replace(/Z$/, '')
}

export function isTimed(property: ICAL.Property): boolean {
  return rawOf(property).includes('T')
}

export function wallClockOf(at: string, zone: string): string {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDateTime()
  return local.toString({ smallestUnit: 'second', roundingMode: 'trunc' })
}

export function atWallClock(text: string, zone: string): Due & { kind: 'fixed' } {
  const instant = Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime(zone).toInstant()
  return { kind: 'fixed', at: instant.toString({ smallestUnit: 'second' }), zone }
}

/** As ical.js writes dates: `YYYY-MM-DD`, and with a time `THH:MM:SS` and maybe `Z`. Some clients forget VALUE=DATE. */
function rawOf(property: ICAL.Property): string {
  return String(property.jCal[3]).replace(/T::$/, '')
}

function clockProperty(property: ICAL.Property, text: string): ICAL.Property {
  property.resetType('date-time')
  property.setValue(ICAL.Time.fromDateTimeString(text))
  return property
}
