import { setTimeout as pause } from 'node:timers/promises'

/** Looks until there is something. Throws when the time is over, or with the signal's reason. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  options: { signal: AbortSignal; timeoutMs: number; everyMs?: number },
): Promise<T> {
  const end = performance.now() + options.timeoutMs
  for (;;) {
    options.signal.throwIfAborted()
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > end) throw new Error(`${what} took longer than ${options.timeoutMs / 1000} s`)
    await pause(options.everyMs ?? 100, undefined, { signal: options.signal })
  }
}
