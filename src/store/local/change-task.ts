import { sameValue } from '../../core/equal.ts'
import { LocalRefusal } from '../../core/local-refusal.ts'
import {
  BLANK_CONTENT,
  type LocalContent,
  type LocalTask,
  withArchived,
  withContent,
} from '../../core/local-task.ts'
import { type Expected, requireExpected } from './expected.ts'
import { bringAlong, type Place, placeOfMoved, placeOfNew } from './place.ts'
import { insertTask, saveTask, tasksById } from './task-rows.ts'
import type { LocalWriting } from './writing.ts'

/** A task to be made. Values are kept as `keep` of the provider `local` makes them. `key`: see migration 0010. */
export type TaskDraft = Partial<LocalContent> & Place & { readonly key?: string }

/** What is to become of a task; what is left out stays. */
export type TaskChange = {
  readonly content?: Partial<LocalContent>
  readonly place?: Place
  readonly archived?: boolean
}

/** Throws LocalRefusal when its place takes no task. */
export async function addTask(
  writing: LocalWriting,
  { key, list, parent, ...content }: TaskDraft,
): Promise<LocalTask> {
  const place = await placeOfNew(writing, {
    ...(list === undefined ? {} : { list }),
    ...(parent === undefined ? {} : { parent }),
  })
  return insertTask(writing, { ...BLANK_CONTENT, ...content, ...place, key: key ?? null })
}

/** Throws LocalRefusal. A change that changes nothing leaves no trace. */
export async function changeTask(
  writing: LocalWriting,
  id: string,
  { content = {}, place, archived }: TaskChange,
  expected: Expected = null,
): Promise<LocalTask> {
  const task = await requireTask(writing, id)
  requireExpected(task, expected)
  if (task.deletedAt !== null) throw new LocalRefusal('deleted', 'The task is deleted: restore it first.')
  const edited = withContent(task, content, writing.now)
  const shelved = archived === undefined ? edited : withArchived(edited, archived, writing.now)
  const after = { ...shelved, ...(place === undefined ? {} : await placeOfMoved(writing, task, place)) }
  if (sameValue(after, task)) return task
  const saved = await saveTask(writing, after)
  if (saved.list !== task.list) await bringAlong(writing, saved)
  return saved
}

/** A task, deleted or not. Throws LocalRefusal `no-task`. */
export async function requireTask({ tx }: LocalWriting, id: string): Promise<LocalTask> {
  const [task] = await tasksById(tx, [id])
  if (task === undefined) throw new LocalRefusal('no-task', 'There is no such task, or not any more.')
  return task
}
