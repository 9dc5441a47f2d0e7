import { Temporal } from 'temporal-polyfill'
import type { DbTime } from '../db-time.ts'

/** Two times of day, `HH:MM`; the second one is not in it any more. It may lie on the next day. */
export type Hours = { readonly from: string; readonly to: string }

/** Whether clocks in this zone show one of these hours. An hour that clocks show twice counts twice. */
export function isQuiet(now: DbTime, zone: string, hours: Hours | null): boolean {
  if (hours === null) return false
  const shown = civil(now, zone).toPlainTime().toString({ smallestUnit: 'minute' })
  const { from, to } = hours
  return from <= to ? from <= shown && shown < to : from <= shown || shown < to
}

/**
 * The day whose digest is due now, `YYYY-MM-DD` in this zone; null when none is. `lastOn`: the day of the last one. A time that
 * clocks leave out on a day comes when they show the next one that there is.
 */
export function digestDay(
  now: DbTime,
  zone: string,
  { at, lastOn }: { readonly at: string; readonly lastOn: string | null },
): string | null {
  const today = civil(now, zone).toPlainDate()
  if (lastOn !== null && today.toString() <= lastOn) return null
  const due = today.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(at) })
  return Temporal.Instant.compare(Temporal.Instant.from(now), due.toInstant()) >= 0 ? today.toString() : null
}

/** The day before this moment's, in this zone. */
export function dayBefore(now: DbTime, zone: string): string {
  return civil(now, zone).toPlainDate().subtract({ days: 1 }).toString()
}

/** `YYYY-MM-DD HH:MM` as clocks in this zone show it. */
export function shownTime(time: DbTime, zone: string): string {
  const { year, month, day, hour, minute } = civil(time, zone)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`
}

function civil(time: DbTime, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.from(time).toZonedDateTimeISO(zone)
}
