import type ICAL from 'ical.js'
import type { Due } from '../../core/due.ts'
import { type Entry, isNamed } from './ics.ts'
import { readTime, timeAfter } from './times.ts'

export function firstText(entries: readonly Entry[], name: string): string {
  const value = firstNamed(entries, name)?.getFirstValue()
  return value === undefined || value === null ? '' : String(value)
}

export function firstNamed(entries: readonly Entry[], name: string): ICAL.Property | undefined {
  return entries.find(isNamed(name))?.property
}

/** DUE, or what DTSTART and DURATION make of it: a task has one or the other (RFC 5545, 3.6.2). */
export function dueOf(entries: readonly Entry[], timezones: readonly ICAL.Component[]): Due | null {
  const due = firstNamed(entries, 'due')
  if (due !== undefined) return readTime(due, timezones)
  const start = firstNamed(entries, 'dtstart')
  const duration = firstNamed(entries, 'duration')?.getFirstValue()
  if (start === undefined || duration === undefined || duration === null) return null
  return timeAfter(readTime(start, timezones), duration as ICAL.Duration)
}

/**
 * Clients set STATUS, COMPLETED or both. A cancelled task counts as completed: nobody is to do it any more, and shown as
 * an open one elsewhere it would be done after all.
 */
export function isCompleted(entries: readonly Entry[]): boolean {
  const status = firstText(entries, 'status').toUpperCase()
  return status === 'COMPLETED' || status === 'CANCELLED' || entries.some(isNamed('completed'))
}

export function repeats(entries: readonly Entry[]): boolean {
  return entries.some(isNamed('rrule')) || entries.some(isNamed('rdate'))
}
