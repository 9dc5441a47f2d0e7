import type { Log } from '../config/log.ts'
import { environmentOf } from './process/facts.ts'
import { stopProcess } from './process/stop.ts'
import { readRunFile, removeRunFile, roleIsAlive } from './run-file.ts'

const STOP_TIMEOUT_MS = 10_000

/**
 * Stops, last started first, what a killed `start` has left running, so that the next one begins clean. Only
 * processes that are surely ours are touched: same id, same start time and, where the system tells, the same data
 * folder in their environment. To be called by the holder of the data folder's lock.
 */
export async function stopLeftovers(dataDir: string, log: Log): Promise<string[]> {
  const run = await readRunFile(dataDir)
  if (run === undefined) return []
  const stopped: string[] = []
  for (const [role, pid] of Object.entries(run.pids).reverse()) {
    if (role === 'start' || !(await roleIsAlive(run, role)) || !(await isOfDataDir(pid, dataDir))) continue
    log.warn({ role, pid }, `${role} of an earlier start is still running (pid ${pid}), stopping it`)
    const signal = role === 'postgres' ? 'SIGINT' : 'SIGTERM'
    await stopProcess({ pid, startTime: run.startTimes[role], signal, timeoutMs: STOP_TIMEOUT_MS })
    stopped.push(role)
  }
  await removeRunFile(dataDir)
  return stopped
}

async function isOfDataDir(pid: number, dataDir: string): Promise<boolean> {
  const found = await environmentOf(pid, 'DEALBRIDGE_DATA_DIR')
  return found === undefined ? process.platform !== 'linux' : found === dataDir
}
