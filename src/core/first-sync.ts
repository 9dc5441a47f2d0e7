import { Temporal } from 'temporal-polyfill'
import { type DbTime, epochSeconds } from './db-time.ts'
import { dayOf } from './due.ts'
import type { FirstSyncRule, RoutePolicy } from './policy.ts'
import type { CanonicalTask } from './task.ts'

/** How a rule is written, for people. */
export const FIRST_SYNC_FORM = 'open, none, or dueSince:<days>'

/** Of a year and more nobody speaks; it keeps a slip of the hand from being a date before all dates. */
const MOST_DAYS = 3_650

/** The rule that a text says, in the form of `FIRST_SYNC_FORM`; null for another text. */
export function readFirstSync(text: string): FirstSyncRule | null {
  if (text === 'open' || text === 'none') return { kind: text }
  const days = /^dueSince:\s*(\d{1,4})$/u.exec(text)?.[1]
  return days === undefined || Number(days) > MOST_DAYS ? null : { kind: 'dueSince', days: Number(days) }
}

export function firstSyncText(rule: FirstSyncRule): string {
  return rule.kind === 'dueSince' ? `dueSince:${rule.days}` : rule.kind
}

/**
 * Whether a first sync at `now` lets in a task that is on one side only. The days are those of the route's zone: with
 * `dueSince` a task that was due that many days ago is in, one that was due the day before is not. Without a date it is in.
 */
export function letsIn(
  { firstSync, zone }: Pick<RoutePolicy, 'firstSync' | 'zone'>,
  task: Pick<CanonicalTask, 'due'>,
  now: DbTime,
): boolean {
  switch (firstSync.kind) {
    case 'open':
      return true
    case 'none':
      return false
    case 'dueSince': {
      if (task.due === null) return true
      const today = Temporal.Instant.fromEpochMilliseconds(epochSeconds(now) * 1000)
        .toZonedDateTimeISO(zone)
        .toPlainDate()
      return dayOf(task.due, zone) >= today.subtract({ days: firstSync.days }).toString()
    }
  }
}
