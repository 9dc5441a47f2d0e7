import type { DbTime } from './db-time.ts'
import type { Due } from './due.ts'
import { sameValue } from './equal.ts'
import type { Priority, TaskType } from './task.ts'

/** To other services, `open` and `blocked` are both not completed. */
export const LOCAL_STATUSES = ['open', 'blocked', 'done'] as const
export type LocalStatus = (typeof LOCAL_STATUSES)[number]

/** Who made a change: a user, by the HTTP API or a command; or a sync. */
export const LOCAL_AUTHORS = ['api', 'sync'] as const
export type LocalAuthor = (typeof LOCAL_AUTHORS)[number]

/** Most code points that our own store keeps of a text; names are of lists. */
export const LOCAL_LIMITS = { title: 1_000, notes: 50_000, label: 100, name: 200 } as const

/** What can be changed of a task where it lies. `extra`: a user's own data, JSON. `block`, `marker`: as in RemoteTask. */
export type LocalContent = {
  readonly title: string
  readonly notes: string
  readonly due: Due | null
  readonly start: Due | null
  readonly priority: Priority | null
  readonly labels: readonly string[]
  readonly type: TaskType | null
  readonly status: LocalStatus
  readonly flags: readonly string[]
  readonly marker: string | null
  readonly block: readonly string[]
  readonly extra: Readonly<Record<string, unknown>>
}

/**
 * A task of our own store. `list` and `parent` are ids. `version` counts its changes from 1; `changedSeq` is the number
 * of its last change in the whole store, `nth` its place in the order of creation (both digits).
 */
export type LocalTask = LocalContent & {
  readonly id: string
  readonly nth: string
  readonly list: string
  readonly parent: string | null
  readonly version: number
  readonly changedSeq: string
  readonly createdBy: LocalAuthor
  readonly updatedBy: LocalAuthor
  readonly createdAt: DbTime
  readonly updatedAt: DbTime
  readonly completedAt: DbTime | null
  readonly archivedAt: DbTime | null
  readonly deletedAt: DbTime | null
}

/** A list of tasks of our own. `position` orders lists. The default one takes tasks that name no list. */
export type LocalList = {
  readonly id: string
  readonly name: string
  readonly colour: string | null
  readonly position: number
  readonly marker: string | null
  readonly isDefault: boolean
  readonly version: number
  readonly changedSeq: string
  readonly createdAt: DbTime
  readonly updatedAt: DbTime
  readonly archivedAt: DbTime | null
  readonly deletedAt: DbTime | null
}

export const BLANK_CONTENT: LocalContent = {
  title: '',
  notes: '',
  due: null,
  start: null,
  priority: null,
  labels: [],
  type: null,
  status: 'open',
  flags: [],
  marker: null,
  block: [],
  extra: {},
}

/** A service that knows no `blocked` says of one that it is not completed, and means nothing by it. */
export function statusAfter(status: LocalStatus, completed: boolean): LocalStatus {
  if (completed) return 'done'
  return status === 'done' ? 'open' : status
}

/** The task with these values in place of its own; itself where it holds them already. */
export function withContent(task: LocalTask, change: Partial<LocalContent>, now: DbTime): LocalTask {
  const status = change.status ?? task.status
  const completedAt = status === 'done' ? (task.completedAt ?? now) : null
  const after = { ...task, ...change, completedAt }
  return sameValue(after, task) ? task : after
}

/** Put aside, or taken back: to a sync an archived task is one that its user has taken out of it. */
export function withArchived(task: LocalTask, archived: boolean, now: DbTime): LocalTask {
  if ((task.archivedAt !== null) === archived) return task
  return { ...task, archivedAt: archived ? now : null }
}
