import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import { isZone } from '../../core/due.ts'

const UTC_NAMES = new Set(['utc', 'etc/utc', 'gmt', 'etc/gmt', 'zulu', 'etc/zulu', 'uct', 'etc/uct', 'z'])
/** How many changes of its offset a zone's component tells: about as many years as half of it. */
const MOST_CHANGES = 8

/** True where the instant alone says all that the zone does. */
export function isUtc(zone: string): boolean {
  return UTC_NAMES.has(zone.toLowerCase())
}

/** True for a zone that a TZID can name: one of places, and not a bare offset. */
export function isPlace(zone: string): boolean {
  return !/^[+-]/.test(zone) && isZone(zone)
}

/**
 * The IANA zone that a TZID means: its own name, one behind a vendor's prefix (`/citadel.org/20210210_1/Europe/Berlin`),
 * or the location that its component names. Null where nothing says so.
 */
export function zoneNamed(tzid: string, timezone: ICAL.Component | undefined): string | null {
  const parts = tzid.split('/').filter((part) => part !== '')
  const named = [3, 2, 1].map((count) => parts.slice(-count).join('/'))
  const location = timezone?.getFirstPropertyValue('x-lic-location')
  const names = [tzid, ...named, ...(typeof location === 'string' ? [location] : [])]
  return names.find(isPlace) ?? null
}

/** The instant of a wall clock by the resource's own rules for a zone; null where they cannot be followed. */
export function instantBy(timezone: ICAL.Component, wallClock: string): string | null {
  try {
    const zone = new ICAL.Timezone(timezone)
    const time = ICAL.Time.fromDateTimeString(wallClock)
    time.zone = zone
    return `${time.convertToZone(ICAL.Timezone.utcTimezone).toString().replace(/Z$/, '')}Z`
  } catch {
    return null
  }
}

/** The component VTIMEZONE for a zone, as far as the years around this instant need it. */
export function vtimezone(zone: string, at: string): string {
  let time = Temporal.Instant.from(at).toZonedDateTimeISO(zone)
  time = time.getTimeZoneTransition('previous') ?? time.with({ year: 1970 })
  const observances: string[] = []
  for (let count = 0; count < MOST_CHANGES; count += 1) {
    observances.push(observance(time))
    const next = time.getTimeZoneTransition('next')
    if (next === null) break
    time = next
  }
  return ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...observances, 'END:VTIMEZONE'].join('\r\n')
}

/** One change: `time` is the first moment of the new offset; the rules say it by the clock of the old one. */
function observance(time: Temporal.ZonedDateTime): string {
  const before = time.subtract({ nanoseconds: 1 })
  const start = time.toInstant().add({ nanoseconds: before.offsetNanoseconds })
  const summer = time.offsetNanoseconds > before.offsetNanoseconds
  const kind = summer ? 'DAYLIGHT' : 'STANDARD'
  return [
    `BEGIN:${kind}`,
    `DTSTART:${compact(start.toString().slice(0, 19))}`,
    `TZOFFSETFROM:${offset(before.offset)}`,
    `TZOFFSETTO:${offset(time.offset)}`,
    `END:${kind}`,
  ].join('\r\n')
}

function compact(text: string): string {
  return text.replace(/[-:]/g, '')
}

/** `+05:30` as `+0530`. */
function offset(text: string): string {
  return compact(text.slice(1)).replace(/^/, text.slice(0, 1))
}
