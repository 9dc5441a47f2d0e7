import type { LocalContent } from '../../core/local-task.ts'
import { labelSet } from '../../core/normalise.ts'
import { requireTask, type TaskChange, type TaskDraft } from '../../store/local/change-task.ts'
import type { LocalWriting } from '../../store/local/writing.ts'
import { given } from './given.ts'
import type { NewTask, TaskEdit } from './schemas.ts'
import { USER_FLAGS } from './values.ts'

/** What a request for a new task asks for, in the store's words. */
export function draftOf({ title, flags, ...rest }: NewTask): TaskDraft {
  return { title, ...given(rest), flags: labelSet(flags ?? []) }
}

/** What an edit asks for. Of a task's flags a user sets their own; those that tell of a sync stay. */
export async function changeOfEdit(
  writing: LocalWriting,
  id: string,
  { list, parent, flags, ...rest }: TaskEdit,
): Promise<TaskChange> {
  const content: Partial<LocalContent> = given(rest)
  const place = given({ list, parent })
  const ours: readonly string[] = USER_FLAGS
  const told = (await requireTask(writing, id)).flags.filter((flag) => !ours.includes(flag))
  return {
    content: flags === undefined ? content : { ...content, flags: labelSet([...told, ...flags]) },
    ...(Object.keys(place).length === 0 ? {} : { place }),
  }
}
