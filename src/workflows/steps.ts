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
import { PRIORITY_KEYS, providerQueue } from '../config/temporal-names.ts'
import { type Steps, Trouble } from './settle.ts'
import type { DealSteps } from './settle-deal.ts'
import { CAUSES, OWN_SUMMARIES, PROVIDER_SUMMARIES, RECORD_SUMMARIES, summarised } from './summaries.ts'

/** Database steps: quick, idempotent, near certain. While Postgres is away they are tried until it is back. */
export const record = summarised<RecordActivities>(RECORD_SUMMARIES, (summary) =>
  proxyLocalActivities<RecordActivities>({
    startToCloseTimeout: '30 s',
    retry: { initialInterval: '100 ms', maximumInterval: '5 s' },
    summary,
  }),
)

export const own = summarised<OwnActivities>(OWN_SUMMARIES, (summary) =>
  proxyActivities<OwnActivities>({
    startToCloseTimeout: '30 minutes',
    heartbeatTimeout: '10 s',
    retry: { initialInterval: '1 s', maximumInterval: '15 s' },
    summary,
  }),
)

/**
 * Calls of one provider, on its own task queue. The longest wait for the budget (worker/patience.ts) and the deadline of
 * the write after it lie inside `startToCloseTimeout`, so that an attempt has ended before the next one begins; a dead worker is noticed by the missing heartbeat. The worker
 * itself counts failures (worker/interceptors.ts): waiting for the request budget is none, however often.
 */
export function providerActivities(kind: string, priority: QuotaPriority): ProviderActivities {
  return summarised<ProviderActivities>(PROVIDER_SUMMARIES, (summary) =>
    proxyActivities<ProviderActivities>({
      taskQueue: providerQueue(kind),
      startToCloseTimeout: '100 s',
      heartbeatTimeout: '10 s',
      scheduleToCloseTimeout: '15 minutes',
      retry: { initialInterval: '500 ms', maximumInterval: '10 s' },
      priority: { priorityKey: PRIORITY_KEYS[priority] },
      summary: `${summary}: ${kind}, ${CAUSES[priority]}`,
    }),
  )
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
    pause: (ms) => sleep(ms, { summary: 'another attempt has this write, or what it did does not show yet' }),
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
