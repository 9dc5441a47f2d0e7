import { setTimeout as pause } from 'node:timers/promises'
import { ProviderError } from '../../providers/provider-error.ts'

/** A budget that is used up is a matter of seconds; whoever asks waits so long. */
const PATIENCE_MS = 10_000

/** Calls a service for somebody who waits for the answer. Throws ProviderError. */
export async function patiently<T>(
  { signal }: { readonly signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const wait =
        error instanceof ProviderError && error.kind === 'rate-limited' ? (error.retryAfterMs ?? 1_000) : null
      if (wait === null || performance.now() + wait > until) throw error
      await pause(wait, undefined, { signal })
    }
  }
}
