import { sameContent } from '../../core/observe.ts'
import type { Field, FieldValues } from '../../core/task.ts'
import { typedSince } from '../../core/typed-since.ts'
import type { RemoteTask, WriteOp } from '../contract.ts'
import { keep } from './keep.ts'

/**
 * True when somebody has typed into what the op is to write since the plan looked. A deletion takes everything, so that
 * anything typed counts.
 */
export function wasEdited({ before, verb }: WriteOp, fields: FieldValues, now: RemoteTask): boolean {
  if (before === null) return false
  if (verb === 'delete') return !sameContent(now, before)
  const change = { before: before.task, now: now.task, wanted: fields }
  return (Object.keys(fields) as Field[]).some((field) => typedSince(field, change, keep))
}
