import { z } from 'zod'
import { type LocalTask, statusAfter } from '../../core/local-task.ts'
import type { Tx } from '../../store/database.ts'
import { addTask, changeTask, requireTask, type TaskChange } from '../../store/local/change-task.ts'
import { deleteTask, purgeTask, restoreTask } from '../../store/local/delete-task.ts'
import { tasksById } from '../../store/local/task-rows.ts'
import { searchTasks } from '../../store/local/task-search.ts'
import { cursorOf } from './cursor.ts'
import { changeOfEdit, draftOf } from './edit.ts'
import { changing, type Operation, type Reply, reading } from './operation.ts'
import { notFound } from './refusals.ts'
import * as schema from './schemas.ts'
import { shownTask, shownTasks } from './shown.ts'
import { searchOf, taskQuery } from './task-query.ts'

const shows = { 200: { description: 'The task.', schema: schema.task } }
const tag = 'Tasks'

async function reply(tx: Tx, task: LocalTask, status: 200 | 201 = 200): Promise<Reply> {
  return { status, body: await shownTask(tx, task), subject: task }
}

/** An operation `POST /tasks/{id}/<name>` that changes a task as `changeOf` says. */
function doing(name: string, summary: string, changeOf: (task: LocalTask) => TaskChange): Operation {
  return changing({
    id: `${name}Task`,
    method: 'post',
    path: `/tasks/{id}/${name}`,
    tag,
    summary,
    query: null,
    body: null,
    answers: shows,
    async run({ writing, id, expected }) {
      const change = changeOf(await requireTask(writing, id))
      return reply(writing.tx, await changeTask(writing, id, change, expected))
    },
  })
}

const completing =
  (completed: boolean) =>
  ({ status }: LocalTask): TaskChange => ({ content: { status: statusAfter(status, completed) } })

/** What one can do with tasks. */
export const taskOperations: readonly Operation[] = [
  reading({
    id: 'getTasks',
    method: 'get',
    path: '/tasks',
    tag,
    summary: 'Tasks, oldest first, page by page',
    query: taskQuery,
    answers: { 200: { description: 'A page of tasks.', schema: schema.taskPage } },
    async run({ db, query }) {
      const { tasks, next } = await searchTasks(db, searchOf(query))
      const nextCursor = next === null ? null : cursorOf(next)
      return { status: 200, body: { tasks: await shownTasks(db, tasks), nextCursor }, subject: null }
    },
  }),
  changing({
    id: 'addTask',
    method: 'post',
    path: '/tasks',
    tag,
    summary: 'Make a task',
    query: null,
    body: schema.newTask,
    answers: { 201: { description: 'The new task.', schema: schema.task } },
    run: async ({ writing, body }) => reply(writing.tx, await addTask(writing, draftOf(body)), 201),
  }),
  reading({
    id: 'getTask',
    method: 'get',
    path: '/tasks/{id}',
    tag,
    summary: 'One task, also a deleted one',
    query: null,
    answers: shows,
    async run({ db, id }) {
      const [task] = await tasksById(db, [id])
      if (task === undefined) throw notFound('There is no such task, or not any more.')
      return { status: 200, body: await shownTask(db, task), subject: task }
    },
  }),
  changing({
    id: 'editTask',
    method: 'patch',
    path: '/tasks/{id}',
    tag,
    summary: 'Change a task; what is left out stays',
    query: null,
    body: schema.taskEdit,
    answers: shows,
    run: async ({ writing, id, body, expected }) =>
      reply(writing.tx, await changeTask(writing, id, await changeOfEdit(writing, id, body), expected)),
  }),
  doing('complete', 'Complete a task', completing(true)),
  doing('reopen', 'Reopen a completed task', completing(false)),
  doing('archive', 'Put a task aside: syncs let go of it, and its counterparts stay', () => ({
    archived: true,
  })),
  doing('unarchive', 'Take an archived task back: syncs go on with it', () => ({ archived: false })),
  changing({
    id: 'restoreTask',
    method: 'post',
    path: '/tasks/{id}/restore',
    tag,
    summary: 'Take a deleted task back',
    query: null,
    body: null,
    answers: shows,
    run: async ({ writing, id, expected }) => reply(writing.tx, await restoreTask(writing, id, expected)),
  }),
  changing({
    id: 'deleteTask',
    method: 'delete',
    path: '/tasks/{id}',
    tag,
    summary: 'Delete a task; it can be restored unless it is purged. Its sub-tasks stay',
    query: z.strictObject({
      hard: z.enum(['true', 'false']).default('false').describe('Purge it: nothing of it is left.'),
    }),
    body: null,
    answers: { ...shows, 204: { description: 'It is purged.', schema: null } },
    async run({ writing, id, query: { hard }, expected }) {
      if (hard === 'false') return reply(writing.tx, await deleteTask(writing, id, expected))
      await purgeTask(writing, id, expected)
      return { status: 204, body: null, subject: null }
    },
  }),
]
