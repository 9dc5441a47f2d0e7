import { processTree, proportionalKb, residentKb } from './proc.ts'
import type { BenchResult } from './result.ts'

const EVERY_MS = 250

export type PeakMemory = NonNullable<BenchResult['peakRssMb']>

/**
 * Watches the resident memory of the product's processes. Worker and Temporal: their RSS. Postgres: the sum over all
 * of its processes, memory that they share counted once (PSS), for their RSS would count it for each of them.
 * `pids` is asked anew each time: roles come back under other ids.
 */
export function watchMemory(pids: () => Readonly<Record<string, number>>): {
  stop(): PeakMemory | undefined
} {
  const peakKb = { worker: 0, temporal: 0, postgres: 0 }
  const look = () => {
    const { worker, temporal, postgres } = pids()
    const note = (role: keyof PeakMemory, kb: number | undefined) => {
      peakKb[role] = Math.max(peakKb[role], kb ?? 0)
    }
    if (worker !== undefined) note('worker', residentKb(worker))
    if (temporal !== undefined) note('temporal', residentKb(temporal))
    if (postgres !== undefined)
      note(
        'postgres',
        processTree(postgres).reduce((sum, pid) => sum + (proportionalKb(pid) ?? 0), 0),
      )
  }
  const timer = setInterval(look, EVERY_MS)
  // A benchmark that fails half-way does not come to stop it.
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      if (peakKb.worker === 0) return undefined
      const mb = (kb: number) => Math.round(kb / 1024)
      return { worker: mb(peakKb.worker), temporal: mb(peakKb.temporal), postgres: mb(peakKb.postgres) }
    },
  }
}
