import type { Db, Tx } from '../database.ts'
import { isId } from './ids.ts'

/** What a sync has told a task's user. */
export type LocalComment = { readonly id: string; readonly task: string; readonly text: string }

/** Oldest first. */
export async function commentsOf(sql: Db | Tx, tasks: readonly string[]): Promise<LocalComment[]> {
  if (tasks.length === 0) return []
  return sql<LocalComment[]>`
    select id, task_id as task, text from task_comment where task_id in ${sql([...tasks])} order by nth`
}

/** Gives a comment another text. False when the task has none of that id. */
export async function editComment(tx: Tx, { id, task, text }: LocalComment): Promise<boolean> {
  if (!isId(id)) return false
  const rows = await tx`
    update task_comment set text = ${text} where id = ${id} and task_id = ${task} returning id`
  return rows.length > 0
}

/** The id of the comment that was made under this key; made when there is none yet. */
export async function addComment(
  tx: Tx,
  { key, task, text }: { readonly key: string; readonly task: string; readonly text: string },
): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into task_comment (task_id, key, text) values (${task}, ${key}, ${text})
    on conflict (key) do update set key = excluded.key returning id`
  if (row === undefined) throw new Error('a comment was not stored')
  return row.id
}

/** Takes a comment away. False when the task has none of that id. */
export async function deleteComment(
  tx: Tx,
  { id, task }: Pick<LocalComment, 'id' | 'task'>,
): Promise<boolean> {
  if (!isId(id)) return false
  const rows = await tx`delete from task_comment where id = ${id} and task_id = ${task} returning id`
  return rows.length > 0
}
