import { z } from 'zod'
import { jsonBody, type SimRequest } from '../kit/http-types.ts'
import { flag, id, order, priority, readArguments, text } from './arguments.ts'
import { invalidArgument } from './errors.ts'
import type { ItemFields } from './item-fields.ts'

const fields = {
  description: text.nullish(),
  labels: z.array(text).nullish(),
  priority: priority.nullish(),
  assignee_id: id.nullish(),
  due_string: text.nullish(),
  due_date: text.nullish(),
  due_datetime: text.nullish(),
  due_lang: text.nullish(),
  duration: z.int().min(1).nullish(),
  duration_unit: z.enum(['minute', 'day']).nullish(),
  deadline_date: text.nullish(),
}

/** Body of `POST /tasks` (reference §7.3). */
export const taskCreate = z.object({
  ...fields,
  content: text,
  project_id: id.nullish(),
  section_id: id.nullish(),
  parent_id: id.nullish(),
  order: order.nullish(),
})

/** Body of `POST /tasks/{id}`: placement keys are accepted and ignored. */
export const taskUpdate = z.object({
  ...fields,
  content: text.optional(),
  child_order: order.nullish(),
  day_order: order.nullish(),
  is_collapsed: flag.nullish(),
})

/** Reads a request's JSON body by a schema. */
export function readBody<T>(schema: z.ZodType<T>, request: SimRequest): T {
  const body = jsonBody(request)
  if (!body.ok) throw invalidArgument('body', 'JSON')
  return readArguments(schema, body.value)
}

/** A REST body's keys as the fields of a task; the `due_*` keys cannot clear a date by null, only `no date` does. */
export function itemFields(body: z.output<typeof taskUpdate>): ItemFields {
  const { assignee_id, due_string, due_date, due_datetime, due_lang, deadline_date, ...rest } = body
  const { duration, duration_unit, ...same } = rest
  const out: ItemFields = { ...same, duration: durationOf(duration, duration_unit) }
  if (due_date !== undefined && due_date !== null && !/^\d{4}-\d{2}-\d{2}$/.test(due_date))
    throw invalidArgument('due_date', 'YYYY-MM-DD')
  const string = due_string ?? undefined
  const date = due_datetime ?? due_date ?? undefined
  if (string !== undefined) out.due = { string, lang: due_lang }
  else if (date !== undefined) out.due = { date, lang: due_lang }
  if (deadline_date !== undefined) out.deadline = deadline_date === null ? null : { date: deadline_date }
  if (assignee_id !== undefined) out.responsible_uid = assignee_id
  if (same.labels === null) out.labels = undefined
  return out
}

function durationOf(
  amount: number | null | undefined,
  unit: 'minute' | 'day' | null | undefined,
): ItemFields['duration'] {
  if (amount === undefined && unit === undefined) return undefined
  if (amount === null && unit === null) return null
  if (typeof amount !== 'number' || typeof unit !== 'string')
    throw invalidArgument('duration_unit', 'duration and duration_unit together')
  return { amount, unit }
}
