import { Settings } from '../kit/settings.ts'

/**
 * Switches for what nobody has proven about the real service (reference §16). `accept`, `reject` (400) and
 * `ignore` (200 without effect) are the words of the text switches.
 */
export const FUB_SETTINGS = {
  /** U1: `updatedAfter` and `updatedBefore` have an effect on tasks. */
  honourUpdatedAfter: true,
  /** `ids=` has an effect on tasks. */
  honourIds: true,
  /** U7: `isCompleted=` has an effect on tasks. */
  honourIsCompleted: true,
  /** U4: due fields in PUT. */
  putDue: 'accept',
  /** U5: clearing due fields in PUT. */
  putClearDue: 'accept',
  /** U3: `updated` moves when a task is completed or reopened. */
  bumpUpdatedOnComplete: true,
  /** U8: `completed` becomes null on reopen. */
  clearCompletedOnReopen: true,
  /** U22: a type outside the nine on write. */
  unknownType: 'reject',
  /** §7: a zone offset in a date-time is dropped and the digits are taken as UTC. */
  dropOffsets: true,
  /** U20: reads do not see a new task for so long. */
  createVisibilityLagMs: 0,
  /** U11: longest name, in code points; 0 = no limit. */
  nameMax: 0,
  /** Requests in 10 s in the context `global`: -1 = as documented, 0 = no limits at all. */
  rateLimit: -1,
  /** §4: the last page carries a `next` all the same, which leads to an empty page. */
  staleNext: false,
  /** §4: `_metadata.total` is a text. */
  totalAsText: false,
  /** §2: lapsed account, 403 for nearly everything. */
  lapsed: false,
  /** Waits of webhook deliveries; a jitter puts them out of order. */
  webhookDelayMs: 0,
  webhookJitterMs: 0,
  /** Factor on the documented waits between webhook retries (1, 5, 5, 10, 30 minutes). */
  webhookRetryScale: 1,
}

export type FubSettings = Settings<typeof FUB_SETTINGS>

export function makeSettings(): FubSettings {
  const answers = ['accept', 'reject', 'ignore']
  return new Settings(FUB_SETTINGS, {
    putDue: answers,
    putClearDue: answers,
    unknownType: ['accept', 'reject'],
  })
}
