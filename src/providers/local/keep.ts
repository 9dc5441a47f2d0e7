import { LOCAL_LIMITS } from '../../core/local-task.ts'
import { cut, labelSet, manyLines, oneLine } from '../../core/normalise.ts'
import type { CanonicalTask, Field } from '../../core/task.ts'
import { foldLabel, OWNED_LABELS } from '../../core/type-labels.ts'

const NO_TITLE = '(no title)'

// Twice: a dropped control character can leave letters that compose.
const KEEPERS: { readonly [F in Field]: (value: CanonicalTask[F]) => CanonicalTask[F] } = {
  title: (title) => oneLine(cut(oneLine(oneLine(title)), LOCAL_LIMITS.title)) || NO_TITLE,
  notes: (notes) => manyLines(cut(manyLines(manyLines(notes)), LOCAL_LIMITS.notes)),
  due: (due) => due,
  start: (start) => start,
  recurrence: () => null,
  priority: (priority) => priority,
  labels: keepLabels,
  type: (type) => type,
  completed: (completed) => completed,
  assignee: () => null,
  list: (list) => list,
  parent: (parent) => parent,
}

/** What our own store keeps of a value. See `Provider.keep`. */
export function keep<F extends Field>(field: F, value: CanonicalTask[F]): CanonicalTask[F] {
  return KEEPERS[field](value)
}

/** Labels that Dealbridge owns are flags, and kept apart. */
function keepLabels(labels: readonly string[]): string[] {
  const short = labels.map((label) => oneLine(cut(oneLine(oneLine(label)), LOCAL_LIMITS.label)))
  return labelSet(short.filter((label) => !OWNED_LABELS.includes(foldLabel(label))))
}
