import { processTree } from '../../bench/proc.ts'
import { kill } from '../../bench/programs.ts'
import { waitFor } from '../../bench/wait.ts'
import { findRun, roleIsAlive } from '../../src/starter/run-file.ts'
import type { Stand } from './stand.ts'
import type { Target } from './timeline.ts'

const ROLES = ['postgres', 'temporal', 'worker', 'receiver'] as const
/** The longest pause before a child that dies again and again is started once more, and its start. */
const BACK_WITHIN_MS = 120_000

/**
 * Kills with SIGKILL, with all that it has started. `everything` is started again by hand, which this waits for; the rest
 * comes back by itself. False when it did not run: it was killed before and is not back yet.
 */
export async function killTarget({ product, dataDir }: Stand, target: Target): Promise<boolean> {
  if (target === 'everything') {
    await product.killEverything()
    await product.start('--yes')
    return true
  }
  const run = await findRun(dataDir)
  const pid = run?.pids[target]
  if (run === undefined || pid === undefined || !(await roleIsAlive(run, target))) return false
  return processTree(pid).map(kill).includes(true)
}

/** Waits until all that was killed runs again. */
export async function allBack(stand: Stand, signal: AbortSignal): Promise<void> {
  const back = async () => {
    const run = await findRun(stand.dataDir)
    if (run === undefined) return undefined
    for (const role of ROLES) if (!(await roleIsAlive(run, role))) return undefined
    return (await isHealthy(stand.healthUrl())) ? true : undefined
  }
  await waitFor('the return of what was killed', back, { signal, timeoutMs: BACK_WITHIN_MS, everyMs: 200 })
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
