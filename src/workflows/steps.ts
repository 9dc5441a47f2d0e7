import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow'
import type { OwnActivities, ProviderActivities, RecordActivities } from '../activities/index.ts'
import type { QuotaPriority } from '../activities/open-connection.ts'
import { providerQueue } from '../config/temporal-names.ts'
import { type Steps, Trouble } from './settle.ts'
import type { DealSteps } from './settle-deal.ts'

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

/** Who gets a worker's free slot first: the same order in which the request budget is given out. */
const WORK_PRIORITY: Readonly<Record<QuotaPriority, number>> = { change: 2, poll: 3, backfill: 5 }

/**
 * Calls of one provider, on its own task queue. The longest wait for the budget (worker/patience.ts) and the deadline of
 * the write after it lie inside `startToCloseTimeout`, so that an attempt has ended before the next one begins; a dead worker is noticed by the missing heartbeat. The worker
 * itself counts failures (worker/interceptors.ts): waiting for the request budget is none, however often.
 */
export function providerActivities(kind: string, priority: QuotaPriority) {
  return proxyActivities<ProviderActivities>({
    taskQueue: providerQueue(kind),
    startToCloseTimeout: '100 s',
    heartbeatTimeout: '10 s',
    scheduleToCloseTimeout: '15 minutes',
    retry: { initialInterval: '500 ms', maximumInterval: '10 s' },
    priority: { priorityKey: WORK_PRIORITY[priority] },
  })
}

export function workflowSteps(priority: QuotaPriority): Steps {
  const on = (provider: string) => providerActivities(provider, priority)
  return {
    plan: (input) => record.plan(input),
    read: ({ provider, ...call }) => orTrouble(on(provider).read({ ...call, priority })),
    people: ({ provider, ...call }) => orTrouble(on(provider).people({ ...call, priority })),
    write: ({ provider, ...call }) => orTrouble(on(provider).write({ ...call, priority })),
  }
}

export function dealSteps(priority: QuotaPriority): DealSteps {
  return {
    ...workflowSteps(priority),
    planDeal: (input) => record.planDeal(input),
    tendHome: ({ provider, ...call }) =>
      orTrouble(providerActivities(provider, priority).tendHome({ ...call, priority })),
    pause: (ms) => sleep(ms),
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
