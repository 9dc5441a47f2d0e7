/** Names that workflows, activities and starters share; others rely on them. */
export const TASK_QUEUE = 'dealbridge'

export function providerQueue(kind: string): string {
  return `provider-${kind}`
}

export const workflowIds = {
  connection: (id: string) => `connection/${id}`,
  task: (pairId: string) => `task/${pairId}`,
  deal: (connectionId: string, dealId: string) => `deal/${connectionId}/${dealId}`,
  backfill: (routeId: string) => `backfill/${routeId}`,
  sync: (name: string) => `sync/${name}`,
  setup: (route: string) => `setup/${route}`,
  clean: (connectionId: string) => `clean/${connectionId}`,
} as const

/** The route between the two accounts of the configuration; a set-up that names none is of this one. */
export const FIRST_ROUTE = 'main'

/** Of the Schedule that looks for trouble, and of its workflow; Temporal adds the time of each run to the latter. */
export const WATCH = 'watch'

/** All of type Keyword. The embedded server registers them; the workflows set them. */
export const SEARCH_ATTRIBUTES = ['SyncState', 'SyncRoute', 'SyncSubject'] as const
export const SYNC_STATES = ['syncing', 'waiting', 'failed'] as const
/** Keywords that are longer cannot be stored (Temporal's visibility on SQL). */
const KEYWORD_LENGTH = 255

/** Search attribute `SyncRoute` of what several routes share: all of their names. */
export function routeKeyword(names: readonly string[]): string {
  return names.join(', ').slice(0, KEYWORD_LENGTH)
}

/**
 * Temporal's priority keys, 1 first: who gets a worker's free slot. The same order in which the request budget of a service is
 * given out: a user's change, then polls, then first syncs.
 */
export const PRIORITY_KEYS = { change: 2, poll: 3, backfill: 5 } as const

export type SyncState = (typeof SYNC_STATES)[number]
