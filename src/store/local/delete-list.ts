import { LocalRefusal } from '../../core/local-refusal.ts'
import type { LocalList, LocalTask } from '../../core/local-task.ts'
import { requireList, requireOther } from './change-list.ts'
import { type Expected, requireExpected } from './expected.ts'
import { listsById, saveList } from './list-rows.ts'
import { saveTask, tasksIn } from './task-rows.ts'
import { buryList, buryTask } from './tombstones.ts'
import type { LocalWriting } from './writing.ts'

/** What becomes of a list's tasks: they go to the default list, or with their list. Null: it must have none. */
export type TasksOfDeleted = 'keep' | 'delete' | null

/** Safe to repeat. Throws LocalRefusal. */
export async function deleteList(
  writing: LocalWriting,
  id: string,
  tasks: TasksOfDeleted,
  expected: Expected = null,
): Promise<LocalList> {
  const list = await requireList(writing, id)
  requireExpected(list, expected)
  requireOther(list)
  if (list.deletedAt !== null) return list
  await empty(writing, list, tasks)
  return saveList(writing, { ...list, deletedAt: writing.now })
}

/** As a sync deletes one that it made: only without tasks. False, and nothing is done, where it has some. */
export async function deleteEmptyList(writing: LocalWriting, id: string): Promise<boolean> {
  const [list] = await listsById(writing.tx, [id])
  if (list === undefined || list.deletedAt !== null) return true
  if (list.isDefault || (await tasksIn(writing.tx, id, true)).length > 0) return false
  await saveList(writing, { ...list, deletedAt: writing.now })
  return true
}

/** Also one that is deleted already. With `delete`, tasks of it that are deleted already are purged too. */
export async function purgeList(
  writing: LocalWriting,
  id: string,
  tasks: TasksOfDeleted,
  expected: Expected = null,
): Promise<void> {
  const list = await requireList(writing, id)
  requireExpected(list, expected)
  requireOther(list)
  await empty(writing, list, tasks)
  if (tasks === 'delete') await buryAll(writing, await tasksIn(writing.tx, id, false))
  else await writing.tx`update task set list_id = ${writing.defaultList} where list_id = ${id}`
  await buryList(writing, id)
}

/** As it was, without the tasks that it lost. Throws LocalRefusal. */
export async function restoreList(
  writing: LocalWriting,
  id: string,
  expected: Expected = null,
): Promise<LocalList> {
  const list = await requireList(writing, id)
  requireExpected(list, expected)
  return list.deletedAt === null ? list : saveList(writing, { ...list, deletedAt: null })
}

async function empty(writing: LocalWriting, list: LocalList, tasks: TasksOfDeleted): Promise<void> {
  const live = await tasksIn(writing.tx, list.id, true)
  if (live.length > 0 && tasks === null)
    throw new LocalRefusal(
      'list-in-use',
      `The list has tasks (${live.length}): say whether to keep them, in the default list, or to delete them.`,
    )
  for (const task of live)
    await saveTask(
      writing,
      tasks === 'keep' ? { ...task, list: writing.defaultList } : { ...task, deletedAt: writing.now },
    )
}

async function buryAll(writing: LocalWriting, tasks: readonly LocalTask[]): Promise<void> {
  const ids = tasks.map(({ id }) => id)
  if (ids.length > 0) await writing.tx`update task set parent_id = null where parent_id in ${writing.tx(ids)}`
  for (const id of ids) await buryTask(writing, id)
}
