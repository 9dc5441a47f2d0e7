import type ICAL from 'ical.js'
import type { Due } from '../../core/due.ts'
import type { RemoteTask } from '../contract.ts'
import type { Entry } from './ics.ts'
import { asInSeries, isMoved } from './moved-occurrence.ts'
import { anchorOf, skippedDates } from './occurrences.ts'
import { readTime } from './times.ts'

/**
 * What tells which occurrence a picture shows. `at`: its own date, by DTSTART or, `by` says so, by DUE where there is no
 * DTSTART. `moved`: its due was moved from the other side.
 */
export type OccurrenceMark = { readonly by: 'start' | 'due'; readonly at: Due; readonly moved: boolean }

/** For `extra`. `skipped`: dates on which the series has no occurrence, or one that is over. */
export function occurrenceMark(
  entries: readonly Entry[],
  over: ReadonlySet<string>,
  timezones: readonly ICAL.Component[],
): { readonly occurrence?: OccurrenceMark; readonly skipped?: readonly string[] } {
  const own = asInSeries(entries)
  const anchor = anchorOf(own)
  if (anchor === null) return {}
  const by = anchor.name === 'dtstart' ? 'start' : 'due'
  const skipped = [...skippedDates(own), ...over]
  return {
    occurrence: { by, at: readTime(anchor, timezones), moved: isMoved(entries) },
    ...(skipped.length > 0 ? { skipped } : {}),
  }
}

/** Null in a picture that holds none. */
export function markOf({ extra }: RemoteTask): OccurrenceMark | null {
  return (extra.occurrence as OccurrenceMark | undefined) ?? null
}
