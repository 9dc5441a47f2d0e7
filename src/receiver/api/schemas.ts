import { z } from 'zod'
import { LOCAL_AUTHORS, LOCAL_STATUSES } from '../../core/local-task.ts'
import { TASK_TYPES } from '../../core/task.ts'
import * as value from './values.ts'

/*
 * What requests hold, and what answers show. Both the checks and the description at /api/v1/openapi.json are made of these.
 */

const editable = {
  title: value.title,
  notes: value.notes,
  due: value.due,
  start: value.due,
  priority: value.priority,
  labels: value.labels,
  type: value.type,
  status: value.status,
  flags: value.flags,
  extra: value.extra,
  list: value.id.describe('The list in which it lies; left out, the default one.'),
  parent: value.id.nullable().describe('The task below which it lies, in the same list.'),
}

export const taskEdit = z.strictObject(editable).partial()
export const newTask = taskEdit.required({ title: true })
export type TaskEdit = z.infer<typeof taskEdit>
export type NewTask = z.infer<typeof newTask>

const editableList = { name: value.name, colour: value.colour, position: value.position }
export const listEdit = z.strictObject(editableList).partial()
export const newList = listEdit.required({ name: true })
export type ListEdit = z.infer<typeof listEdit>

const moment = z.string().meta({ format: 'date-time' })
const optionalMoment = moment.nullable()
const author = z
  .enum(LOCAL_AUTHORS)
  .describe('`api`: a person, here or by a command. `sync`: another service.')

export const due = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('day'), day: z.string() }),
  z.strictObject({ kind: z.literal('floating'), day: z.string(), time: z.string() }),
  z.strictObject({ kind: z.literal('fixed'), at: z.string(), zone: z.string().nullable() }),
])

export const task = z.strictObject({
  id: z.uuid(),
  list: z.uuid(),
  parent: z.uuid().nullable(),
  title: z.string(),
  notes: z.string(),
  due: due.nullable(),
  start: due.nullable(),
  priority: z.literal([1, 2, 3, 4]).nullable(),
  labels: z.array(z.string()),
  type: z.enum(TASK_TYPES).nullable(),
  status: z.enum(LOCAL_STATUSES).describe('To other services `blocked` is open.'),
  completed: z.boolean(),
  pending: z
    .strictObject({ since: moment, waitsFor: z.array(z.string()).describe('Names of connections.') })
    .nullable()
    .describe('Its completion or reopening was accepted here, and is not confirmed there yet.'),
  rolledBack: z
    .strictObject({
      at: moment,
      by: z.string().describe('Name of the connection that refused it for good.'),
      completed: z.boolean().describe('What it was to be: true of a completion, false of a reopening.'),
      reason: z.string(),
    })
    .nullable()
    .describe('Its completion or reopening was taken back; until that changes again.'),
  flags: z.array(z.string()).describe('Signs of Dealbridge and of yours to it.'),
  about: z.array(z.string()).describe('What sync tells of its person: lines of text.'),
  comments: z
    .array(z.strictObject({ id: z.uuid(), text: z.string() }))
    .describe('What sync has to tell you.'),
  extra: z.record(z.string(), z.unknown()),
  version: z.int().describe('Counts its changes; the ETag.'),
  createdAt: moment,
  createdBy: author,
  updatedAt: moment,
  updatedBy: author,
  completedAt: optionalMoment,
  archivedAt: optionalMoment,
  deletedAt: optionalMoment,
})
export type ShownTask = z.infer<typeof task>

export const list = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  colour: z.string().nullable(),
  position: z.number(),
  isDefault: z.boolean().describe('It takes tasks that name no list, and is always there.'),
  version: z.int(),
  createdAt: moment,
  updatedAt: moment,
  archivedAt: optionalMoment,
  deletedAt: optionalMoment,
})
export type ShownList = z.infer<typeof list>

export const taskPage = z.strictObject({
  tasks: z.array(task),
  nextCursor: z.string().nullable().describe('For the next page; null on the last one.'),
})
export const allLists = z.strictObject({ lists: z.array(list) })

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
    current: z.union([task, list]).optional().describe('Of 412: what is there now.'),
  })
  .describe('RFC 9457')
