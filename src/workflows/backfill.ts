import { setHandler, sleep, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import { SYNC_STATE, status } from './messages.ts'
import { settle } from './settle.ts'
import { own, record, workflowSteps } from './steps.ts'

export type BackfillInput = { readonly routeId: string }

const AT_ONCE = 2
const PAUSE_AFTER_TROUBLE = '5 s'

/** A route's first sync: look at both sides completely, match, let the route work, settle everything in batches. */
export async function backfill(input: BackfillInput): Promise<void> {
  let stage: 'pulling' | 'matching' | 'settling' | 'done' = 'pulling'
  let settledPairs = 0
  setHandler(status, () => ({ route: input.routeId, stage, settledPairs }))
  upsertSearchAttributes([{ key: SYNC_STATE, value: 'syncing' }])
  const { connections, needed } = await record.beginFill(input)
  if (!needed) return

  const { runId } = workflowInfo()
  await Promise.all(
    connections.map((connectionId) =>
      own.pullThrough({ connectionId, mode: 'complete', updateId: `fill-${runId}-${connectionId}` }),
    ),
  )
  stage = 'matching'
  await own.activate(input)

  stage = 'settling'
  const steps = workflowSteps('backfill')
  const drain = async () => {
    for (;;) {
      const { pairIds } = await record.nextFill(input)
      if (pairIds.length === 0) return
      const settled = await settle(steps, pairIds)
      settledPairs += pairIds.length - settled.pending.length
      if (settled.trouble !== null) await sleep(PAUSE_AFTER_TROUBLE)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, drain))
  // What is left waits for a time or a person; the connections go on with it.
  await record.finishFill(input)
  stage = 'done'
}
