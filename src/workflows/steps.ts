import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow'
import type { OwnActivities, ProviderActivities, RecordActivities } from '../activities/index.ts'
import { providerQueue } from '../config/temporal-names.ts'
import { type Steps, Trouble } from './settle.ts'

/** Database steps: quick, idempotent, near certain. While Postgres is away they are tried until it is back. */
export const record = proxyLocalActivities<RecordActivities>({
  startToCloseTimeout: '30 s',
  retry: { initialInterval: '100 ms', maximumInterval: '5 s' },
})

export const own = proxyActivities<OwnActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '1 s', maximumInterval: '15 s' },
})

export const WORK_PRIORITY = { change: 2, poll: 3, backfill: 5 } as const
export type WorkPriority = keyof typeof WORK_PRIORITY

/**
 * Calls of one provider, on its own task queue. The HTTP deadline of a write lies inside `startToCloseTimeout`, so
 * that an attempt has ended before the next one begins; a dead worker is noticed by the missing heartbeat.
 */
export function providerActivities(kind: string, priority: WorkPriority) {
  return proxyActivities<ProviderActivities>({
    taskQueue: providerQueue(kind),
    startToCloseTimeout: '60 s',
    heartbeatTimeout: '10 s',
    retry: { initialInterval: '500 ms', maximumInterval: '10 s', maximumAttempts: 6 },
    priority: { priorityKey: WORK_PRIORITY[priority] },
  })
}

export function workflowSteps(priority: WorkPriority): Steps {
  return {
    plan: (input) => record.plan(input),
    read: ({ provider, ...call }) => orTrouble(providerActivities(provider, priority).read(call)),
    people: ({ provider, ...call }) => orTrouble(providerActivities(provider, priority).people(call)),
    write: ({ provider, ...call }) => orTrouble(providerActivities(provider, priority).write(call)),
  }
}

/** A provider activity that failed for good: the connection's trouble, told by its kind. */
export async function orTrouble<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
    const { cause } = error
    if (cause instanceof ApplicationFailure) throw new Trouble(cause.type ?? 'unknown', cause.message)
    throw new Trouble('transient', 'the activity did not answer in time')
  }
}
