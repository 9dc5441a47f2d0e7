import { HOME_ZONE } from '../data/local-time.ts'
import { refuseUnknown } from './body.ts'
import { fail, wrongType } from './errors.ts'
import { type FubTask, TASK_TYPES } from './records.ts'
import type { FubSettings } from './settings.ts'
import type { FubStore } from './store.ts'
import { DUE_FIELDS, type DuePatch, duePutRule, readDue } from './task-due.ts'

const FIELDS = ['personId', 'assignedTo', 'assignedUserId', 'name', 'type', 'isCompleted']

/** The part of a task that a request body sets. */
export type TaskPatch = DuePatch &
  Partial<Pick<FubTask, 'personId' | 'assignedUserId' | 'AssignedTo' | 'name' | 'type' | 'isCompleted'>>

/**
 * Checks a POST or PUT body field by field and answers 400 in the service's words. `task` is what a PUT writes
 * to. `free` (the user in the service's own pages) is not bound by the switches for due fields, and may make
 * tasks without a person.
 */
export function readTaskBody(
  body: Record<string, unknown>,
  store: FubStore,
  settings: FubSettings,
  task: FubTask | undefined,
  free: boolean,
): TaskPatch {
  const rule = task === undefined || free ? 'accept' : duePutRule(body, settings)
  refuseUnknown(body, rule === 'reject' ? FIELDS : [...FIELDS, ...DUE_FIELDS])
  const assignee = assigneeOf(body, store)
  const zone = store.user(assignee.assignedUserId ?? task?.assignedUserId ?? 0)?.timezone ?? HOME_ZONE
  return {
    ...personOf(body, store, free),
    ...assignee,
    ...nameOf(body, settings),
    ...typeOf(body, settings.get('unknownType')),
    ...completionOf(body),
    ...(rule === 'accept' ? readDue(body, settings, zone) : {}),
  }
}

function personOf(body: Record<string, unknown>, store: FubStore, free: boolean): TaskPatch {
  if (!('personId' in body)) return {}
  const id = body.personId
  if (typeof id !== 'number' || !Number.isInteger(id)) return wrongType('personId', 'integer')
  if (store.people.get(id) === undefined && !(free && id === 0))
    return fail(400, `Invalid value for personId: person ${id} was not found.`)
  return { personId: id }
}

function assigneeOf(body: Record<string, unknown>, store: FubStore): TaskPatch {
  const { assignedUserId, assignedTo } = body
  if (assignedUserId === undefined && assignedTo === undefined) return {}
  const user = store.users.find(
    ({ id, name, status }) =>
      status === 'Active' && (assignedUserId === undefined ? name === assignedTo : id === assignedUserId),
  )
  if (user === undefined) return fail(400, 'Invalid value for assignedUserId or assignedTo: no such user.')
  return { assignedUserId: user.id, AssignedTo: user.name }
}

function nameOf(body: Record<string, unknown>, settings: FubSettings): TaskPatch {
  if (!('name' in body)) return {}
  if (typeof body.name !== 'string') return wrongType('name', 'string')
  const name = settings.get('nameControls') === 'blank' ? body.name.replace(/\p{Cc}/gu, ' ') : body.name
  if (name.trim() === '') return fail(400, 'Field name is required and cannot be blank.')
  const max = settings.get('nameMax')
  const points = [...name]
  if (max === 0 || points.length <= max) return { name }
  if (settings.get('nameTooLong') === 'cut') return { name: points.slice(0, max).join('') }
  return fail(400, `Invalid value for name: longer than ${max} characters.`)
}

function typeOf(body: Record<string, unknown>, unknown: string): TaskPatch {
  if (!('type' in body)) return {}
  const { type } = body
  if (typeof type !== 'string') return wrongType('type', 'string')
  if (TASK_TYPES.includes(type) || unknown === 'accept') return { type }
  return unknown === 'coerce' ? { type: 'Follow Up' } : fail(400, `Invalid value for type: ${type}.`)
}

function completionOf(body: Record<string, unknown>): TaskPatch {
  if (!('isCompleted' in body)) return {}
  const given = body.isCompleted
  if (given === true || given === 1) return { isCompleted: 1 }
  if (given === false || given === 0) return { isCompleted: 0 }
  return wrongType('isCompleted', 'boolean')
}
