import type { Due } from '../../core/due.ts'
import type { RemoteTask } from '../contract.ts'
import { markOf } from './occurrence-mark.ts'
import { countOccurrences, ownClock } from './occurrences.ts'

/**
 * How many occurrences of a repeating task were closed between two looks at it, for CalDAV counts none: whoever closes one
 * moves the task on to the next date of its rule, its start first of all; or to one that is as long after the moment of the
 * closing. 0 where that date is not later, or neither: then somebody has moved it; and where the due alone is another: then
 * somebody has put it off. Pure.
 */
export function closedBetween(before: RemoteTask, after: RemoteTask): number {
  if (!after.recurs || after.task.completed) return 0
  // Where it has no date to tell by, our own closings are still known.
  return Math.max(stepsBetween(before, after), closingsOf(after) - closingsOf(before))
}

function stepsBetween(before: RemoteTask, after: RemoteTask): number {
  const { recurrence, due } = before.task
  if (recurrence?.language !== RULE_LANGUAGE) return 0
  const count = (from: typeof due, to: typeof due) =>
    from === null || to === null ? 0 : countOccurrences(recurrence.text, from, to, skippedOf(before))
  const [then, now] = [markOf(before), markOf(after)]
  if (then !== null && now !== null && countsFromMoment(before, after) && isOfAClock(then.at, now.at))
    return 1
  if (then === null || now === null || then.by !== now.by) return count(due, after.task.due)
  const steps = count(then.at, now.at)
  // An app that knows nothing of a move goes on from the date that it shows.
  return steps === 0 && then.moved && !now.moved && then.by === 'due' ? count(due, after.task.due) : steps
}

/**
 * Apps that take a rule without days of its own (no BY…) for the time between two tasks count from the moment at which one was
 * closed, as python-caldav does: it writes that moment and the interval of the rule, in UTC and to the second, also where the
 * task had a day.
 */
function countsFromMoment(before: RemoteTask, after: RemoteTask): boolean {
  const [then, now] = [ruleOf(before), ruleOf(after)]
  return then === now && !then.includes('BY')
}

/** A start that nobody has typed: with seconds that were not there. It may be earlier, for one that was closed long before its date. */
function isOfAClock(then: Due, now: Due): boolean {
  if (now.kind !== 'fixed' || now.zone !== null || secondsOf(now) === '00') return false
  return secondsOf(then) !== secondsOf(now)
}

function secondsOf(due: Due): string {
  return ownClock(due).slice(17, 19).padEnd(2, '0')
}

/** Without how many times are left. */
function ruleOf({ task: { recurrence } }: RemoteTask): string {
  const parts = (recurrence?.text ?? '').toUpperCase().split(';')
  return parts
    .filter((part) => !part.startsWith('COUNT='))
    .sort()
    .join(';')
}

function closingsOf({ extra: { closings } }: RemoteTask): number {
  return typeof closings === 'number' ? closings : 0
}

function skippedOf({ extra: { skipped } }: RemoteTask): string[] {
  return Array.isArray(skipped) ? skipped.map(String) : []
}

/** The `language` of a repetition that is an RRULE (RFC 5545, 3.3.10). */
export const RULE_LANGUAGE = 'rrule'
