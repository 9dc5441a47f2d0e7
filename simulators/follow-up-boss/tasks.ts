import type { Route, SimRequest } from '../kit/http-types.ts'
import { seesPerson, seesTask } from './access.ts'
import { bodyObject, type Desk, idParam } from './desk.ts'
import { fail, notFound } from './errors.ts'
import { listReply } from './list.ts'
import type { FubTask } from './records.ts'
import { narrowTasks, refuseFields, taskFilter } from './task-filters.ts'
import { readTaskBody } from './task-input.ts'

/** `/v1/tasks` (reference §6). */
export function taskRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  /** The task as this request may see it, or 404. */
  function seen(request: SimRequest): FubTask {
    const task = store().tasks.read(gate.lag(request)).get(idParam(request))
    if (task === undefined || !seesTask(gate.caller(request), task, store())) return notFound()
    return task
  }

  /** The task to write to: writes see the present. */
  function current(request: SimRequest): FubTask {
    const task = store().tasks.get(idParam(request))
    if (task === undefined || !seesTask(gate.caller(request), task, store())) return notFound()
    return task
  }

  function single(task: FubTask): object {
    const { externalTaskLink, externalCalendarId, remindSecondsBefore, ...row } = task
    const person = store().people.get(task.personId)
    return { ...row, person: { id: task.personId, name: person?.name ?? null } }
  }

  return [
    {
      method: 'GET',
      path: '/v1/tasks',
      handle: (request) => {
        refuseFields(request.query.get('fields'))
        const user = gate.caller(request)
        const rows = store().tasks.read(gate.lag(request))
        const candidates = narrowTasks(request.query, rows, store(), settings)
        const fields = request.query.get('fields')?.split(',')
        return listReply(request, settings, {
          collection: 'tasks',
          rows,
          ...(candidates === undefined ? {} : { candidates }),
          keep: taskFilter(request.query, store(), settings, user),
          answer: (task) => (fields === undefined ? task : pickFields(task, fields)),
          sortable: {
            created: (task) => task.created,
            updated: (task) => task.updated,
            dueDate: (task) => task.dueDate ?? '',
            name: (task) => task.name,
          },
        })
      },
    },
    {
      method: 'GET',
      path: '/v1/tasks/{id}',
      handle: (request) => ({ status: 200, body: single(seen(request)) }),
    },
    {
      method: 'POST',
      path: '/v1/tasks',
      handle: (request) => {
        const user = gate.caller(request)
        const patch = readTaskBody(bodyObject(request), store(), settings, 'post', request.actor === 'user')
        if (patch.personId === undefined) fail(400, 'Missing required field in the request: personId.')
        if (patch.name === undefined) fail(400, 'Missing required field in the request: name.')
        if (!seesPerson(user, store().people.get(patch.personId))) fail(400, 'Invalid value for personId.')
        const now = store().now()
        const task: FubTask = {
          id: store().tasks.nextId(),
          created: now,
          updated: now,
          completed: patch.isCompleted === 1 ? now : null,
          createdById: user.id,
          updatedById: user.id,
          createdBy: user.name,
          updatedBy: user.name,
          personId: patch.personId,
          AssignedTo: patch.AssignedTo ?? user.name,
          assignedUserId: patch.assignedUserId ?? user.id,
          name: patch.name,
          type: patch.type ?? 'Follow Up',
          isCompleted: patch.isCompleted ?? 0,
          dueDate: patch.dueDate ?? null,
          dueDateTime: patch.dueDateTime ?? null,
          remindSecondsBefore: patch.remindSecondsBefore ?? null,
          externalTaskLink: null,
          externalCalendarId: null,
        }
        store().insertTask(task)
        return { status: 200, body: single(task) }
      },
    },
    {
      method: 'PUT',
      path: '/v1/tasks/{id}',
      handle: (request) => {
        const task = current(request)
        const patch = readTaskBody(bodyObject(request), store(), settings, 'put', request.actor === 'user')
        const names = Object.keys(patch) as (keyof typeof patch)[]
        const changed = names.filter((name) => patch[name] !== task[name])
        // A write that changes nothing leaves no trace: no new `updated`, no event.
        if (changed.length === 0) return { status: 200, body: single(task) }
        const user = gate.caller(request)
        const now = store().now()
        const bump = settings.get('bumpUpdatedOnComplete') || changed.some((name) => name !== 'isCompleted')
        const next: FubTask = {
          ...task,
          ...patch,
          ...(bump ? { updated: now } : {}),
          updatedById: user.id,
          updatedBy: user.name,
          completed: completedAfter(task, patch.isCompleted, now, settings.get('clearCompletedOnReopen')),
        }
        store().replaceTask(next)
        return { status: 200, body: single(next) }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/tasks/{id}',
      handle: (request) => {
        store().removeTask(current(request))
        return { status: 200, body: {} }
      },
    },
  ]
}

function completedAfter(
  task: FubTask,
  wanted: 0 | 1 | undefined,
  now: string,
  clear: boolean,
): string | null {
  if (wanted === undefined || wanted === task.isCompleted) return task.completed
  if (wanted === 1) return now
  return clear ? null : task.completed
}

function pickFields(task: FubTask, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(task).filter(([name]) => name === 'id' || fields.includes(name)))
}
