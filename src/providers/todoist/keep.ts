import { DESCRIPTION_LIMIT, withoutBlocks } from '../../core/description-block.ts'
import { cut, manyLines, oneLine } from '../../core/normalise.ts'
import type { CanonicalTask, Field } from '../../core/task.ts'
import { DEFAULT_TYPE, keepLabels } from '../../core/type-labels.ts'
import type { KeepContext } from '../contract.ts'

/** Code points. */
const TITLE_LIMIT = 500
const NO_TITLE = '(no title)'

type Keepers = { readonly [F in Field]: (value: CanonicalTask[F], context: KeepContext) => CanonicalTask[F] }

const KEEPERS: Keepers = {
  title: (title) => oneLine(cut(oneLine(oneLine(title)), TITLE_LIMIT)) || NO_TITLE,
  notes: keepNotes,
  due: (due, { zone }) => (due?.kind === 'fixed' ? { ...due, zone: due.zone ?? zone } : due),
  start: () => null,
  recurrence: (recurrence) => recurrence,
  priority: (priority) => (priority === 4 ? null : priority),
  labels: (labels) => keepLabels(labels),
  type: (type) => type ?? DEFAULT_TYPE,
  completed: (completed) => completed,
  assignee: () => null,
  list: (list) => list,
  parent: (parent) => parent,
}

/** What Todoist can store of a value. See `Provider.keep`. */
export function keep<F extends Field>(
  field: F,
  value: CanonicalTask[F],
  context: KeepContext,
): CanonicalTask[F] {
  return KEEPERS[field](value, context)
}

/** Notes never hold a block of Dealbridge's: one that a user copied into another service is no text of theirs. */
function keepNotes(notes: string): string {
  const next = cut(manyLines(withoutBlocks(manyLines(notes))), DESCRIPTION_LIMIT)
  return next === notes ? notes : keepNotes(next)
}
