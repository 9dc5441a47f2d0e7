import type { LocalContent, LocalTask } from '../../core/local-task.ts'
import type { Db, Tx } from '../database.ts'
import { json } from '../json.ts'
import { isId } from './ids.ts'
import { type LocalWriting, nextSeq } from './writing.ts'

/** The columns of a LocalTask. */
export const TASK_COLUMNS = [
  'id',
  'nth',
  'list_id as list',
  'parent_id as parent',
  'title',
  'notes',
  'due',
  'start',
  'priority',
  'labels',
  'type',
  'status',
  'flags',
  'marker',
  'block',
  'extra',
  'version',
  'changed_seq as "changedSeq"',
  'created_by as "createdBy"',
  'updated_by as "updatedBy"',
  'created_at as "createdAt"',
  'updated_at as "updatedAt"',
  'completed_at as "completedAt"',
  'archived_at as "archivedAt"',
  'deleted_at as "deletedAt"',
].join(', ')

/** Deleted ones too. In no order. */
export async function tasksById(sql: Db | Tx, ids: readonly string[]): Promise<LocalTask[]> {
  const known = ids.filter(isId)
  if (known.length === 0) return []
  return sql<LocalTask[]>`select ${sql.unsafe(TASK_COLUMNS)} from task where id in ${sql(known)}`
}

/** Whose ids begin so, in the order of creation; `most` of them. `prefix`: hexadecimal digits and dashes alone. */
export async function tasksByPrefix(sql: Db | Tx, prefix: string, most: number): Promise<LocalTask[]> {
  return sql<LocalTask[]>`
    select ${sql.unsafe(TASK_COLUMNS)} from task where id::text like ${`${prefix}%`} order by nth limit ${most}`
}

export async function taskByKey(sql: Db | Tx, key: string): Promise<LocalTask | null> {
  const [row] = await sql<LocalTask[]>`select ${sql.unsafe(TASK_COLUMNS)} from task where key = ${key}`
  return row ?? null
}

/** Those directly below a task, deleted ones too. */
export async function childrenOf(sql: Db | Tx, id: string): Promise<LocalTask[]> {
  return sql<LocalTask[]>`
    select ${sql.unsafe(TASK_COLUMNS)} from task where parent_id = ${id} order by nth`
}

/** Everything below a task that is not deleted, without the task itself. */
export async function descendantsOf(sql: Db | Tx, id: string): Promise<LocalTask[]> {
  return sql<LocalTask[]>`
    with recursive below as (
      select t.* from task t where t.parent_id = ${id} and t.deleted_at is null
      union all
      select t.* from task t join below b on t.parent_id = b.id where t.deleted_at is null)
    select ${sql.unsafe(TASK_COLUMNS)} from below order by nth`
}

/** `liveOnly` leaves out deleted ones. */
export async function tasksIn(sql: Db | Tx, list: string, liveOnly: boolean): Promise<LocalTask[]> {
  return sql<LocalTask[]>`
    select ${sql.unsafe(TASK_COLUMNS)} from task
    where list_id = ${list} and (not ${liveOnly} or deleted_at is null) order by nth`
}

export type NewLocalTask = LocalContent & Pick<LocalTask, 'list' | 'parent'> & { readonly key: string | null }

export async function insertTask(writing: LocalWriting, given: NewLocalTask): Promise<LocalTask> {
  const { tx, by, now } = writing
  const [row] = await tx<LocalTask[]>`
    insert into task (list_id, parent_id, title, notes, due, start, priority, labels, type, status, flags, marker, block,
      extra, key, changed_seq, created_by, updated_by, created_at, updated_at, completed_at, status_at, status_by)
    values (${given.list}, ${given.parent}, ${given.title}, ${given.notes}, ${jsonOrNull(tx, given.due)},
      ${jsonOrNull(tx, given.start)}, ${given.priority}, ${[...given.labels]}, ${given.type}, ${given.status},
      ${[...given.flags]}, ${given.marker}, ${[...given.block]}, ${json(tx, given.extra)}, ${given.key},
      ${await nextSeq(writing)}, ${by}, ${by}, ${now}, ${now}, ${given.status === 'done' ? now : null}, ${now}, ${by})
    returning ${tx.unsafe(TASK_COLUMNS)}`
  if (row === undefined) throw new Error('a task was not stored')
  writing.touched.push({ id: row.id, how: 'made' })
  return row
}

/** Stores the task as it is given, as the store's next change. */
export async function saveTask(writing: LocalWriting, task: LocalTask): Promise<LocalTask> {
  const { tx, by, now } = writing
  const [row] = await tx<LocalTask[]>`
    update task set list_id = ${task.list}, parent_id = ${task.parent}, title = ${task.title}, notes = ${task.notes},
      due = ${jsonOrNull(tx, task.due)}, start = ${jsonOrNull(tx, task.start)}, priority = ${task.priority},
      labels = ${[...task.labels]}, type = ${task.type}, status = ${task.status}, flags = ${[...task.flags]},
      marker = ${task.marker}, block = ${[...task.block]}, extra = ${json(tx, task.extra)}, version = version + 1,
      changed_seq = ${await nextSeq(writing)}, updated_by = ${by}, updated_at = ${now},
      completed_at = ${task.completedAt}, ${statusTrail(writing, task)}, archived_at = ${task.archivedAt}, deleted_at = ${task.deletedAt}
    where id = ${task.id}
    returning ${tx.unsafe(TASK_COLUMNS)}`
  if (row === undefined) throw new Error(`task ${task.id} is gone while it was locked`)
  writing.touched.push({ id: row.id, how: row.deletedAt === null ? 'changed' : 'deleted' })
  return row
}

/** Since when it is done or not any more, by whom, and what it was before; on the right are the values before the update. */
function statusTrail({ tx, by, now }: LocalWriting, { status }: LocalTask) {
  const turned = tx`(status = 'done') <> ${status === 'done'}`
  return tx`status_at = case when ${turned} then ${now} else status_at end,
      status_by = case when ${turned} then ${by} else status_by end,
      status_before = case when ${turned} and status <> 'done' then status else status_before end`
}

/** A comment of ours is shown with its task, and counts as a change of it; but no sync need look at the task for that. */
export async function countComment({ tx, by, now }: LocalWriting, id: string): Promise<void> {
  await tx`
    update task set version = version + 1, updated_at = ${now}, updated_by = ${by} where id = ${id}`
}

function jsonOrNull(tx: Tx, value: unknown) {
  return value === null ? null : json(tx, value)
}
