import type { RemoteTask } from '../contract.ts'
import { countOccurrences } from './occurrences.ts'

/**
 * How many occurrences of a repeating task were closed between two looks at it, for CalDAV counts none: whoever closes one
 * moves the task on to the next date of its rule. 0 where the date is not later, or none of the rule's: then somebody
 * has moved it. Pure.
 */
export function closedBetween(before: RemoteTask, after: RemoteTask): number {
  const { recurrence, due } = before.task
  if (recurrence?.language !== RULE_LANGUAGE || !after.recurs || after.task.completed) return 0
  const steps =
    due === null || after.task.due === null
      ? 0
      : countOccurrences(recurrence.text, due, after.task.due, skippedOf(before))
  // Where it has no date to tell by, our own closings are still known.
  return Math.max(steps, closingsOf(after) - closingsOf(before))
}

function closingsOf({ extra: { closings } }: RemoteTask): number {
  return typeof closings === 'number' ? closings : 0
}

function skippedOf({ extra: { skipped } }: RemoteTask): string[] {
  return Array.isArray(skipped) ? skipped.map(String) : []
}

/** The `language` of a repetition that is an RRULE (RFC 5545, 3.3.10). */
export const RULE_LANGUAGE = 'rrule'
