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
import { discard, nudge, retry, SYNC_STATE, status } from './messages.ts'
import { settle } from './settle.ts'
import { record, workflowSteps } from './steps.ts'

/** `continueAfterEvents`: history length after which it continues as new; for tests. */
export type TaskInput = { readonly pairId: string; readonly continueAfterEvents?: number }

/**
 * One pair, from a change until it is settled. Trouble that is not the pair's own ends it and leaves the pair pending
 * in the record; a failure of the pair itself waits here for a change, `retry` or `discard`.
 */
export async function task(input: TaskInput): Promise<void> {
  const asked = { nudge: false, retry: false, discard: false }
  let state: SyncState = 'syncing'
  setHandler(nudge, () => {
    asked.nudge = true
  })
  setHandler(retry, () => {
    asked.retry = true
  })
  setHandler(discard, () => {
    asked.discard = true
  })
  setHandler(status, () => ({ pair: input.pairId, state }))
  const steps = workflowSteps('change')

  for (;;) {
    asked.nudge = false
    const settled = await settle(steps, [input.pairId])
    if (settled.trouble !== null) return
    if (settled.unsettled.length === 0) {
      if (!asked.nudge && !asked.retry && !asked.discard) return
    } else {
      state = show(state, await record.pairTrouble({ pairId: input.pairId }))
      if (patched('says-why')) setCurrentDetails((await record.explainPair({ pairId: input.pairId })).details)
      await condition(() => asked.nudge || asked.retry || asked.discard)
      state = show(state, 'syncing')
      setCurrentDetails('')
    }
    if (asked.discard) {
      asked.discard = false
      await record.discardPair({ pairId: input.pairId })
    }
    if (asked.retry) {
      await record.retryPair({ pairId: input.pairId })
      // A new run, so that the newest code has a try.
      await continueAsNew<typeof task>(input)
    }
    const limit = input.continueAfterEvents ?? Number.POSITIVE_INFINITY
    if (workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > limit) {
      await continueAsNew<typeof task>(input)
    }
  }
}

function show(before: SyncState, now: SyncState): SyncState {
  if (before !== now) upsertSearchAttributes([{ key: SYNC_STATE, value: now }])
  return now
}
