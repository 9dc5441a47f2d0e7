/** What a test or a person may switch about the simulated account, through `POST /__sim/settings`. */
export type TodoistSettings = {
  /** How long a command's uuid is remembered, in milliseconds. Todoist publishes no number. */
  uuidTtlMs: number
  /** A replayed create answers "ok" without `temp_id_mapping` (undocumented either way). */
  replayOmitsMapping: boolean
  /** A failed command's uuid: free for another try, or answered with the same error for as long as others are remembered. */
  failedUuids: 'forgotten' | 'remembered'
  /** `item_close` is a command; otherwise it is unknown, as the SDK's typed list has it. */
  itemCloseKnown: boolean
  /** Which argument of `item_complete` says when: the documentation's, the web client's, or either. */
  completedWhen: 'either' | 'completed_at' | 'date_completed'
  /** Command errors with all five keys, or with `error` and `error_code` alone. */
  commandErrors: 'full' | 'minimal'
  /** Code of "Invalid temporary id": 15, in one of Doist's own tests 58. */
  invalidTempIdCode: number
  /** Deltas begin so many changes before their token: rows that were seen come again. */
  deltaRepeats: number
  /** Cursors stand for the last row, or for a number of rows: then edits between pages skip or double rows. */
  cursorBy: 'row' | 'offset'
  /** Tasks and sections have an `order_key`; without, it is null as on data that was not migrated. */
  orderKeys: boolean
  /** The token in the answer to commands alone: up to now, past what the client has not read, or the one that was sent. */
  writeOnlyToken: 'now' | 'sent'
  /** Completed tasks in deltas: `checked` alone, or with `is_deleted` too. */
  completedRows: 'checked' | 'checked-and-deleted'
  /** Full syncs hold at most so many comments of one object and name it in `incomplete_…_ids`; 0 = all. */
  notesPerObject: number
  /** The answer to a sync token that is not ours: 400, or a full sync. */
  invalidToken: 'refuse' | 'full-sync'
  /** Every token counts as forgotten: the answer is a full sync with `full_sync: true`. */
  forgetTokens: boolean
  /** Full syncs show the account as it was this long ago, in milliseconds. */
  fullSyncLagMs: number
  rateLimit: boolean
  rateLimitTag: 'LIMITS_REACHED' | 'TOO_MANY_REQUESTS'
  partialSyncsPerWindow: number
  fullSyncsPerWindow: number
  restRequestsPerWindow: number
  tasksPerProject: number
  sectionsPerProject: number
  /** The tag beside code 61; nobody has written down the real one. */
  sectionLimitTag: 'MAX_SECTIONS_LIMIT_REACHED' | 'LIMIT_REACHED' | 'FORBIDDEN'
  /** Active personal projects without the Inbox: 300 on Pro, 5 on Beginner. */
  projects: number
  labels: number
  /** Archived sections and completed tasks take up places of the two limits too. */
  inactiveCounts: boolean
  /** `section_move` asks the limits of the project it goes to. */
  sectionMoveLimits: boolean
  /** Which tasks `section_move` takes along (`some`: every second one); the others stay in the old project, without a section. */
  sectionMoveTakes: 'all' | 'open' | 'some' | 'none'
  /** What the plan allows; a value for what it does not allow is 403, code 32. */
  comments: boolean
  deadlines: boolean
  durations: boolean
  /** Texts over their limit are cut with a success answer, or refused with 400. */
  overLength: 'truncate' | 'refuse'
  /** Timed due dates come back with `.000000`. */
  dueMicroseconds: boolean
  /** Deltas carry a row for every task that a section or project took along (delete, move). */
  cascadeRows: boolean
  /** Deltas carry a row for every task that an archived section or project hides. */
  archiveRows: boolean
  /** What changes `updated_at` of a task: every change, the fields a person types alone, or nothing: it stays null. */
  updatedAt: 'every-change' | 'fields' | 'null'
  /** `GET /tasks/{id}` of a task whose section was deleted. */
  sectionDeletedTasks: 'is_deleted' | '404'
  /** Reopening a task reopens its sub-tasks. */
  reopenTakesChildren: boolean
  /** Label names are compared without letter case, or as they are. */
  labelCase: 'fold' | 'exact'
  /** A bare date written to a recurring task ends the series. */
  bareDateEndsSeries: boolean
  /** A string with `starting` keeps the series from moving on when the task is closed. */
  startingHoldsSeries: boolean
  /** Closing a recurring task reopens its sub-tasks. */
  recurringResetsSubtasks: boolean
  /** The same `X-Request-Id` again gives the first answer again and does nothing. */
  requestIdDedupes: boolean
  /** Webhooks are sent for every task that a section, project or parent took along. */
  cascadeEvents: boolean
  /** Which webhooks a recurring completion sends. */
  recurringEvent: 'updated' | 'completed' | 'both'
  webhookVersion: '10' | '1'
  /** Tasks in webhooks lack keys as the documented sample does, or have all. */
  webhookTasks: 'partial' | 'full'
  /** What the person at the page of `/oauth/authorize` answers. */
  oauthConsent: 'allow' | 'deny'
  /** `POST /tasks/{id}/close`, `/reopen` and deletes answer 204 as the live service, or 200 with `null`. */
  emptyAnswers: '204' | '200-null'
  /** Webhooks leave this long after the change, in milliseconds, plus a random share of the jitter. */
  webhookDelayMs: number
  webhookJitterMs: number
  /** Factor on the 15 minutes between attempts to deliver a webhook that was not answered with 200. */
  webhookRetryScale: number
  /** The owner's IANA zone: what floating due times and "today" mean. */
  timezone: string
  /** Whose account it is: two simulators are two accounts. */
  userId: string
}

