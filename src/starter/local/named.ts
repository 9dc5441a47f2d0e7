import { UserError } from '../../config/errors.ts'
import type { LocalList, LocalTask } from '../../core/local-task.ts'
import { foldLabel } from '../../core/type-labels.ts'
import type { Db, Tx } from '../../store/database.ts'
import { allLists } from '../../store/local/list-rows.ts'
import { tasksByPrefix } from '../../store/local/task-rows.ts'

/** Shorter ones would often fit several. */
const SHORTEST = 4
/** The first digits of an id, enough to be told from others in one sitting. */
export const SHOWN_DIGITS = 8

/** The task whose id this is, or begins so; also as a marker shows it. Throws UserError (exit code 2). */
export async function namedTask(sql: Db | Tx, text: string): Promise<LocalTask> {
  const prefix = text
    .trim()
    .toLowerCase()
    .replace(/^(?:dealbridge: *)?local\/task\//u, '')
  if (!/^[0-9a-f-]+$/u.test(prefix) || prefix.length < SHORTEST)
    throw unknown('NO_TASK_ID', 'This is no id of a task.', `Give its first ${SHOWN_DIGITS} digits.`)
  const [only, ...others] = await tasksByPrefix(sql, prefix, 2)
  if (only === undefined)
    throw unknown(
      'NO_SUCH_TASK',
      `There is no task ${prefix}.`,
      '"dealbridge tasks list" shows what there is.',
    )
  if (others.length > 0) throw severalTasks(prefix)
  return only
}

/** The id of the task of ours that begins so; null where none does. Throws UserError (exit code 2) where several do. */
export async function idBeginning(sql: Db | Tx, text: string): Promise<string | null> {
  const prefix = text.toLowerCase()
  if (!/^[0-9a-f-]+$/u.test(prefix) || prefix.length < SHORTEST) return null
  const [only, ...others] = await tasksByPrefix(sql, prefix, 2)
  if (others.length > 0) throw severalTasks(prefix)
  return only?.id ?? null
}

/** The list of that name, or whose id begins so. `deleted`: of those alone. Throws UserError (exit code 2). */
export async function namedList(sql: Db | Tx, text: string, { deleted = false } = {}): Promise<LocalList> {
  const lists = await allLists(sql, { archived: true, deleted })
  const all = lists.filter(({ deletedAt }) => (deletedAt !== null) === deleted)
  const byName = all.filter(({ name }) => foldLabel(name) === foldLabel(text))
  const prefix = text.trim().toLowerCase()
  const found =
    byName.length > 0 ? byName : all.filter(({ id }) => prefix.length >= SHORTEST && id.startsWith(prefix))
  const [only, ...others] = found
  if (only === undefined)
    throw unknown(
      'NO_SUCH_LIST',
      deleted ? 'No list of that name is deleted.' : 'There is no list of that name.',
      deleted ? 'Give its name or the first digits of its id.' : '"dealbridge tasks lists" shows them.',
    )
  if (others.length > 0)
    throw unknown(
      'SEVERAL_LISTS',
      'There are several lists of that name.',
      `Give the first digits of its id: ${found.map(({ id }) => id.slice(0, SHOWN_DIGITS)).join(', ')}.`,
    )
  return only
}

function severalTasks(prefix: string): UserError {
  return unknown(
    'SEVERAL_TASKS',
    `The ids of several tasks begin with ${prefix}.`,
    'Give more of its digits.',
  )
}

function unknown(code: string, message: string, hint: string): UserError {
  return new UserError({ code, message, hints: [hint], exitCode: 2 })
}
