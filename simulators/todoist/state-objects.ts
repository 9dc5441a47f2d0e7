/** When a task is due, in Todoist's own shape (reference §8). */
export type Due = {
  /** `YYYY-MM-DD`, floating `YYYY-MM-DDTHH:MM:SS.ffffff`, or a fixed UTC instant with `Z`. */
  date: string
  /** IANA zone of a fixed instant, else null. */
  timezone: string | null
  string: string
  lang: string
  is_recurring: boolean
}

export type Deadline = { date: string; lang: string }
export type Duration = { amount: number; unit: 'minute' | 'day' }

/** A task with every key of `ItemSyncView` (reference §7.2). Stored objects are never changed in place. */
export type Item = {
  id: string
  user_id: string
  project_id: string
  section_id: string | null
  parent_id: string | null
  content: string
  description: string
  labels: readonly string[]
  /** 4 is urgent (p1 in the app), 1 is normal. */
  priority: number
  due: Due | null
  deadline: Deadline | null
  duration: Duration | null
  checked: boolean
  is_deleted: boolean
  is_collapsed: boolean
  added_at: string
  /** Null only where the setting `updatedAt` says so. */
  updated_at: string | null
  completed_at: string | null
  completed_by_uid: string | null
  added_by_uid: string
  assigned_by_uid: string | null
  responsible_uid: string | null
  child_order: number
  /** Null only where the setting `orderKeys` says so. */
  order_key: string | null
  day_order: number
  note_count: number
  completed_count: number
  postponed_count: number
}

/** Reference §9.1. */
export type Section = {
  id: string
  user_id: string
  project_id: string
  name: string
  description: string | null
  section_order: number
  /** Null only where the setting `orderKeys` says so. */
  order_key: string | null
  is_collapsed: boolean
  is_archived: boolean
  archived_at: string | null
  is_deleted: boolean
  added_at: string
  updated_at: string
}

/** Reference §10, a personal project. */
export type Project = {
  id: string
  name: string
  description: string
  color: string
  parent_id: string | null
  child_order: number
  order_key: string
  default_order: number
  is_collapsed: boolean
  is_shared: boolean
  is_favorite: boolean
  is_archived: boolean
  is_deleted: boolean
  is_frozen: boolean
  inbox_project: boolean
  view_style: string
  can_assign_tasks: boolean
  can_comment: boolean
  creator_uid: string
  public_key: string
  access: null
  role: null
  created_at: string
  updated_at: string
}

/** Sync shape of a personal label (reference §11); REST says `order` for `item_order`. */
export type Label = {
  id: string
  name: string
  color: string
  item_order: number
  order_key: string
  is_favorite: boolean
  is_deleted: boolean
}

/** A comment (reference §12) of a task or of a project; exactly one of the two ids is present. */
export type Note = {
  id: string
  item_id?: string
  project_id?: string
  posted_uid: string
  content: string
  posted_at: string
  file_attachment: unknown
  uids_to_notify: string[] | null
  /** User ids by emoji. */
  reactions: Readonly<Record<string, readonly string[]>> | null
  is_deleted: boolean
}

/** The account's owner. `token` is in the answer of `GET /user` as in the real service. */
export type User = {
  id: string
  email: string
  full_name: string
  timezone: string
  lang: string
  inbox_project_id: string
  token: string
}
