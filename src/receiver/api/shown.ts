import type { LocalList, LocalTask } from '../../core/local-task.ts'
import type { Db, Tx } from '../../store/database.ts'
import { CARRIED, type Carried, carriedOf } from '../../store/local/carried.ts'
import { commentsOf } from '../../store/local/comments.ts'
import { refusalWords } from '../../store/rollbacks.ts'
import type { ShownList, ShownTask } from './schemas.ts'

/** Tasks as answers show them, in the same order. */
export async function shownTasks(sql: Db | Tx, tasks: readonly LocalTask[]): Promise<ShownTask[]> {
  const comments = await commentsOf(
    sql,
    tasks.map(({ id }) => id),
  )
  const carried = await carriedOf(sql, tasks)
  return tasks.map((task) => {
    const { nth: _nth, changedSeq: _seq, marker: _marker, block, ...shown } = task
    return {
      ...shown,
      labels: [...task.labels],
      flags: [...task.flags],
      completed: task.status === 'done',
      ...howFar(carried.get(task.id) ?? CARRIED),
      about: [...block],
      comments: comments.filter((one) => one.task === task.id).map(({ id, text }) => ({ id, text })),
    }
  })
}

function howFar({ pending, rolledBack }: Carried): Pick<ShownTask, 'pending' | 'rolledBack'> {
  return {
    pending: pending === null ? null : { since: pending.since, waitsFor: [...pending.waitsFor] },
    rolledBack:
      rolledBack === null
        ? null
        : {
            at: rolledBack.at,
            by: rolledBack.by,
            completed: rolledBack.completed,
            reason: refusalWords(rolledBack.error),
          },
  }
}

export async function shownTask(sql: Db | Tx, task: LocalTask): Promise<ShownTask> {
  const [shown] = await shownTasks(sql, [task])
  if (shown === undefined) throw new Error('a task could not be shown')
  return shown
}

export function shownList({ marker: _marker, changedSeq: _seq, ...list }: LocalList): ShownList {
  return list
}
