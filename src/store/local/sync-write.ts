import { LocalRefusal } from '../../core/local-refusal.ts'
import { type LocalContent, type LocalTask, statusAfter } from '../../core/local-task.ts'
import { labelSet } from '../../core/normalise.ts'
import { writeLabels } from '../../core/type-labels.ts'
import type { LocalTarget, LocalValues, LocalWrite, LocalWritten } from '../../providers/local/store.ts'
import type { Tx } from '../database.ts'
import { statusReopened } from './carried.ts'
import { addList } from './change-list.ts'
import { addTask, changeTask, requireTask } from './change-task.ts'
import { addComment, deleteComment, editComment } from './comments.ts'
import { deleteTask } from './delete-task.ts'
import { listByKey } from './list-rows.ts'
import type { Place } from './place.ts'
import { countComment, taskByKey, tasksById } from './task-rows.ts'
import { tombstoneByKey } from './tombstones.ts'
import { type LocalWriting, openWriting } from './writing.ts'

/** Does one write of a sync. Throws LocalRefusal, and then the transaction is to be taken back. */
export async function syncWrite(
  tx: Tx,
  write: LocalWrite,
): Promise<Extract<LocalWritten, { outcome: 'done' | 'overtaken' }>> {
  const writing = await openWriting(tx, 'sync')
  if (await isOvertaken(writing, write)) return { outcome: 'overtaken' }
  switch (write.verb) {
    case 'create':
      return create(writing, write)
    case 'update':
      return update(writing, write)
    case 'delete':
      await deleteTask(writing, write.id).catch((error: unknown) => {
        // What is not there needs no deletion.
        if (!(error instanceof LocalRefusal && error.code === 'no-task')) throw error
      })
      return { outcome: 'done', id: write.id, task: null, list: null, comment: null }
  }
}

/** What is deleted is refused, or needs no deletion: it is not asked. */
async function isOvertaken({ tx }: LocalWriting, write: LocalWrite): Promise<boolean> {
  if (write.verb === 'create') return false
  const [now] = await tasksById(tx, [write.id])
  return now !== undefined && now.deletedAt === null && write.isOvertaken(now)
}

async function create(writing: LocalWriting, write: Extract<LocalWrite, { verb: 'create' }>) {
  const made = await madeBefore(writing, write)
  if (made !== null) return { outcome: 'done' as const, ...made, comment: null }
  const list = await listOf(writing, write.list)
  const { content, completed = false, flags, tables } = write.values
  const task = await addTask(writing, {
    ...content,
    title: write.title,
    status: statusAfter('open', completed),
    flags: labelSet(flags.add),
    labels: withTables(content.labels ?? [], tables),
    key: write.key,
    ...placeIn(list, write.parent),
  })
  return { outcome: 'done' as const, id: task.id, task, list, comment: null }
}

/** What a create under this key made, for ever: also when it is deleted or purged by now. */
async function madeBefore(
  { tx }: LocalWriting,
  { key, list: target }: Extract<LocalWrite, { verb: 'create' }>,
): Promise<Pick<Extract<LocalWritten, { outcome: 'done' }>, 'id' | 'task' | 'list'> | null> {
  const task = await taskByKey(tx, key)
  const id = task?.id ?? (await tombstoneByKey(tx, key))?.id
  if (id === undefined) return null
  const byKey = target === null || 'id' in target ? null : await listByKey(tx, target.key)
  return { id, task: task?.deletedAt === null ? task : null, list: byKey?.id ?? null }
}

/** The list of the task above it counts for more than one that is named: a user may have moved that task meanwhile. */
function placeIn(list: string | null, parent: string | null | undefined): Place {
  const isBelow = parent !== null && parent !== undefined
  return { ...(parent === undefined ? {} : { parent }), ...(list === null || isBelow ? {} : { list }) }
}

async function update(writing: LocalWriting, { id, move, values }: Extract<LocalWrite, { verb: 'update' }>) {
  const before = await requireTask(writing, id)
  const list = await listOf(writing, move?.list ?? null)
  const task = await changeTask(writing, id, {
    content: await contentOf(writing, before, values),
    ...(move === null ? {} : { place: placeIn(list, move.parent) }),
  })
  const comment = await writeComment(writing, id, values.comment)
  if (values.uncomment && (await deleteComment(writing.tx, { id: values.uncomment, task: id })))
    await countComment(writing, id)
  const [now = task] = comment === null ? [] : await tasksById(writing.tx, [id])
  return { outcome: 'done' as const, id, task: now, list, comment }
}

async function contentOf(
  { tx }: LocalWriting,
  before: LocalTask,
  { content, completed, flags, tables }: LocalValues,
): Promise<Partial<LocalContent>> {
  const reopened = completed === false && before.status === 'done'
  const status = reopened ? await statusReopened(tx, before.id) : before.status
  return {
    ...content,
    ...(completed === undefined ? {} : { status: statusAfter(status, completed) }),
    flags: labelSet([...before.flags.filter((flag) => !flags.remove.includes(flag)), ...flags.add]),
    labels: withTables(content.labels ?? before.labels, tables),
  }
}

function withTables(labels: readonly string[], tables: LocalValues['tables']): string[] {
  return labelSet(writeLabels(labels, { tables }))
}

/** The id of the comment. One that is no more is made again. */
async function writeComment(
  writing: LocalWriting,
  task: string,
  comment: LocalValues['comment'],
): Promise<string | null> {
  if (comment === null) return null
  await countComment(writing, task)
  const { id, key, text } = comment
  if (id !== null && (await editComment(writing.tx, { id, task, text }))) return id
  return addComment(writing.tx, { key, task, text })
}

async function listOf(writing: LocalWriting, target: LocalTarget | null): Promise<string | null> {
  if (target === null) return null
  return 'id' in target ? target.id : (await addList(writing, target)).id
}
