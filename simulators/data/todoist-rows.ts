/** Rows of what a simulated Todoist account starts with. */

export interface TodoistSeedTask {
  content: string
  /** `inbox` or a key of `projects`. */
  project: string
  /** Days from today; absent = undated. */
  dueInDays?: number
  /** Wall-clock `HH:MM` of a timed task, floating. */
  dueTime?: string
  labels?: readonly string[]
  priority?: 1 | 2 | 3 | 4
  done?: boolean
}

export interface TodoistSeed {
  user: { fullName: string; email: string; timezone: string }
  /** Beside the Inbox, which every account has. */
  projects: readonly { key: string; name: string; sections: readonly string[] }[]
  labels: readonly string[]
  tasks: readonly TodoistSeedTask[]
}
