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
