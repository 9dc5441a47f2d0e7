import { FUB_SETTINGS } from '../../simulators/follow-up-boss/settings.ts'
import type { SettingShape, SettingValue } from '../../simulators/kit/settings.ts'
import { defaultSettings } from '../../simulators/todoist/settings.ts'

/*
 * What nobody has proven about the real services, as switches of the simulators: as we hope it is, and as we fear.
 * The product's tests run under both. A fact that the simulator does not know yet may stand here already.
 */

/** Name of a switch → its value as hoped, and as feared. */
export type Unproven = Readonly<Record<string, readonly [hoped: SettingValue, feared: SettingValue]>>

export type Bundle = 'hoped' | 'feared'
export const BUNDLES: readonly Bundle[] = ['hoped', 'feared']

export const FOLLOW_UP_BOSS: Unproven = {
  honourUpdatedAfter: [true, false],
  boundsInclusive: [true, false],
  honourSort: [true, false],
  honourIds: [true, false],
  honourIsCompleted: [true, false],
  putDue: ['accept', 'reject'],
  putClearDue: ['accept', 'reject'],
  putClearTime: ['accept', 'reject'],
  clearDueWith: ['either', 'empty'],
  bothDue: ['time', 'reject'],
  dueDateWithTime: ['cut', 'reject'],
  dueDayZone: ['account', 'utc'],
  dropOffsets: [false, true],
  bumpUpdatedOnComplete: [true, false],
  bumpUpdatedOnReassign: [true, false],
  bumpUpdatedOnDue: [true, false],
  clearCompletedOnReopen: [true, false],
  subSecondStamps: [false, true],
  assigneeOmitted: ['caller', 'reject'],
  unknownType: ['accept', 'reject'],
  nameMax: [0, 255],
  nameTooLong: ['cut', 'reject'],
  nameControls: ['keep', 'blank'],
  personless: ['zero', 'absent'],
  postStatus: [200, 201],
  deleteAnswer: ['object', 'no-content'],
  createVisibilityLagMs: [0, 200],
  createVisibilityLagOn: ['lists', 'all'],
  personDeleteTells: [true, false],
  trashHidesTasks: [false, true],
  honourDealIds: [true, false],
  honourDealHidden: ['both', 'none'],
  dealDelete: ['mark', 'remove'],
  putDealStatus: ['accept', 'ignore'],
  dealCustomFor: ['all', 'brokers'],
  rateLimitScope: ['key', 'account'],
  errorBody: ['message', 'empty'],
  staleNext: [false, true],
  totalAsText: [false, true],
  doubleAmpersand: [false, true],
  webhookDisableAfter: [0, 5],
  webhookEchoes: [true, false],
  webhookNoOps: [false, true],
  webhookDeletedUri: ['null', 'link'],
  webhookIdsAsText: [false, true],
}

export const TODOIST: Unproven = {
  uuidTtlMs: [24 * 3_600_000, 16 * 60_000],
  replayOmitsMapping: [false, true],
  failedUuids: ['forgotten', 'remembered'],
  completedWhen: ['either', 'date_completed'],
  commandErrors: ['full', 'minimal'],
  invalidTempIdCode: [15, 58],
  invalidToken: ['refuse', 'full-sync'],
  fullSyncLagMs: [0, 1_000],
  deltaRepeats: [0, 3],
  cursorBy: ['row', 'offset'],
  orderKeys: [true, false],
  writeOnlyToken: ['now', 'sent'],
  completedRows: ['checked', 'checked-and-deleted'],
  rateLimitTag: ['LIMITS_REACHED', 'TOO_MANY_REQUESTS'],
  sectionLimitTag: ['MAX_SECTIONS_LIMIT_REACHED', 'FORBIDDEN'],
  inactiveCounts: [false, true],
  sectionMoveLimits: [true, false],
  sectionMoveTakes: ['all', 'none'],
  overLength: ['truncate', 'refuse'],
  dueMicroseconds: [false, true],
  cascadeRows: [true, false],
  cascadeEvents: [true, false],
  archiveRows: [true, false],
  recurringEvent: ['updated', 'both'],
  updatedAt: ['every-change', 'null'],
  sectionDeletedTasks: ['is_deleted', '404'],
  reopenTakesChildren: [false, true],
  labelCase: ['fold', 'exact'],
  bareDateEndsSeries: [false, true],
  startingHoldsSeries: [false, true],
  recurringResetsSubtasks: [false, true],
  requestIdDedupes: [true, false],
  emptyAnswers: ['204', '200-null'],
  webhookVersion: ['10', '1'],
  webhookTasks: ['full', 'partial'],
}

/**
 * Switches that are no open questions: limits, plans, the weather, what a user does. And those that change so much
 * that they are tried alone: `postAnswer` makes a search of every create, `itemCloseKnown` takes completion away,
 * `honourDealStatus` with `honourDealHidden` keeps hidden deals out of every list.
 */
export const NEUTRAL: Readonly<Record<'followUpBoss' | 'todoist', readonly string[]>> = {
  followUpBoss: [
    'rateLimit',
    'shedEvery',
    'systems',
    'lapsed',
    'postAnswer',
    'honourDealStatus',
    'webhookDelayMs',
    'webhookJitterMs',
    'webhookRetryScale',
    'webhookBatchMs',
    'webhookBurst',
  ],
  todoist: [
    'forgetTokens',
    'rateLimit',
    'partialSyncsPerWindow',
    'fullSyncsPerWindow',
    'restRequestsPerWindow',
    'tasksPerProject',
    'sectionsPerProject',
    'projects',
    'labels',
    'comments',
    'deadlines',
    'durations',
    'notesPerObject',
    'itemCloseKnown',
    'oauthConsent',
    'webhookDelayMs',
    'webhookJitterMs',
    'webhookRetryScale',
    'timezone',
    'userId',
  ],
}

/** The switches of a bundle that the simulators know. */
export function settingsOf(bundle: Bundle): {
  readonly followUpBoss: SettingShape
  readonly todoist: SettingShape
} {
  return {
    followUpBoss: chosen(FOLLOW_UP_BOSS, FUB_SETTINGS, bundle),
    todoist: chosen(TODOIST, defaultSettings, bundle),
  }
}

function chosen(unproven: Unproven, known: object, bundle: Bundle): SettingShape {
  const there = Object.entries(unproven).filter(([name]) => Object.hasOwn(known, name))
  return Object.fromEntries(
    there.map(([name, [hoped, feared]]) => [name, bundle === 'hoped' ? hoped : feared]),
  )
}
