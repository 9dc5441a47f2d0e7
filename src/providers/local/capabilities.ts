import { isPlace, PLACE_FIELDS } from '../../core/place.ts'
import { FIELDS, type Field } from '../../core/task.ts'
import type { Capabilities, QuotaContext } from '../contract.ts'

/** Nobody repeats tasks or gives them to others here. */
const NOT_HELD: readonly Field[] = ['recurrence', 'assignee']

export const capabilities: Capabilities = {
  fields: Object.fromEntries(
    FIELDS.map((field) => [field, NOT_HELD.includes(field) ? 'none' : 'rw']),
  ) as Capabilities['fields'],
  // One transaction for all of them; `comment` is the contract's own.
  steps: [
    { name: 'fields', fields: FIELDS.filter((field) => !NOT_HELD.includes(field) && !isPlace(field)) },
    { name: 'move', fields: PLACE_FIELDS },
  ],
  writeBatch: 100,
  readBatch: 200,
  createIdentity: 'server-deduplicates',
  versionTells: true,
  guardsWrites: true,
  marker: true,
  notices: true,
  needsPerson: false,
  containers: true,
  parentAcrossLists: false,
  changes: 'delta',
  // Whoever changes a task here leaves a nudge by himself (store/local/announce.ts).
  webhooks: false,
  listsCompleted: true,
  tombstones: true,
  // A user sees a completion at once, before anybody outside was asked.
  rollsBack: ['completed'],
}

/** Tasks of one page of a walk. */
export const PAGE_SIZE = 200

/**
 * The database is our own, a call takes it some milliseconds, and nobody counts. The limit is far above what a first sync
 * needs, and low enough that something which asks in a circle leaves Postgres to others: a burst of 3,000, then 880 a second.
 */
export const CONTEXT = 'calls'
export const quota: readonly QuotaContext[] = [{ context: CONTEXT, limit: 60_000, windowMs: 60_000 }]
