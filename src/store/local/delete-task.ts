import type { LocalTask } from '../../core/local-task.ts'
import { requireTask } from './change-task.ts'
import { type Expected, requireExpected } from './expected.ts'
import { listsById } from './list-rows.ts'
import { childrenOf, saveTask, tasksById } from './task-rows.ts'
import { buryTask } from './tombstones.ts'
import type { LocalWriting } from './writing.ts'

/*
 * A deleted task is gone to every sync and can be restored here; a purged one leaves its id alone. Its sub-tasks outlive
 * it either way and lie where it lay (decision 025).
 */

/** Safe to repeat. Throws LocalRefusal. */
export async function deleteTask(
  writing: LocalWriting,
  id: string,
  expected: Expected = null,
): Promise<LocalTask> {
  const task = await requireTask(writing, id)
  requireExpected(task, expected)
  if (task.deletedAt !== null) return task
  await moveUp(writing, task)
  return saveTask(writing, { ...task, deletedAt: writing.now })
}

/** Also one that is deleted already. Throws LocalRefusal. */
export async function purgeTask(writing: LocalWriting, id: string, expected: Expected = null): Promise<void> {
  const task = await requireTask(writing, id)
  requireExpected(task, expected)
  await moveUp(writing, task)
  await buryTask(writing, id)
}

/** Where its list or the task above it is gone, it comes back without. Throws LocalRefusal. */
export async function restoreTask(
  writing: LocalWriting,
  id: string,
  expected: Expected = null,
): Promise<LocalTask> {
  const task = await requireTask(writing, id)
  requireExpected(task, expected)
  if (task.deletedAt === null) return task
  const [home] = await listsById(writing.tx, [task.list])
  const list = home === undefined || home.deletedAt !== null ? writing.defaultList : home.id
  const [above] = task.parent === null ? [] : await tasksById(writing.tx, [task.parent])
  const stays = above !== undefined && above.deletedAt === null && above.list === list
  return saveTask(writing, { ...task, list, parent: stays ? above.id : null, deletedAt: null })
}

async function moveUp(writing: LocalWriting, { id, parent }: LocalTask): Promise<void> {
  for (const child of await childrenOf(writing.tx, id))
    if (child.deletedAt === null) await saveTask(writing, { ...child, parent })
    // Nobody sees where a deleted one lies, so this is no change of it.
    else await writing.tx`update task set parent_id = null where id = ${child.id}`
}
