import type { Capabilities, QuotaContext } from '../contract.ts'

/** Most commands that one Sync request takes. */
export const MAX_COMMANDS = 100

export const capabilities: Capabilities = {
  fields: {
    title: 'rw',
    notes: 'rw',
    due: 'rw',
    start: 'none',
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
    { name: 'fields', fields: ['title', 'notes', 'due', 'priority', 'labels', 'type'] },
    { name: 'move', fields: ['list', 'parent'] },
    { name: 'completion', fields: ['completed'] },
  ],
  writeBatch: MAX_COMMANDS,
  readBatch: 100,
  createIdentity: 'server-deduplicates',
  versionTells: false,
  guardsWrites: false,
  marker: true,
  notices: true,
  needsPerson: false,
  containers: true,
  parentAcrossLists: false,
  changes: 'delta',
  webhooks: true,
  listsCompleted: false,
  rollsBack: [],
  tombstones: true,
}

export type RateContext = 'sync-partial' | 'sync-full' | 'rest'

const WINDOW_MS = 15 * 60_000

/** The two Sync numbers are published; for REST only an old one is, which we stay below. */
export const quota: readonly (QuotaContext & { readonly context: RateContext })[] = [
  { context: 'sync-partial', limit: 1000, windowMs: WINDOW_MS },
  { context: 'sync-full', limit: 100, windowMs: WINDOW_MS },
  { context: 'rest', limit: 450, windowMs: WINDOW_MS },
]
