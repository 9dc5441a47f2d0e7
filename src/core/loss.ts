import { dayOf, instantOf } from './due.ts'
import { sameValue } from './equal.ts'
import type { SideRules } from './policy.ts'
import { BLANK_TASK, type CanonicalTask, FIELDS, type Field } from './task.ts'

/** Whose a task is, where it lies, and what the other side drives by itself: no value of a user's is lost. */
const NOT_CARRIED: ReadonlySet<Field> = new Set(['assignee', 'completed', 'list', 'parent'])

/**
 * The fields of a task, as side `from` holds it, of which the other side can hold nothing or less: they stay where they
 * are (I19). That a service tells a time in other words is no loss, that it keeps only the day of it is.
 */
export function lostFields(task: CanonicalTask, from: SideRules, to: SideRules, zone: string): Field[] {
  return FIELDS.filter((field) => {
    if (NOT_CARRIED.has(field) || from.modes[field] === 'none') return false
    const value = from.keep(field, task[field], { zone })
    if (sameValue(value, from.keep(field, BLANK_TASK[field], { zone }))) return false
    return to.modes[field] === 'none' || !tellsTheSame(field, value, to.keep(field, value, { zone }), zone)
  })
}

function tellsTheSame<F extends Field>(
  field: F,
  value: CanonicalTask[F],
  kept: CanonicalTask[F],
  zone: string,
): boolean {
  if (field !== 'due' && field !== 'start') return sameValue(value, kept)
  const [before, after] = [value as CanonicalTask['due'], kept as CanonicalTask['due']]
  if (before === null || after === null) return before === after
  return dayOf(before, zone) === dayOf(after, zone) && instantOf(before, zone) === instantOf(after, zone)
}
