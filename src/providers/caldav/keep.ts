import { withoutBlocks } from '../../core/description-block.ts'
import { manyLines, oneLine } from '../../core/normalise.ts'
import type { CanonicalTask, Field } from '../../core/task.ts'
import { DEFAULT_TYPE, keepLabels } from '../../core/type-labels.ts'
import type { KeepContext } from '../contract.ts'
import { keepStart, keepTime } from './times.ts'

const NO_TITLE = '(no title)'
/** The Python library icalendar takes one from the front of a text each time it reads it: Xandikos lost them one by one. */
const BYTE_ORDER_MARKS = /^\ufeff+/u

type Keepers = { readonly [F in Field]: (value: CanonicalTask[F], context: KeepContext) => CanonicalTask[F] }

const KEEPERS: Keepers = {
  title: (title) => oneLine(oneLine(inXml(title))) || NO_TITLE,
  notes: keepNotes,
  due: (due) => keepTime(due),
  start: (start, { zone }) => keepStart(start, zone),
  recurrence: (recurrence) => recurrence,
  priority: (priority) => priority,
  labels: (labels) => keepLabels(labels.map(inXml)),
  type: (type) => type ?? DEFAULT_TYPE,
  completed: (completed) => completed,
  assignee: () => null,
  list: (list) => list,
  parent: (parent) => parent,
}

/** What a CalDAV server can store of a value. See `Provider.keep`. */
export function keep<F extends Field>(
  field: F,
  value: CanonicalTask[F],
  context: KeepContext,
): CanonicalTask[F] {
  return KEEPERS[field](value, context)
}

/** Notes never hold a block of Dealbridge's: one that a user copied into another service is no text of theirs. */
function keepNotes(notes: string): string {
  const next = manyLines(withoutBlocks(manyLines(inXml(notes)))).replace(BYTE_ORDER_MARKS, '')
  return next === notes ? notes : keepNotes(next)
}

/** Tasks come in XML, which has no place for these two (XML 1.0, 2.2); others are dropped as control characters. */
export function inXml(text: string): string {
  return text.replace(/[\ufffe\uffff]/g, '')
}
