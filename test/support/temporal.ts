import type { Client } from '@temporalio/client'
import { inject } from 'vitest'
import './provided.ts'

/**
 * Namespaces of the run's Temporal server, one for each test process that may run at the same time. Workers of two records
 * in one namespace poll the same queues, and take each other's workflows.
 */
export const NAMESPACES = Array.from({ length: 16 }, (_, index) => `tests-${index + 1}`)

/** Namespaces that no process of a run has: for a test whose workers have records of their own, beside each other. */
export const SPARE_NAMESPACES = Array.from({ length: 3 }, (_, index) => `tests-spare-${index + 1}`)

/** The run's Temporal server, and the namespace of the process that asks. */
export function testTemporal(): { readonly address: string; readonly namespace: string } {
  const namespace = NAMESPACES[Number(process.env.VITEST_POOL_ID) - 1]
  if (namespace === undefined) throw new Error('There are more test processes than namespaces for them')
  return { address: inject('temporalAddress'), namespace }
}

/**
 * Ends what the file before has left in a client's namespace, for whoever begins workers there: of programs that were
 * killed the connections run on and the Schedule looks every minute, and workers of another record, who know none of
 * their ids, would take up both and try them again and again.
 */
export async function clearNamespace({ schedule, workflow }: Client): Promise<void> {
  for await (const { scheduleId } of schedule.list()) await schedule.getHandle(scheduleId).delete()
  for await (const { workflowId } of workflow.list({ query: 'ExecutionStatus = "Running"' })) {
    // It may have ended since it was listed.
    await workflow
      .getHandle(workflowId)
      .terminate('the test that began it is over')
      .catch(() => undefined)
  }
}
