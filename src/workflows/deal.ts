import {
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { SyncState } from '../config/temporal-names.ts'
import { nudge, retry, SYNC_STATE, status } from './messages.ts'
import { settleDeal } from './settle-deal.ts'
import { dealSteps, record } from './steps.ts'

export type DealInput = { readonly connectionId: string; readonly dealId: string }

/**
 * One deal, from a change until its home is as it should be: the section in the right project, under its name, its tasks in
 * it. Each step is decided from the record and repairs forward what an earlier one, or anybody, has left half done. A write
 * that is refused waits here for a change or `retry`.
 */
export async function deal(input: DealInput): Promise<void> {
  const asked = { nudge: false, retry: false }
  let state: SyncState = 'syncing'
  setHandler(nudge, () => {
    asked.nudge = true
  })
  setHandler(retry, () => {
    asked.retry = true
  })
  setHandler(status, () => ({ deal: input.dealId, state }))

  for (;;) {
    asked.nudge = false
    const settled = await settleDeal(dealSteps('change'), input)
    if (settled.trouble !== null) return
    if (settled.state === 'ok') {
      if (asked.retry) await record.retryDeal(input)
      else if (!asked.nudge) return
      asked.retry = false
    } else {
      state = show(state, settled.state === 'error' ? 'failed' : 'waiting')
      if (patched('says-why')) setCurrentDetails((await record.explainDeal(input)).details)
      await condition(() => asked.nudge || asked.retry)
      state = show(state, 'syncing')
      setCurrentDetails('')
      if (asked.retry) {
        await record.retryDeal(input)
        // A new run, so that the newest code has a try.
        await continueAsNew<typeof deal>(input)
      }
    }
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deal>(input)
  }
}

function show(before: SyncState, now: SyncState): SyncState {
  if (before !== now) upsertSearchAttributes([{ key: SYNC_STATE, value: now }])
  return now
}
