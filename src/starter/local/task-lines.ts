import { fieldText } from '../../core/field-text.ts'
import type { LocalList, LocalTask } from '../../core/local-task.ts'
import { CARRIED, type Carried } from '../../store/local/carried.ts'
import { refusalWords } from '../../store/rollbacks.ts'
import { shorten, timeWords } from '../task-words.ts'
import { type Column, tableLines } from '../terminal/table.ts'
import { SHOWN_DIGITS } from './named.ts'

const TASK_COLUMNS: readonly Column[] = [
  { head: 'id' },
  { head: 'status' },
  { head: 'due' },
  { head: 'p' },
  { head: 'title', shrinks: true },
  { head: 'list', shrinks: true },
  { head: 'labels', shrinks: true },
]
const LIST_COLUMNS: readonly Column[] = [
  { head: 'id' },
  { head: 'name', shrinks: true },
  { head: 'colour' },
  { head: '' },
]

/** Tasks as a table, one a line. `zone`: in which times are told. */
export function taskTable(
  tasks: readonly LocalTask[],
  lists: readonly LocalList[],
  zone: string,
  carried: ReadonlyMap<string, Carried>,
): string[] {
  const names = new Map(lists.map(({ id, name }) => [id, name]))
  const [head = '', ...rows] = tableLines(
    TASK_COLUMNS,
    tasks.map((task) => [
      shownId(task),
      statusWords(task, carried.get(task.id)),
      task.due === null ? '' : fieldText('due', task.due, zone),
      task.priority === null ? '' : String(task.priority),
      `${task.parent === null ? '' : '↳ '}${shorten(task.title)}`,
      shorten(names.get(task.list) ?? ''),
      [...task.labels, ...task.flags].join(', '),
    ]),
  )
  return [head, ...rows.flatMap((row, at) => [row, ...carriedLines(carried.get(tasks[at]?.id ?? ''), zone)])]
}

/** What a user has to know of a completion beside whether it is done. */
function carriedLines(carried: Carried | undefined, zone: string): string[] {
  const { pending, rolledBack } = carried ?? CARRIED
  const indent = ' '.repeat(SHOWN_DIGITS + 2)
  return [
    ...(pending === null
      ? []
      : [`${indent}waits for ${pending.waitsFor.join(' and ')} since ${timeWords(pending.since, zone)}`]),
    ...(rolledBack === null
      ? []
      : [
          `${indent}${rolledBack.completed ? 'not done' : 'not reopened'}: ${rolledBack.by} refused it at ${timeWords(rolledBack.at, zone)}: ${refusalWords(rolledBack.error)}`,
        ]),
  ]
}

export function listTable(lists: readonly LocalList[]): string[] {
  return tableLines(
    LIST_COLUMNS,
    lists.map((list) => [
      shownId(list),
      shorten(list.name),
      list.colour ?? '',
      list.isDefault ? 'default' : list.archivedAt !== null ? 'archived' : '',
    ]),
  )
}

/** E.g. `1f2e3d4c “Call Dana”`. */
export function taskWords(task: LocalTask): string {
  return `${shownId(task)} “${shorten(task.title)}”`
}

export function listWords(list: LocalList): string {
  return `${shownId(list)} “${shorten(list.name)}”`
}

function shownId({ id }: { readonly id: string }): string {
  return id.slice(0, SHOWN_DIGITS)
}

function statusWords({ status, archivedAt, deletedAt }: LocalTask, carried: Carried | undefined): string {
  if (deletedAt !== null) return 'deleted'
  if (archivedAt !== null) return 'archived'
  const { pending, rolledBack } = carried ?? CARRIED
  return `${status}${pending === null ? '' : ', pending'}${rolledBack === null ? '' : ', taken back'}`
}
