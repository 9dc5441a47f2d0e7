import { Temporal } from 'temporal-polyfill'

/**
 * When a task is due. Civil values, never a JavaScript Date.
 *
 * - `day`: a calendar day, the same in every zone. `day` is `YYYY-MM-DD`.
 * - `floating`: a wall-clock time that goes where the user goes. `time` is `HH:MM:SS`.
 * - `fixed`: an instant (`YYYY-MM-DDTHH:MM:SSZ`) and the zone it was set in; `zone` is null where the service
 *   keeps only the instant. The instant, not the wall-clock time, is kept, because a wall-clock time is
 *   ambiguous in the hour that a zone repeats.
 */
export type Due =
  | { readonly kind: 'day'; readonly day: string }
  | { readonly kind: 'floating'; readonly day: string; readonly time: string }
  | { readonly kind: 'fixed'; readonly at: string; readonly zone: string | null }

/** A calendar day from text. Throws RangeError on a day that does not exist (2027-02-29). */
export function day(text: string): Due {
  return { kind: 'day', day: Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() }
}

/** A floating time from `YYYY-MM-DDTHH:MM[:SS[.ffffff]]`; fractions of a second are dropped. */
export function floating(text: string): Due {
  const local = Temporal.PlainDateTime.from(text, { overflow: 'reject' })
  return { kind: 'floating', day: local.toPlainDate().toString(), time: clock(local) }
}

/** A fixed time from an ISO instant with `Z` or an offset; fractions of a second are dropped. */
export function fixed(text: string, zone: string | null): Due {
  return { kind: 'fixed', at: wholeSeconds(Temporal.Instant.from(text)), zone }
}

/** The instant of a timed due as `…Z`, a floating one read in `zone`; null for a day. */
export function instantOf(due: Due, zone: string): string | null {
  switch (due.kind) {
    case 'day':
      return null
    case 'fixed':
      return due.at
    case 'floating':
      return wholeSeconds(
        Temporal.PlainDateTime.from(`${due.day}T${due.time}`).toZonedDateTime(zone).toInstant(),
      )
  }
}

/** The calendar day on which it is due, seen from `zone`. */
export function dayOf(due: Due, zone: string): string {
  if (due.kind !== 'fixed') return due.day
  return Temporal.Instant.from(due.at).toZonedDateTimeISO(zone).toPlainDate().toString()
}

/**
 * The value to write to a side that now holds `current`, so that a change made where only instants exist does not
 * turn a floating time into a fixed one, nor lose the zone it was set in. `zone` is the route's user zone.
 */
export function adaptDue(next: Due | null, current: Due | null, zone: string): Due | null {
  if (next?.kind !== 'fixed' || next.zone !== null) return next
  if (current?.kind === 'floating') {
    const local = Temporal.Instant.from(next.at).toZonedDateTimeISO(zone).toPlainDateTime()
    return { kind: 'floating', day: local.toPlainDate().toString(), time: clock(local) }
  }
  const kept = current?.kind === 'fixed' ? current.zone : null
  return { kind: 'fixed', at: next.at, zone: kept ?? zone }
}

/** `keep` of a service that stores a day or an instant and no zone. */
export function keepInstant(due: Due | null, zone: string): Due | null {
  if (due === null || due.kind === 'day') return due
  return { kind: 'fixed', at: instantOf(due, zone) ?? '', zone: null }
}

/** True for an IANA zone name that this runtime knows. */
export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}

function clock(local: Temporal.PlainDateTime): string {
  return local.toPlainTime().toString({ smallestUnit: 'second', roundingMode: 'trunc' })
}

function wholeSeconds(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second', roundingMode: 'trunc' })
}
