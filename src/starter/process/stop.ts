import { systemErrorCode } from '../../config/errors.ts'
import { isAlive, startTimeOf } from './facts.ts'
import { waitFor } from './wait.ts'

/**
 * Ends a process: the polite signal, then SIGKILL to its whole group when it has not gone within `timeoutMs`.
 * Answers which one it took. `startTime` (see `startTimeOf`) guards against an id that was reused meanwhile.
 */
export async function stopProcess(options: {
  pid: number
  signal: NodeJS.Signals
  timeoutMs: number
  startTime?: string | undefined
}): Promise<'gone' | 'stopped' | 'killed'> {
  const { pid, signal, timeoutMs } = options
  const startTime = options.startTime ?? (await startTimeOf(pid))
  const gone = async () => ((await isSameProcess(pid, startTime)) ? undefined : true)
  if (await gone()) return 'gone'
  send(pid, signal)
  if (await waitFor(gone, { timeoutMs })) return 'stopped'
  // Our children lead a group of their own, so what they started goes with them.
  send(-pid, 'SIGKILL')
  send(pid, 'SIGKILL')
  await waitFor(gone, { timeoutMs: 5_000 })
  return 'killed'
}

/** True while `pid` is alive and is the process that had this start time. */
export async function isSameProcess(pid: number, startTime: string | undefined): Promise<boolean> {
  return startTime !== undefined && (await isAlive(pid)) && (await startTimeOf(pid)) === startTime
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // ESRCH: gone between question and signal. EPERM on a group: a member that is not ours any more.
    const code = systemErrorCode(error)
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}
