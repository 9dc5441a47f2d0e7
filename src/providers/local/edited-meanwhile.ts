import { sameValue } from '../../core/equal.ts'
import { sameContent } from '../../core/observe.ts'
import type { CanonicalTask, Field, FieldValues } from '../../core/task.ts'
import type { RemoteTask, WriteOp } from '../contract.ts'
import { keep } from './keep.ts'

/**
 * True when somebody has typed into what the op is to write since the plan looked: it is neither as it was, nor as it is
 * to become. A deletion takes everything, so that anything typed counts.
 */
export function wasEdited({ before, verb }: WriteOp, fields: FieldValues, now: RemoteTask): boolean {
  if (before === null) return false
  if (verb === 'delete') return !sameContent(now, before)
  return (Object.keys(fields) as Field[]).some((field) => {
    const kept = (value: CanonicalTask[typeof field] | undefined) =>
      value === undefined ? undefined : keep(field, value)
    const shown = kept(now.task[field])
    return !sameValue(shown, kept(before.task[field])) && !sameValue(shown, kept(fields[field]))
  })
}
