import {
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { PullThroughOutput } from '../activities/temporal.ts'
import type { SyncState } from '../config/temporal-names.ts'
import { type FillStage, type FillSteps, fill } from './fill.ts'
import { nudge, retry, SYNC_STATE, status } from './messages.ts'
import { settleBatch } from './settle-batch.ts'
import { own, record } from './steps.ts'

export type BackfillInput = { readonly routeId: string }

/** Between two looks at whether the route works again. */
const FIRST_REST_MS = 5_000
const LONGEST_REST_MS = 60_000

const WAITS = `Waits: its route is paused or stopped, a service does not answer or refuses its key, another route comes first, or tasks
of it are being written. "dealbridge status" says which.

It looks again by itself, once a minute at the least; signal \`retry\` has it look now.`

/** A route's first sync (fill.ts). Signals `nudge` and `retry` end a wait at once. */
export async function backfill(input: BackfillInput): Promise<void> {
  let stage: FillStage = 'pulling'
  let settledPairs = 0
  let wakes = 0
  const wake = () => {
    wakes += 1
  }
  setHandler(nudge, wake)
  setHandler(retry, wake)
  setHandler(status, () => ({ route: input.routeId, stage, settledPairs }))
  upsertSearchAttributes([{ key: SYNC_STATE, value: 'syncing' }])
  const { runId } = workflowInfo()
  let shown: SyncState = 'syncing'
  const show = (state: SyncState) => {
    setCurrentDetails(state === 'waiting' ? WAITS : '')
    if (state === shown || !patched('shows-waits')) return
    shown = state
    upsertSearchAttributes([{ key: SYNC_STATE, value: state }])
  }
  const fillSteps: FillSteps = {
    begin: () => record.beginFill(input),
    pull: (connectionId, attempt) => pullThrough(connectionId, `fill-${runId}-${connectionId}`, attempt),
    activate: () => own.activate(input),
    next: (first) => record.nextFill({ ...input, first }),
    settle: (pairIds) => settleBatch('backfill', pairIds),
    finish: () => record.finishFill(input),
    async rest(inARow) {
      // Nothing is lost by a new run: it finds in the record how far this one came.
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof backfill>(input)
      const before = wakes
      show('waiting')
      await condition(() => wakes !== before, Math.min(FIRST_REST_MS * 2 ** inARow, LONGEST_REST_MS), {
        summary: 'until it looks again whether it can go on',
      })
      show('syncing')
    },
  }
  await fill(fillSteps, (now, settled) => {
    stage = now
    settledPairs += settled
  })
}

/** An update that failed stays failed under its id, so each attempt has one of its own. */
async function pullThrough(connectionId: string, name: string, attempt: number): Promise<boolean> {
  const updateId = attempt === 0 ? name : `${name}-${attempt}`
  // Runs of an earlier version have no result in their histories, and only those that succeeded.
  const pulled: PullThroughOutput | undefined = await own.pullThrough({
    connectionId,
    mode: 'complete',
    updateId,
  })
  return pulled?.failed !== true
}
