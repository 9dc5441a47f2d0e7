import { Temporal } from 'temporal-polyfill'
import { type DbTime, epochSeconds } from './db-time.ts'
import { dayOf } from './due.ts'
import type { RoutePolicy } from './policy.ts'
import type { CanonicalTask } from './task.ts'

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
