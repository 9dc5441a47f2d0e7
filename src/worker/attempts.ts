import { toFailure } from '../activities/failures.ts'
import { ProviderError } from '../providers/provider-error.ts'

/**
 * After so many failures of a call the service is in trouble. Waiting for the request budget is none, however often:
 * Temporal's own count of attempts could not tell them apart, so the count travels in the heartbeats.
 */
const MOST_FAILURES = 6

/** What the heartbeats of an activity tell its next attempt. */
export type Beat = { readonly failures: number }

export function failuresIn(heartbeatDetails: unknown): number {
  const { failures } = Object(heartbeatDetails) as Partial<Beat>
  return typeof failures === 'number' ? failures : 0
}

/** The budget is used up for now, ours or the service's; nothing has failed. */
export function isWait(error: unknown): error is ProviderError {
  return error instanceof ProviderError && error.kind === 'rate-limited'
}

/** What an attempt of a call to a service comes to: what Temporal is told, and how many failures there have been. */
export function judge(error: unknown, before: number): Beat & { readonly failure: unknown } {
  const failures = isWait(error) ? before : before + 1
  return { failure: toFailure(error, { final: failures >= MOST_FAILURES }), failures }
}
