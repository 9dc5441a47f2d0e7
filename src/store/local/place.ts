import { LocalRefusal } from '../../core/local-refusal.ts'
import type { LocalList, LocalTask } from '../../core/local-task.ts'
import { listsById } from './list-rows.ts'
import { descendantsOf, saveTask, tasksById } from './task-rows.ts'
import type { LocalWriting } from './writing.ts'

/** Where a task is to lie, by ids. Left out: as it is. `parent` null: below none. */
export type Place = { readonly list?: string; readonly parent?: string | null }

/** The list and parent of a new task. Throws LocalRefusal. */
export async function placeOfNew(
  writing: LocalWriting,
  { list, parent = null }: Place,
): Promise<Pick<LocalTask, 'list' | 'parent'>> {
  if (parent === null) return { list: (await openList(writing, list ?? writing.defaultList)).id, parent }
  const above = await requireParent(writing, parent)
  if (list !== undefined && list !== above.list) throw otherList()
  return { list: (await openList(writing, above.list)).id, parent }
}

/** The list and parent of a task that goes to this place. One that changes its list alone leaves its parent. */
export async function placeOfMoved(
  writing: LocalWriting,
  task: LocalTask,
  { list = task.list, parent = list === task.list ? task.parent : null }: Place,
): Promise<Pick<LocalTask, 'list' | 'parent'>> {
  if (parent === task.parent && list === task.list) return { list, parent }
  if (parent === null) {
    if (list !== task.list) await openList(writing, list)
    return { list, parent }
  }
  const above = await requireParent(writing, parent)
  if (list !== task.list && list !== above.list) throw otherList()
  if (parent === task.id || (await descendantsOf(writing.tx, task.id)).some(({ id }) => id === parent))
    throw new LocalRefusal('below-itself', 'A task cannot lie below itself.')
  if (above.list !== task.list) await openList(writing, above.list)
  return { list: above.list, parent }
}

/** What lies below a task that went to another list goes there too. */
export async function bringAlong(writing: LocalWriting, { id, list }: LocalTask): Promise<void> {
  for (const below of await descendantsOf(writing.tx, id))
    if (below.list !== list) await saveTask(writing, { ...below, list })
}

/** A list that takes tasks. Throws LocalRefusal. */
async function openList({ tx }: LocalWriting, id: string): Promise<LocalList> {
  const [list] = await listsById(tx, [id])
  if (list === undefined || list.deletedAt !== null)
    throw new LocalRefusal('no-list', 'There is no such list, or not any more.')
  if (list.archivedAt !== null)
    throw new LocalRefusal('archived-list', 'The list is archived: it takes no tasks.')
  return list
}

async function requireParent({ tx }: LocalWriting, id: string): Promise<LocalTask> {
  const [parent] = await tasksById(tx, [id])
  if (parent === undefined || parent.deletedAt !== null)
    throw new LocalRefusal('no-parent', 'The task above does not exist, or not any more.')
  return parent
}

function otherList(): LocalRefusal {
  return new LocalRefusal('other-list', 'A sub-task lies in the list of the task above it.')
}
