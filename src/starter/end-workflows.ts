import type { Client } from '@temporalio/client'
import { TASK_QUEUE } from '../config/temporal-names.ts'

/** Ends all workflows of ours, whose record is no more. `reason`: shown with each. */
export async function endWorkflows(client: Client, reason: string): Promise<void> {
  const query = `TaskQueue = '${TASK_QUEUE}' AND ExecutionStatus = 'Running'`
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    await client.workflow
      .getHandle(workflowId, runId)
      .terminate(reason)
      // It may have ended since it was listed.
      .catch(() => {})
  }
}
