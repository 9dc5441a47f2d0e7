import { Settings } from '../kit/settings.ts'

/**
 * Switches for what nobody has proven about the real service (reference §16), and for what it does only at
 * times. `accept`, `reject` (400) and `ignore` (200 without effect) are the words of several. `FIDELITY.md`
 * names each with its test.
 */
export const FUB_SETTINGS = {
  /** U1: `updatedAfter` and `updatedBefore` have an effect on tasks. */
  honourUpdatedAfter: true,
  /** U1: the bounds `…After` and `…Before` are themselves in the window. */
  boundsInclusive: false,
  /** `ids=` has an effect on tasks. */
  honourIds: true,
  /** U7: `isCompleted=` has an effect on tasks. */
  honourIsCompleted: true,
  /** U2: `sort=` has an effect on tasks. */
  honourSort: true,
  /** U4: due fields in PUT. */
  putDue: 'accept',
  /** U5: clearing any due field in PUT. */
  putClearDue: 'accept',
  /** U5: clearing `dueDateTime` while `dueDate` stays. */
  putClearTime: 'accept',
  /** U5: what clears a due field: `either`, `null` alone, or the `empty` text alone; the other is a 400. */
  clearDueWith: 'either',
  /** U6: both due fields sent: `time` wins, `day` wins, or `reject`. */
  bothDue: 'time',
  /** §7: a `dueDate` with a time in it: `reject`, or `cut` to its day. */
  dueDateWithTime: 'reject',
  /** §7: the zone in which `dueDate` of a timed task is cut: the `account`'s, `utc`, or the `assignee`'s. */
  dueDayZone: 'account',
  /** §7: a zone offset in a date-time is dropped and the digits are taken as UTC. */
  dropOffsets: true,
  /** U3: `updated` moves when a task is completed or reopened. */
  bumpUpdatedOnComplete: true,
  /** U3: `updated` moves when another user gets the task. */
  bumpUpdatedOnReassign: true,
  /** U3: `updated` moves when a due field changes. */
  bumpUpdatedOnDue: true,
  /** U19: `created`, `updated` and `completed` carry milliseconds. */
  subSecondStamps: false,
  /** U8: `completed` becomes null on reopen. */
  clearCompletedOnReopen: true,
  /** U9: a POST without assignee: the `caller` gets the task, or `reject`. */
  assigneeOmitted: 'caller',
  /** U22: a type outside the nine on write: `reject`, `coerce` to `Follow Up`, or `accept` as it is. */
  unknownType: 'reject',
  /** U11: longest name, in code points; 0 = no limit. */
  nameMax: 0,
  /** U11: a longer name: `reject`, or `cut`. */
  nameTooLong: 'reject',
  /** U11: line breaks and control characters in names: `keep`, or `blank` = each becomes a blank. */
  nameControls: 'keep',
  /** U12: `personId` of a task without a person is `zero`, or the key is `absent`. */
  personless: 'zero',
  /** U10: status of a task's POST. */
  postStatus: 200,
  /** U10: body of a task's POST: the `task`, the task with `no-id`, or `empty`. */
  postAnswer: 'task',
  /** U10: answer of DELETE: 200 with an `object`, 200 and `empty`, or 204 with `no-content`. */
  deleteAnswer: 'object',
  /** U20: reads do not see a new record for so long. */
  createVisibilityLagMs: 0,
  /** U20: which reads lag: `all`, `lists`, or `single`. */
  createVisibilityLagOn: 'all',
  /** U15: deleting a person announces its tasks one by one. */
  personDeleteTells: false,
  /** U15: tasks of people in the trash are not to be seen. */
  trashHidesTasks: false,
  /** `ids=` has an effect on deals. */
  honourDealIds: true,
  /** §8: which of `includeArchived` and `includeDeleted` have an effect: `both`, one of them, or `none`. */
  honourDealHidden: 'both',
  /** §8: `status=` has an effect on deals. */
  honourDealStatus: true,
  /** U21: DELETE of a deal: `mark` as `Deleted`, or `remove`. */
  dealDelete: 'mark',
  /** U21: `status` in PUT of a deal. */
  putDealStatus: 'accept',
  /** U23: whose keys see custom fields in the deals list: `all`, or `brokers`. */
  dealCustomFor: 'all',
  /** Requests in 10 s in the context `global`: -1 = as documented, 0 = no limits at all. */
  rateLimit: -1,
  /** U18: what shares one budget: the `account`, a `key`, or a `system`. */
  rateLimitScope: 'account',
  /** §3: each so many-eth request is answered 429 although places remain; 0 = none. */
  shedEvery: 0,
  /** §2: registered systems as `Name=key,Other=key`; empty = any name with any key is one. */
  systems: '',
  /** §2: lapsed account, 403 for nearly everything. */
  lapsed: false,
  /** U24: body of errors that a fault makes: `message`, `error` (rare key), `html`, or `empty`. */
  errorBody: 'message',
  /** §4: the last page carries a `next` all the same, which leads to an empty page. */
  staleNext: false,
  /** §4: `_metadata.total` is a text in every collection. */
  totalAsText: false,
  /** §4: `nextLink` has `&&` in it. */
  doubleAmpersand: false,
  /** Waits of webhook deliveries; a jitter puts them out of order. */
  webhookDelayMs: 0,
  webhookJitterMs: 0,
  /** U17: factor on the documented waits between webhook retries (1, 5, 5, 10, 30 minutes). */
  webhookRetryScale: 1,
  /** U17: a webhook is disabled after so many lost deliveries in a row; 0 = never. */
  webhookDisableAfter: 0,
  /** §13.3: events of one kind within so long are told together, by ten ids at most. */
  webhookBatchMs: 0,
  /** §13.3: so many equal events, each with an id of its own, for one change. */
  webhookBurst: 1,
  /** U16: writes through the API are told, not the users' alone. */
  webhookEchoes: true,
  /** U16: a write that changes nothing is told as `…Updated`. */
  webhookNoOps: false,
  /** U13: `uri` of a deletion is `null`, or a `link`. */
  webhookDeletedUri: 'null',
  /** §13.3: `resourceIds` are texts. */
  webhookIdsAsText: false,
}

