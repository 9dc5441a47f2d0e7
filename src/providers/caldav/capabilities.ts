import type { Capabilities, QuotaContext } from '../contract.ts'

/** Requests of one connection that are under way at once. Radicale takes 8 by default and shares them among its users. */
export const AT_ONCE = 4

/** Resources that one calendar-multiget asks for. */
export const MULTIGET = 50

export const capabilities: Capabilities = {
  fields: {
    title: 'rw',
    notes: 'rw',
    due: 'rw',
    start: 'rw',
    recurrence: 'readOnly',
    priority: 'rw',
    labels: 'rw',
    type: 'rw',
    completed: 'rw',
    assignee: 'none',
    list: 'rw',
    parent: 'rw',
  },
  steps: [
    {
      name: 'fields',
      fields: ['title', 'notes', 'due', 'start', 'priority', 'labels', 'type'],
    },
    { name: 'move', fields: ['list', 'parent'] },
    { name: 'completion', fields: ['completed'] },
  ],
  writeBatch: 100,
  readBatch: 100,
  createIdentity: 'client-chosen-id',
  // An ETag moves with reminders, order and whatever else other apps keep in a task.
  versionTells: false,
  guardsWrites: true,
  marker: true,
  // Labels of ours could be kept in CATEGORIES, but there is no comment that would say what they mean.
  notices: false,
  needsPerson: false,
  containers: true,
  parentAcrossLists: true,
  changes: 'delta',
  webhooks: false,
  listsCompleted: true,
  tombstones: true,
  rollsBack: [],
}

export const RATE_CONTEXT = 'requests'

/**
 * No CalDAV server publishes a limit: what holds us back is `AT_ONCE`, and a 429 where one comes. The number only keeps
 * a fault of ours from becoming a flood.
 */
export const quota: readonly QuotaContext[] = [{ context: RATE_CONTEXT, limit: 6_000, windowMs: 60_000 }]
