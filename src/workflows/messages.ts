import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'

/** Something changed, or may have: look. Carries nothing; what changed is in the record. */
export const nudge = defineSignal('nudge')
/** A person wants it tried again now. */
export const retry = defineSignal('retry')
/** A person gives it up. */
export const discard = defineSignal('discard')

/** What a workflow is doing, in ids and words of its own. */
export const status = defineQuery<Readonly<Record<string, unknown>>>('status')

export type PullRequest = { readonly mode: 'incremental' | 'complete'; readonly backfill?: boolean }
/** Pull now; answers when it is in the record. Fails when the service does. */
export const pullNow = defineUpdate<{ readonly found: number }, [PullRequest]>('pull')

/** What a set-up's state may be told of; ids and words of ours (`SetupStatus`). */
export type SetupAnswer = Readonly<Record<string, unknown>>
/** Changes what is to be set up, in ids and words of ours (setup-words.ts); answers with what holds then. */
export const configure = defineUpdate<SetupAnswer, [unknown]>('configure')
/** Begins the first sync, once. */
export const confirm = defineUpdate<SetupAnswer, [unknown]>('confirm')

export const SYNC_STATE = defineSearchAttributeKey('SyncState', SearchAttributeType.KEYWORD)
export const SYNC_ROUTE = defineSearchAttributeKey('SyncRoute', SearchAttributeType.KEYWORD)
export const SYNC_SUBJECT = defineSearchAttributeKey('SyncSubject', SearchAttributeType.KEYWORD)
