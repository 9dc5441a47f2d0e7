import type { RemoteTask } from '../contract.ts'
import { markOf } from './occurrence-mark.ts'
import { countOccurrences } from './occurrences.ts'

/**
 * How many occurrences of a repeating task were closed between two looks at it, for CalDAV counts none: whoever closes one
 * moves the task on to the next date of its rule, its start first of all. 0 where that date is not later, or none of the
 * rule's: then somebody has moved it; and where the due alone is another: then somebody has put it off. Pure.
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
  if (then === null || now === null || then.by !== now.by) return count(due, after.task.due)
  const steps = count(then.at, now.at)
  // An app that knows nothing of a move goes on from the date that it shows.
  return steps === 0 && then.moved && !now.moved && then.by === 'due' ? count(due, after.task.due) : steps
}

function closingsOf({ extra: { closings } }: RemoteTask): number {
  return typeof closings === 'number' ? closings : 0
}

function skippedOf({ extra: { skipped } }: RemoteTask): string[] {
  return Array.isArray(skipped) ? skipped.map(String) : []
}

/** The `language` of a repetition that is an RRULE (RFC 5545, 3.3.10). */
export const RULE_LANGUAGE = 'rrule'
