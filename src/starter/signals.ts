import type { Log } from '../config/log.ts'

/** What a second, impatient signal leaves for an orderly stop. */
const HURRY_MS = 1_000

/** Calls `stop` on the first SIGINT, SIGTERM or SIGHUP and hurries it on a second. Returns what removes the handlers. */
export function stopOnSignals(stop: (withinMs?: number) => Promise<void>, log: Log): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let first = true
  const handle = (signal: NodeJS.Signals) => {
    log.info({ signal }, first ? 'stopping' : 'stopping now')
    stop(first ? undefined : HURRY_MS).catch((error: unknown) => log.error({ error }, 'the stop failed'))
    first = false
  }
  for (const signal of signals) process.on(signal, handle)
  return () => {
    for (const signal of signals) process.off(signal, handle)
  }
}
