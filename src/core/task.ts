import type { Due } from './due.ts'

/** The nine task types of Follow Up Boss and the two that only a task app has (as labels). */
export const TASK_TYPES = [
  'Follow Up',
  'Call',
  'Text',
  'Email',
  'Appointment',
  'Showing',
  'Closing',
  'Open House',
  'Thank You',
  'Paperwork',
  'Research',
] as const
export type TaskType = (typeof TASK_TYPES)[number]

/** A repetition in the words of the side that owns it; no other side can read it. */
export type Recurrence = { readonly text: string; readonly language: string }

/** 1 is the highest. Null and 4 are equal where a service knows no "none". */
export type Priority = 1 | 2 | 3 | 4

/**
 * What a task is, whatever service holds it. Every value is normalised (normalise.ts).
 * `labels` is a sorted set of the user's own labels; those that Dealbridge owns are kept apart.
 * `assignee` is a user reference that does not depend on a connection (an e-mail address in lower case). `list`, the outermost
 * place in which it lies, and `parent`, the task above it, are remote ids of its own side: what they are on the other
 * one says the route (place.ts).
 */
export type CanonicalTask = {
  readonly title: string
  readonly notes: string
  readonly due: Due | null
  readonly start: Due | null
  readonly recurrence: Recurrence | null
  readonly priority: Priority | null
  readonly labels: readonly string[]
  readonly type: TaskType | null
  readonly completed: boolean
  readonly assignee: string | null
  readonly list: string | null
  readonly parent: string | null
}

export const FIELDS = [
  'title',
  'notes',
  'due',
  'start',
  'recurrence',
  'priority',
  'labels',
  'type',
  'completed',
  'assignee',
  'list',
  'parent',
] as const satisfies readonly (keyof CanonicalTask)[]
export type Field = (typeof FIELDS)[number]

/** A set of fields with their values: what an op writes, or what a side was last confirmed to hold. */
export type FieldValues = { -readonly [F in Field]?: CanonicalTask[F] }

export const BLANK_TASK: CanonicalTask = {
  title: '',
  notes: '',
  due: null,
  start: null,
  recurrence: null,
  priority: null,
  labels: [],
  type: null,
  completed: false,
  assignee: null,
  list: null,
  parent: null,
}
