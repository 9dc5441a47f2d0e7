/** What a test or a person may switch about the simulated account, through `POST /__sim/settings`. */
export type TodoistSettings = {
  /** How long a command's uuid is remembered, in milliseconds. Todoist publishes no number. */
  uuidTtlMs: number
  /** A replayed create answers "ok" without `temp_id_mapping` (undocumented either way). */
  replayOmitsMapping: boolean
  /** The answer to a sync token that is not ours: 400, or a full sync. */
  invalidToken: 'refuse' | 'full-sync'
  /** Every token counts as forgotten: the answer is a full sync with `full_sync: true`. */
  forgetTokens: boolean
  /** Full syncs show the account as it was this long ago, in milliseconds. */
  fullSyncLagMs: number
  rateLimit: boolean
  partialSyncsPerWindow: number
  fullSyncsPerWindow: number
  restRequestsPerWindow: number
  tasksPerProject: number
  sectionsPerProject: number
  /** Active personal projects without the Inbox: 300 on Pro, 5 on Beginner. */
  projects: number
  labels: number
  /** Texts over their limit are cut with a success answer, or refused with 400. */
  overLength: 'truncate' | 'refuse'
  /** Timed due dates come back with `.000000`. */
  dueMicroseconds: boolean
  /** Deltas carry a row for every task that a section or project took along (delete, move). */
  cascadeRows: boolean
  /** Webhooks are sent for every task that a section, project or parent took along. */
  cascadeEvents: boolean
  /** Which webhooks a recurring completion sends. */
  recurringEvent: 'updated' | 'completed' | 'both'
  /** `POST /tasks/{id}/close`, `/reopen` and deletes answer 204 as the live service, or 200 with `null`. */
  emptyAnswers: '204' | '200-null'
  /** Webhooks leave this long after the change, in milliseconds, plus a random share of the jitter. */
  webhookDelayMs: number
  webhookJitterMs: number
  /** Factor on the 15 minutes between attempts to deliver a webhook that was not answered with 200. */
  webhookRetryScale: number
  /** The owner's IANA zone: what floating due times and "today" mean. */
  timezone: string
}

export const defaultSettings: TodoistSettings = {
  uuidTtlMs: 24 * 3_600_000,
  replayOmitsMapping: false,
  invalidToken: 'refuse',
  forgetTokens: false,
  fullSyncLagMs: 0,
  rateLimit: true,
  partialSyncsPerWindow: 1000,
  fullSyncsPerWindow: 100,
  restRequestsPerWindow: 1000,
  tasksPerProject: 300,
  sectionsPerProject: 20,
  projects: 300,
  labels: 500,
  overLength: 'truncate',
  dueMicroseconds: true,
  cascadeRows: true,
  cascadeEvents: false,
  recurringEvent: 'updated',
  emptyAnswers: '204',
  webhookDelayMs: 0,
  webhookJitterMs: 0,
  webhookRetryScale: 1,
  timezone: 'America/New_York',
}

/** The words that the text settings take. */
export const settingWords: Partial<Record<keyof TodoistSettings, readonly string[]>> = {
  invalidToken: ['refuse', 'full-sync'],
  overLength: ['truncate', 'refuse'],
  recurringEvent: ['updated', 'completed', 'both'],
  emptyAnswers: ['204', '200-null'],
}
