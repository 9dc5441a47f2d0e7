import { z } from 'zod'

/*
 * What the service sends, as far as it is read here. Unknown keys are dropped, missing ones and nulls are the same:
 * the service adds keys and enum values without notice. Lists of objects stay unparsed in the envelope, so that one
 * object that cannot be read does not hide the others.
 */

const id = z.union([z.string().min(1), z.number()]).transform(String)
const rows = z.array(z.unknown()).nullish()

/** `date` is a day, a local time, or an instant with `Z`; `string` is what a person typed, no key to compare by. */
const dueSchema = z.object({
  date: z.string(),
  timezone: z.string().nullish(),
  string: z.string().nullish(),
  lang: z.string().nullish(),
  is_recurring: z.boolean().nullish(),
})
export type WireDue = z.infer<typeof dueSchema>

/** Enough to know a tombstone, which may hold nothing else. */
export const stubSchema = z.object({
  id,
  is_deleted: z.boolean().nullish(),
  checked: z.boolean().nullish().catch(null),
  completed_at: z.string().nullish().catch(null),
})

/** A task, alike in Sync and REST. `priority` 4 is the highest (p1), 1 is none. */
export const itemSchema = z.object({
  id,
  project_id: id.nullish(),
  section_id: id.nullish(),
  parent_id: id.nullish(),
  content: z.string().nullish(),
  description: z.string().nullish(),
  labels: z.array(z.string()).nullish(),
  priority: z.int().min(1).max(4).nullish(),
  due: dueSchema.nullish(),
  checked: z.boolean().nullish(),
  completed_count: z.int().nonnegative().nullish().catch(null),
  is_deleted: z.boolean().nullish(),
  added_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  added_by_uid: id.nullish(),
  responsible_uid: id.nullish(),
})
export type WireItem = z.infer<typeof itemSchema>

/** A project or a section; only a section has `project_id`. */
export const containerSchema = z.object({
  id,
  name: z.string().nullish(),
  description: z.string().nullish(),
  project_id: id.nullish(),
  parent_id: id.nullish(),
  is_archived: z.boolean().nullish(),
  is_deleted: z.boolean().nullish(),
})
export type WireContainer = z.infer<typeof containerSchema>

/** Answer of `POST /sync`. `sync_status` holds `"ok"` or an error for each command's uuid. */
export const syncReplySchema = z.object({
  sync_token: z.string().min(1),
  full_sync: z.boolean().nullish(),
  items: rows,
  projects: rows,
  sections: rows,
  notes: rows,
  incomplete_item_ids: z.array(id).nullish().catch(null),
  sync_status: z.record(z.string(), z.unknown()).nullish(),
  temp_id_mapping: z.record(z.string(), id).nullish(),
  user: z.unknown().optional(),
  user_plan_limits: z.unknown().optional(),
})
export type SyncReply = z.infer<typeof syncReplySchema>

/** A file of a comment, or a page that it points at. */
const fileSchema = z.object({
  file_name: z.string().nullish().catch(null),
  file_url: z.string().nullish().catch(null),
  title: z.string().nullish().catch(null),
  url: z.string().nullish().catch(null),
})

/** A comment, alike in Sync (where it is called note) and REST; `item_id` or `project_id`, never `task_id`. */
export const commentSchema = z.object({
  id,
  item_id: id.nullish(),
  content: z.string().nullish(),
  file_attachment: fileSchema.nullish().catch(null),
  is_deleted: z.boolean().nullish(),
})

/** One page of `GET /comments`. */
export const commentPageSchema = z.object({
  results: z.array(z.unknown()),
  next_cursor: z.string().nullish(),
})

/** One page of `GET /tasks`. */
export const taskPageSchema = z.object({ results: z.array(z.unknown()), next_cursor: z.string().nullish() })

/** The account. Its object also holds the token, which is dropped here. */
export const userSchema = z.object({
  id,
  tz_info: z.object({ timezone: z.string().nullish() }).nullish(),
})

const limit = z.number().nullish().catch(null)

/** Plan limits: tasks and sections count for each project, projects for the account. */
export const planLimitsSchema = z.object({
  current: z.object({ max_tasks: limit, max_sections: limit, max_projects: limit }).nullish(),
})

/**
 * An error, of a whole request or of one command. In `sync_status` only `error` and `error_code` are certain. `error` is
 * a text for people, but at the token endpoint a word of OAuth's.
 */
export const errorSchema = z.object({
  error: z.string().nullish().catch(null),
  error_tag: z.string().nullish().catch(null),
  error_code: z.number().nullish().catch(null),
  http_code: z.number().nullish().catch(null),
  error_extra: z
    .object({ retry_after: z.number().nullish().catch(null) })
    .nullish()
    .catch(null),
})
export type WireError = z.infer<typeof errorSchema>

/** What the token endpoint gives. Without `refresh_token`: the same request was answered before (reference §4). */
export const tokenSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.number().positive(),
  scope: z.string().nullish(),
})

/** A webhook's body. `event_data` may be partial: only its id is of use. */
export const deliverySchema = z.object({
  event_name: z.string(),
  user_id: id,
  event_data: z.object({ id: id.nullish() }).nullish(),
})
