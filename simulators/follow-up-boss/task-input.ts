import { dayIn, HOME_ZONE } from '../data/local-time.ts'
import { fail } from './errors.ts'
import { instant, isDay } from './filters.ts'
import { type FubTask, TASK_TYPES } from './records.ts'
import type { FubSettings } from './settings.ts'
import type { FubStore } from './store.ts'

const FIELDS = [
  'personId',
  'assignedTo',
  'assignedUserId',
  'name',
  'type',
  'isCompleted',
  'dueDate',
  'dueDateTime',
  'remindSecondsBefore',
]
/** Not among PUT's documented fields (reference §6.4, U4). */
const DUE_FIELDS = ['dueDate', 'dueDateTime', 'remindSecondsBefore']

/** The part of a task that a request body sets. */
export type TaskPatch = Partial<
  Pick<
    FubTask,
    | 'personId'
    | 'assignedUserId'
    | 'AssignedTo'
    | 'name'
    | 'type'
    | 'isCompleted'
    | 'dueDate'
    | 'dueDateTime'
    | 'remindSecondsBefore'
  >
>

/**
 * Checks a POST or PUT body field by field and answers 400 in the service's words. `free` (the user in the
 * service's own pages) is not bound by the switches for due fields.
 */
export function readTaskBody(
  body: Record<string, unknown>,
  store: FubStore,
  settings: FubSettings,
  mode: 'post' | 'put',
  free: boolean,
): TaskPatch {
  const unknown = Object.keys(body).filter((name) => !FIELDS.includes(name))
  const dueNames = Object.keys(body).filter((name) => DUE_FIELDS.includes(name))
  const clears = dueNames.some((name) => body[name] === null || body[name] === '')
  const dueRule =
    mode === 'post' || free ? 'accept' : worse(settings.get('putDue'), clears && settings.get('putClearDue'))
  if (dueRule === 'reject') unknown.push(...dueNames)
  if (unknown.length > 0) fail(400, `Invalid fields in the request body: ${unknown.join(', ')}.`)
  return {
    ...personOf(body, store),
    ...assigneeOf(body, store),
    ...nameOf(body, settings.get('nameMax')),
    ...typeOf(body, settings.get('unknownType') === 'accept'),
    ...completionOf(body),
    ...(dueRule === 'accept' ? dueOf(body, settings.get('dropOffsets')) : {}),
  }
}

function worse(put: string, clear: string | false): string {
  if (put === 'reject' || clear === 'reject') return 'reject'
  return put === 'ignore' || clear === 'ignore' ? 'ignore' : 'accept'
}

function personOf(body: Record<string, unknown>, store: FubStore): TaskPatch {
  if (!('personId' in body)) return {}
  const id = body.personId
  if (typeof id !== 'number') return fail(400, 'Invalid value for personId: expected data type integer.')
  if (store.people.get(id) === undefined)
    return fail(400, `Invalid value for personId: person ${id} was not found.`)
  return { personId: id }
}

function assigneeOf(body: Record<string, unknown>, store: FubStore): TaskPatch {
  const { assignedUserId, assignedTo } = body
  if (assignedUserId === undefined && assignedTo === undefined) return {}
  const user = store.users.find(({ id, name }) =>
    assignedUserId === undefined ? name === assignedTo : id === assignedUserId,
  )
  if (user === undefined) return fail(400, 'Invalid value for assignedUserId or assignedTo: no such user.')
  return { assignedUserId: user.id, AssignedTo: user.name }
}

function nameOf(body: Record<string, unknown>, max: number): TaskPatch {
  if (!('name' in body)) return {}
  const { name } = body
  if (typeof name !== 'string') return fail(400, 'Invalid value for name: expected data type string.')
  if (name.trim() === '') return fail(400, 'Field name is required and cannot be blank.')
  if (max > 0 && [...name].length > max)
    return fail(400, `Invalid value for name: longer than ${max} characters.`)
  return { name }
}

function typeOf(body: Record<string, unknown>, acceptUnknown: boolean): TaskPatch {
  if (!('type' in body)) return {}
  const { type } = body
  if (typeof type !== 'string') return fail(400, 'Invalid value for type: expected data type string.')
  if (!TASK_TYPES.includes(type) && !acceptUnknown) return fail(400, `Invalid value for type: ${type}.`)
  return { type }
}

function completionOf(body: Record<string, unknown>): TaskPatch {
  if (!('isCompleted' in body)) return {}
  const given = body.isCompleted
  if (given === true || given === 1) return { isCompleted: 1 }
  if (given === false || given === 0) return { isCompleted: 0 }
  return fail(400, 'Invalid value for isCompleted: expected data type boolean.')
}

/**
 * Due fields as they end up: `dueDateTime` wins over `dueDate` and sets both; a day alone makes the task
 * all-day; a cleared day clears both; a cleared time keeps the day.
 */
function dueOf(body: Record<string, unknown>, dropOffsets: boolean): TaskPatch {
  const patch: TaskPatch = {}
  const { dueDate, dueDateTime, remindSecondsBefore } = body
  if (remindSecondsBefore !== undefined) {
    if (remindSecondsBefore !== null && typeof remindSecondsBefore !== 'number') {
      return fail(400, 'Invalid value for remindSecondsBefore: expected data type integer.')
    }
    patch.remindSecondsBefore = remindSecondsBefore
  }
  if (typeof dueDateTime === 'string' && dueDateTime !== '') {
    const at = instant(dueDateTime, dropOffsets)
    return { ...patch, dueDateTime: at, dueDate: dayIn(HOME_ZONE, Date.parse(at)) }
  }
  if (dueDateTime !== undefined) {
    if (dueDateTime !== null && dueDateTime !== '') return fail(400, 'Invalid value for dueDateTime.')
    patch.dueDateTime = null
  }
  if (dueDate === undefined) return patch
  if (dueDate === null || dueDate === '') return { ...patch, dueDate: null, dueDateTime: null }
  if (typeof dueDate !== 'string' || !isDay(dueDate))
    return fail(400, 'Invalid value for dueDate: expected YYYY-MM-DD.')
  return { ...patch, dueDate, dueDateTime: null }
}
