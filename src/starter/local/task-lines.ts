import { fieldText } from '../../core/field-text.ts'
import type { LocalList, LocalTask } from '../../core/local-task.ts'
import { CARRIED, type Carried } from '../../store/local/carried.ts'
import { refusalWords } from '../../store/rollbacks.ts'
import { shorten, timeWords } from '../task-words.ts'
import { SHOWN_DIGITS } from './named.ts'

/** Tasks as a table, one a line. `zone`: in which times are told. */
export function taskTable(
  tasks: readonly LocalTask[],
  lists: readonly LocalList[],
  zone: string,
  carried: ReadonlyMap<string, Carried>,
): string[] {
  const names = new Map(lists.map(({ id, name }) => [id, name]))
  const [head = '', ...rows] = table(
    ['id', 'status', 'due', 'p', 'title', 'list', 'labels'],
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
  return table(
    ['id', 'name', 'colour', ''],
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

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => lengthOf(row[column] ?? ''))))
  return all.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell)))
      .join('  ')
      .trimEnd(),
  )
}

function lengthOf(text: string): number {
  return Array.from(text).length
}