export const defaultSettings: TodoistSettings = {
  uuidTtlMs: 24 * 3_600_000,
  replayOmitsMapping: false,
  failedUuids: 'forgotten',
  itemCloseKnown: true,
  completedWhen: 'either',
  commandErrors: 'full',
  invalidTempIdCode: 15,
  deltaRepeats: 0,
  cursorBy: 'row',
  orderKeys: true,
  writeOnlyToken: 'now',
  completedRows: 'checked',
  notesPerObject: 0,
  invalidToken: 'refuse',
  forgetTokens: false,
  fullSyncLagMs: 0,
  rateLimit: true,
  rateLimitTag: 'LIMITS_REACHED',
  partialSyncsPerWindow: 1000,
  fullSyncsPerWindow: 100,
  restRequestsPerWindow: 1000,
  tasksPerProject: 300,
  sectionsPerProject: 20,
  sectionLimitTag: 'MAX_SECTIONS_LIMIT_REACHED',
  projects: 300,
  labels: 500,
  inactiveCounts: false,
  sectionMoveLimits: true,
  sectionMoveTakes: 'all',
  comments: true,
  deadlines: true,
  durations: true,
  overLength: 'truncate',
  dueMicroseconds: true,
  cascadeRows: true,
  archiveRows: false,
  updatedAt: 'every-change',
  sectionDeletedTasks: 'is_deleted',
  reopenTakesChildren: false,
  labelCase: 'fold',
  bareDateEndsSeries: true,
  startingHoldsSeries: false,
  recurringResetsSubtasks: false,
  requestIdDedupes: false,
  cascadeEvents: false,
  recurringEvent: 'updated',
  webhookVersion: '10',
  webhookTasks: 'partial',
  oauthConsent: 'allow',
  emptyAnswers: '204',
  webhookDelayMs: 0,
  webhookJitterMs: 0,
  webhookRetryScale: 1,
  timezone: 'America/New_York',
  userId: '39768711',
}

/** The words that the text settings take. */
export const settingWords: Partial<Record<keyof TodoistSettings, readonly string[]>> = {
  failedUuids: ['forgotten', 'remembered'],
  completedWhen: ['either', 'completed_at', 'date_completed'],
  commandErrors: ['full', 'minimal'],
  cursorBy: ['row', 'offset'],
  sectionLimitTag: ['MAX_SECTIONS_LIMIT_REACHED', 'LIMIT_REACHED', 'FORBIDDEN'],
  writeOnlyToken: ['now', 'sent'],
  completedRows: ['checked', 'checked-and-deleted'],
  invalidToken: ['refuse', 'full-sync'],
  rateLimitTag: ['LIMITS_REACHED', 'TOO_MANY_REQUESTS'],
  sectionMoveTakes: ['all', 'open', 'some', 'none'],
  updatedAt: ['every-change', 'fields', 'null'],
  sectionDeletedTasks: ['is_deleted', '404'],
  labelCase: ['fold', 'exact'],
  webhookVersion: ['10', '1'],
  webhookTasks: ['partial', 'full'],
  oauthConsent: ['allow', 'deny'],
  overLength: ['truncate', 'refuse'],
  recurringEvent: ['updated', 'completed', 'both'],
  emptyAnswers: ['204', '200-null'],
}
