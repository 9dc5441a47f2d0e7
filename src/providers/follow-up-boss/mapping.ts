import { Temporal } from 'temporal-polyfill'
import { type Due, day, fixed } from '../../core/due.ts'
import { BLANK_TASK, type FieldValues } from '../../core/task.ts'
import type { Observation, RemoteTask } from '../contract.ts'
import { DEFAULT_TYPE, keep, knownType, titleText } from './keep.ts'
import { identifiedSchema, type TaskRow, taskSchema } from './wire.ts'

/** `GET`, `POST` and `PUT` bodies of one task; null when it cannot be read (wrong shape, a day that does not exist). */
export function decodeTask(row: unknown): { readonly remoteId: string; readonly seen: RemoteTask } | null {
  const parsed = taskSchema.safeParse(row)
  if (!parsed.success) return null
  try {
    return { remoteId: parsed.data.id, seen: remoteTask(parsed.data) }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** One row as an observation; null when not even its id can be read. */
export function observe(row: unknown): Observation | null {
  const task = decodeTask(row)
  if (task !== null) return { kind: 'present', ...task }
  const known = identifiedSchema.safeParse(row)
  return known.success ? { kind: 'unknown', remoteId: known.data.id, why: 'unreadable' } : null
}

/** `extra.type` is the service's own word for the type, `extra.assignedUserId` the user's id as text. */
function remoteTask(row: TaskRow): RemoteTask {
  return {
    task: {
      ...BLANK_TASK,
      title: titleText(row.name ?? ''),
      due: decodeDue(row),
      type: knownType(row.type) ?? DEFAULT_TYPE,
      completed: row.isCompleted,
    },
    version: instant(row.updated),
    container: null,
    person: row.personId,
    marker: null,
    madeBy: row.createdById,
    assignedTo: row.assignedUserId,
    madeAt: instant(row.created),
    recurs: false,
    completions: 0,
    flags: [],
    block: [],
    extra: { type: row.type, assignedUserId: row.assignedUserId },
  }
}

/** A timed task carries both; the day of a timed one may be cut in any zone and is not looked at. */
function decodeDue({ dueDate, dueDateTime }: TaskRow): Due | null {
  if (dueDateTime !== null) return fixed(dueDateTime, null)
  return dueDate === null ? null : day(dueDate)
}

/** The service's timestamps as text that sorts (whole seconds, `Z`); null for none, or one that cannot be read. */
export function instant(text: string | null): string | null {
  if (text === null) return null
  try {
    return Temporal.Instant.from(text).toString({ smallestUnit: 'second', roundingMode: 'trunc' })
  } catch {
    return null
  }
}

/**
 * The request's fields for some values. Names are cut and types mapped to what the service takes. Times go out in UTC
 * (an offset would be dropped by the service, not applied), and either the day or the time is sent, never both.
 */
export function encode(fields: FieldValues, zone: string): Record<string, unknown> {
  const context = { zone }
  const body: Record<string, unknown> = {}
  if (fields.title !== undefined) body.name = keep('title', fields.title, context)
  if (fields.type !== undefined) body.type = keep('type', fields.type, context)
  if (fields.completed !== undefined) body.isCompleted = fields.completed
  if (fields.due !== undefined) Object.assign(body, encodeDue(keep('due', fields.due, context)))
  return body
}

/**
 * As `encode`, for a task that exists: a type that this program does not know stays, as long as the wanted one is what
 * it is read as.
 */
export function encodeChange(
  fields: FieldValues,
  before: RemoteTask | null,
  zone: string,
): Record<string, unknown> {
  const body = encode(fields, zone)
  const own = before?.extra.type
  if (typeof own === 'string' && knownType(own) === null && body.type === DEFAULT_TYPE) delete body.type
  return body
}

function encodeDue(due: Due | null): Record<string, unknown> {
  if (due === null) return { dueDate: null }
  return due.kind === 'day' ? { dueDate: due.day } : { dueDateTime: due.kind === 'fixed' ? due.at : null }
}
