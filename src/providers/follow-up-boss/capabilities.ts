import type { Capabilities, QuotaContext } from '../contract.ts'

/** What Follow Up Boss can hold and do. A due date has a request of its own: the service may refuse it after creation. */
export const CAPABILITIES: Capabilities = {
  fields: {
    title: 'rw',
    notes: 'none',
    due: 'rw',
    start: 'none',
    recurrence: 'none',
    priority: 'none',
    labels: 'none',
    type: 'rw',
    completed: 'rw',
    assignee: 'readOnly',
    list: 'none',
    parent: 'none',
  },
  steps: [
    { name: 'fields', fields: ['title', 'type', 'completed'] },
    { name: 'due', fields: ['due'] },
  ],
  writeBatch: 25,
  readBatch: 100,
  createIdentity: 'search',
  // `updated` moves only when the task itself changes (docs.followupboss.com/reference/common-filters); whole seconds.
  versionTells: true,
  guardsWrites: false,
  marker: false,
  notices: false,
  needsPerson: true,
  containers: false,
  parentAcrossLists: false,
  changes: 'window',
  webhooks: true,
  listsCompleted: true,
  rollsBack: [],
  tombstones: false,
}

const WINDOW_MS = 10_000

/**
 * Sliding windows of the service. `global` is the one of an unregistered system; a registered one has 250, which its
 * answers say.
 */
export const QUOTA: readonly QuotaContext[] = [
  { context: 'global', limit: 125, windowMs: WINDOW_MS },
  { context: 'notes', limit: 10, windowMs: WINDOW_MS },
  { context: 'put-people', limit: 25, windowMs: WINDOW_MS },
  { context: 'events', limit: 10, windowMs: WINDOW_MS },
]
