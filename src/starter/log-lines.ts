import { otherSide } from '../core/policy.ts'
import { FIELDS } from '../core/task.ts'
import type { LoggedOp } from '../store/op-log.ts'
import { refusalWords } from '../store/rollbacks.ts'
import type { SideNames } from './side-names.ts'
import { fieldsWords, type ListWords, pairWords, timeWords, valueWords } from './task-words.ts'

/** E.g. `12:04:11  op 9  pair 81 “Call”  Todoist: due 2026-12-01 -> 2026-12-03, because it was changed in Follow Up Boss`. */
export function opLine(op: LoggedOp, title: string | null, zone: string, names: SideNames): string {
  return `${timeWords(op.at, zone)}  op ${op.id}  ${pairWords(op.pairId, title)}  ${writeWords(op, zone, names)}`
}

/** The same, where it is said already of which task. */
export function opLineOfTask(op: LoggedOp, zone: string, names: SideNames): string {
  return `${timeWords(op.at, zone)}  op ${op.id}  ${writeWords(op, zone, names)}`
}

function writeWords(op: LoggedOp, zone: string, names: SideNames): string {
  return `${names[op.side]}: ${changeWords(op, zone, names.lists[op.side])}, ${causeWords(op, names)}${outcomeWords(op)}`
}

function changeWords({ verb, before, after, cause }: LoggedOp, zone: string, lists: ListWords): string {
  if (verb === 'create') return `made, ${fieldsWords(after, zone, lists)}`
  if (verb === 'delete')
    return `deleted, ${before === null ? '' : fieldsWords({ title: before.task.title }, zone, lists)}`
  const fields = FIELDS.filter((field) => field in after).map(
    (field) =>
      `${field} ${valueWords(field, before?.task[field], zone, lists)} -> ${valueWords(field, after[field], zone, lists)}`,
  )
  if (fields.length > 0) return fields.join(', ')
  return BESIDE_WORDS[cause] ?? 'our marker written'
}

/** What was written where no field was, by its cause. */
const BESIDE_WORDS: Readonly<Record<string, string>> = {
  placement: 'moved',
  person: 'given to another contact',
  notice: 'label or comment of ours',
  facts: 'our block or labels written',
  clean: 'what is ours taken out',
}

function causeWords({ verb, cause, side, after, refusal }: LoggedOp, names: SideNames): string {
  const there = names[otherSide(side)]
  if (cause === 'new-task' && verb === 'update')
    return Object.keys(after).length === 0
      ? `as it is one with a task in ${there} now`
      : 'because the words that name the contact have done their work'
  const words: Readonly<Record<string, string>> = {
    'new-task': `because there is such a task in ${there}`,
    change: `because it was changed in ${there}`,
    deletion: `because it was deleted in ${there}`,
    'edit-beats-delete': `because it was edited in ${there} when it was deleted here`,
    occurrence: `because this occurrence is over in ${there}`,
    'series-date': `because it repeats in ${there}, and has to have a date there`,
    'next-occurrence': `because the next occurrence has begun in ${there}`,
    checklist: 'because a checklist of the route says so',
    placement: 'because its deal says where it lies',
    person: 'because a label names that contact',
    notice: 'so that its user knows whether it waits',
    facts: 'so that it tells of its contact and its deal as they are now',
    clean: 'because what is ours is taken back',
    resolved: 'because you decided so',
    undo: 'because you took a write back',
    rollback: `because ${there} would not take the change${refusal === null ? '' : ` (${refusalWords(refusal)})`}`,
    'hand-over': `because another route has it now`,
  }
  return words[cause] ?? `because of ${cause}`
}

/** What became of a write, where that is not just that it was done. */
export function outcomeWords({
  status,
  error,
  undoneAt,
}: Pick<LoggedOp, 'status' | 'error' | 'undoneAt'>): string {
  const undone = undoneAt === null ? '' : ' (taken back)'
  switch (status) {
    case 'confirmed':
      return undone
    case 'refused':
      return ` (not done: ${error?.message ?? 'it was refused'})`
    case 'planned':
      return ' (about to be written)'
    case 'sent':
      return ' (being written)'
    case 'unknown':
      return ' (no answer yet; looked for)'
  }
}
