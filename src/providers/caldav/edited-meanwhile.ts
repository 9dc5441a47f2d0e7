import { sameValue } from '../../core/equal.ts'
import { sameContent } from '../../core/observe.ts'
import type { Field, FieldValues } from '../../core/task.ts'
import { typedSince } from '../../core/typed-since.ts'
import type { RemoteTask, WriteOp } from '../contract.ts'
import { hasClosed } from './encode-completion.ts'
import { ownEntries } from './ics.ts'
import { keep } from './keep.ts'
import type { Decoded } from './mapping.ts'
import { markOf } from './occurrence-mark.ts'

/** All that the steps of an op set. */
export function fieldsOf(op: WriteOp): FieldValues {
  return Object.assign({}, ...op.steps.map((step) => step.fields)) as FieldValues
}

/** Names the step that completes: an occurrence is closed once for each. */
export function closingKey({ steps }: WriteOp): string {
  return steps.find(({ fields }) => fields.completed !== undefined)?.key ?? ''
}

/**
 * True when somebody has typed into what the op is to write since the plan looked. A deletion takes everything, so that
 * anything typed counts.
 */
export function wasEdited(op: WriteOp, now: Decoded & { kind: 'task' }): boolean {
  const { before, zone, verb } = op
  const { seen } = now
  if (before === null) return false
  // Completions are counted by whoever asks, from one picture to the next; ours here shows none.
  if (verb === 'delete') return !sameContent({ ...seen, completions: before.completions }, before)
  const fields = fieldsOf(op)
  const change = { before: before.task, now: seen.task, wanted: fields }
  return (Object.keys(fields) as Field[]).some((field) => {
    if (field === 'completed' && closes(fields, seen))
      return !hasClosed(ownEntries(now.ics), closingKey(op)) && isAnotherOccurrence(before, seen, zone)
    return typedSince(field, change, (one, value) => keep(one, value, { zone }))
  })
}

/** An occurrence is closed, and not the task. */
function closes({ completed }: FieldValues, seen: RemoteTask): boolean {
  return completed === true && seen.recurs && !seen.task.completed
}

function isAnotherOccurrence(before: RemoteTask, seen: RemoteTask, zone: string): boolean {
  const [then, now] = [markOf(before), markOf(seen)]
  // A due that was put off is the same occurrence still, and one without a due is told by its start.
  if (then !== null && now !== null) return !sameValue(then.at, now.at)
  const due = (task: RemoteTask) => keep('due', task.task.due, { zone })
  return !sameValue(due(before), due(seen))
}
