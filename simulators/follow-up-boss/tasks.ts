import type { Route, SimRequest } from '../kit/http-types.ts'
import { seesPerson } from './access.ts'
import { bodyObject, type Desk, deleted, idParam } from './desk.ts'
import { fail, notFound } from './errors.ts'
import { chosenFields, pickFields } from './fields.ts'
import { listReply } from './list.ts'
import { type FubTask, sortableStamp } from './records.ts'
import { createdReply, singleTask, taskRow } from './task-answer.ts'
import { afterPatch, newTask } from './task-change.ts'
import { isVisible, LISTABLE, narrowTasks, taskFilter } from './task-filters.ts'
import { readTaskBody } from './task-input.ts'

/** `/v1/tasks` (reference §6). */
export function taskRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  /** A task that this request may see, or 404. */
  function visible(request: SimRequest, task: FubTask | undefined): FubTask {
    const user = gate.caller(request)
    return task !== undefined && isVisible(task, user, store(), settings) ? task : notFound()
  }

  const seen = (request: SimRequest): FubTask =>
    visible(request, store().tasks.read(gate.lag(request)).get(idParam(request)))
  /** Writes see the present. */
  const current = (request: SimRequest): FubTask => visible(request, store().tasks.get(idParam(request)))

  return [
    {
      method: 'GET',
      path: '/v1/tasks',
      handle: (request) => {
        const { query } = request
        const fields = chosenFields(query, LISTABLE)
        const rows = store().tasks.read(gate.lag(request))
        const candidates = narrowTasks(query, rows, store(), settings)
        return listReply(request, settings, {
          collection: 'tasks',
          rows,
          ...(candidates === undefined ? {} : { candidates }),
          keep: taskFilter(query, store(), settings, gate.caller(request)),
          answer: (task) => pickFields(taskRow(task, settings), fields),
          sortable: settings.get('honourSort') ? SORTABLE : NOTHING,
        })
      },
    },
    {
      method: 'GET',
      path: '/v1/tasks/{id}',
      handle: (request) => ({ status: 200, body: singleTask(seen(request), store(), settings) }),
    },
    {
      method: 'POST',
      path: '/v1/tasks',
      handle: (request) => {
        const user = gate.caller(request)
        const free = request.actor === 'user'
        const patch = readTaskBody(bodyObject(request), store(), settings, undefined, free)
        const { personId } = patch
        if (personId === undefined && !free) fail(400, 'Missing required field in the request: personId.')
        if (personId && !seesPerson(user, store().people.get(personId)))
          fail(400, 'Invalid value for personId.')
        if (patch.assignedUserId === undefined && settings.get('assigneeOmitted') === 'reject')
          fail(400, 'Missing required field in the request: assignedUserId.')
        const task = newTask(store().tasks.nextId(), patch, user, store().now(settings))
        store().insertTask(task, request.actor)
        return createdReply(task, store(), settings)
      },
    },
    {
      method: 'PUT',
      path: '/v1/tasks/{id}',
      handle: (request) => {
        const task = current(request)
        const free = request.actor === 'user'
        const patch = readTaskBody(bodyObject(request), store(), settings, task, free)
        const next = afterPatch(task, patch, gate.caller(request), store().now(settings), settings)
        // A write that changes nothing leaves no trace: no new `updated`, no event.
        if (next !== task || settings.get('webhookNoOps')) store().replaceTask(next, request.actor)
        return { status: 200, body: singleTask(next, store(), settings) }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/tasks/{id}',
      handle: (request) => {
        store().removeTask(current(request), request.actor)
        return deleted(settings)
      },
    },
  ]
}

const SORTABLE = {
  created: (task: FubTask) => sortableStamp(task.created),
  updated: (task: FubTask) => sortableStamp(task.updated),
  dueDate: (task: FubTask) => task.dueDate ?? '',
  name: (task: FubTask) => task.name,
}
const NOTHING = {}
