import type { LocalList, LocalTask } from '../../core/local-task.ts'
import type { Db, Tx } from '../../store/database.ts'
import { commentsOf } from '../../store/local/comments.ts'
import type { ShownList, ShownTask } from './schemas.ts'

/** Tasks as answers show them, in the same order. */
export async function shownTasks(sql: Db | Tx, tasks: readonly LocalTask[]): Promise<ShownTask[]> {
  const comments = await commentsOf(
    sql,
    tasks.map(({ id }) => id),
  )
  return tasks.map((task) => {
    const { nth: _nth, changedSeq: _seq, marker: _marker, block, ...shown } = task
    return {
      ...shown,
      labels: [...task.labels],
      flags: [...task.flags],
      completed: task.status === 'done',
      about: [...block],
      comments: comments.filter((one) => one.task === task.id).map(({ id, text }) => ({ id, text })),
    }
  })
}

export async function shownTask(sql: Db | Tx, task: LocalTask): Promise<ShownTask> {
  const [shown] = await shownTasks(sql, [task])
  if (shown === undefined) throw new Error('a task could not be shown')
  return shown
}

export function shownList({ marker: _marker, changedSeq: _seq, ...list }: LocalList): ShownList {
  return list
}
