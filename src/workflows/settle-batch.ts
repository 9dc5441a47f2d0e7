import { patched } from '@temporalio/workflow'
import type { QuotaPriority } from '../activities/open-connection.ts'
import { type Settled, settle } from './settle.ts'
import { record, workflowSteps } from './steps.ts'

/** Settles many pairs at once; those that wait or have failed go on in workflows of their own, where they are seen. */
export async function settleBatch(priority: QuotaPriority, pairIds: readonly string[]): Promise<Settled> {
  const settled = await settle(workflowSteps(priority), pairIds)
  if (settled.unsettled.length > 0 && patched('shows-unsettled'))
    await record.showPairs({ pairIds: settled.unsettled })
  return settled
}
