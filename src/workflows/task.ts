import {
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { TaskStart } from '../activities/task-start.ts'
import type { SyncState } from '../config/temporal-names.ts'
import { discard, nudge, retry, SYNC_STATE, status } from './messages.ts'
import { settle } from './settle.ts'
import { record, workflowSteps } from './steps.ts'

/** `continueAfterEvents`: history length after which it continues as new; for tests. */
export type TaskInput = TaskStart & { readonly continueAfterEvents?: number }

/** Between two looks at a pair that stands still. */
const FIRST_LOOK_MS = 10 * 60_000
const LONGEST_LOOK_MS = 6 * 3_600_000

/**
 * One pair, from a change until it is settled. Trouble that is not the pair's own ends it and leaves the pair pending
 * in the record; a failure of the pair itself waits here for a change, `retry` or `discard`.
 */
export async function task({ look, ...input }: TaskInput): Promise<void> {
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
  let looks = 0

  for (let first = true; ; first = false) {
    asked.nudge = false
    const settled = await settle(steps, [input.pairId], first ? { look } : {})
    if (settled.trouble !== null) {
      // What a person says stands in the record, whenever the pair is taken up again.
      while ((asked.discard || asked.retry) && patched('heeds-at-its-end')) {
        const { discard: isDropped, retry: isRetried } = asked
        asked.discard = false
        asked.retry = false
        if (isDropped) await record.discardPair({ pairId: input.pairId })
        if (isRetried) await record.retryPair({ pairId: input.pairId })
      }
      return
    }
    if (settled.unsettled.length === 0) {
      if (!asked.nudge && !asked.retry && !asked.discard) return
    } else {
      state = show(state, await record.pairTrouble({ pairId: input.pairId }))
      const called = () => asked.nudge || asked.retry || asked.discard
      let woken = true
      if (patched('says-why')) {
        setCurrentDetails((await record.explainPair({ pairId: input.pairId })).details)
        // What settles it elsewhere, a batch or a command, may not have told this workflow.
        woken = await condition(called, Math.min(FIRST_LOOK_MS * 2 ** looks, LONGEST_LOOK_MS), {
          summary: 'until it looks whether this is settled by now',
        })
      } else await condition(called)
      looks = woken ? 0 : looks + 1
      if (woken) {
        state = show(state, 'syncing')
        setCurrentDetails('')
      }
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