export type FubSettings = Settings<typeof FUB_SETTINGS>

const ANSWERS = ['accept', 'reject', 'ignore']

/** What the text switches take. */
export const FUB_WORDS = {
  putDue: ANSWERS,
  putClearDue: ANSWERS,
  putClearTime: ANSWERS,
  clearDueWith: ['either', 'null', 'empty'],
  bothDue: ['time', 'day', 'reject'],
  dueDateWithTime: ['reject', 'cut'],
  dueDayZone: ['account', 'utc', 'assignee'],
  assigneeOmitted: ['caller', 'reject'],
  unknownType: ['reject', 'coerce', 'accept'],
  nameTooLong: ['reject', 'cut'],
  nameControls: ['keep', 'blank'],
  personless: ['zero', 'absent'],
  postStatus: ['200', '201'],
  postAnswer: ['task', 'no-id', 'empty'],
  deleteAnswer: ['object', 'empty', 'no-content'],
  createVisibilityLagOn: ['all', 'lists', 'single'],
  honourDealHidden: ['both', 'archived', 'deleted', 'none'],
  dealDelete: ['mark', 'remove'],
  putDealStatus: ANSWERS,
  dealCustomFor: ['all', 'brokers'],
  rateLimitScope: ['account', 'key', 'system'],
  errorBody: ['message', 'error', 'html', 'empty'],
  webhookDeletedUri: ['null', 'link'],
} satisfies Partial<Record<keyof typeof FUB_SETTINGS, readonly string[]>>

export function makeSettings(): FubSettings {
  return new Settings<typeof FUB_SETTINGS>(FUB_SETTINGS, FUB_WORDS)
}
