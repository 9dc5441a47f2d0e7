import { proxyActivities, proxyLocalActivities, setHandler } from '@temporalio/workflow'
import type { OwnActivities, RecordActivities } from '../activities/index.ts'
import { status } from './messages.ts'
import { OWN_SUMMARIES, RECORD_SUMMARIES, summarised } from './summaries.ts'

/** Tried within the run alone: the next one is a minute away. */
const { lookForTrouble } = summarised<RecordActivities>(RECORD_SUMMARIES, (summary) =>
  proxyLocalActivities<RecordActivities>({
    startToCloseTimeout: '30 s',
    retry: { initialInterval: '1 s', maximumAttempts: 3 },
    summary,
  }),
)
const { sendMessages, clearOld, lookAtWebhooks } = summarised<OwnActivities>(OWN_SUMMARIES, (summary) =>
  proxyActivities<OwnActivities>({
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: '10 s',
    retry: { initialInterval: '1 s', maximumAttempts: 2 },
    summary,
  }),
)

/**
 * One look at how everything is, of a Schedule: what is wrong is remembered in the record and told, rows that are too old are
 * cleared. What fails is done by the next run.
 */
export async function watch(): Promise<void> {
  let stage: 'looking' | 'sending' | 'clearing' | 'looking-at-webhooks' = 'looking'
  setHandler(status, () => ({ stage }))
  const { send, clear, webhooks } = await lookForTrouble({ by: 'worker' })
  stage = 'sending'
  if (send) await sendMessages()
  stage = 'clearing'
  if (clear) await clearOld()
  stage = 'looking-at-webhooks'
  if (webhooks) await lookAtWebhooks()
}
