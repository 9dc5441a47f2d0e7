import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { startTimeOf } from './facts.ts'
import { stopProcess } from './stop.ts'

export interface DetachedProcess {
  pid: number
  /** See `startTimeOf`; kept so that a reused id is never signalled. */
  startTime: string
  /** Settles when the process has ended, with its exit code or the signal that ended it. */
  exited: Promise<string>
  hasExited(): boolean
  stdout: Readable | null
  /** The polite signal, then SIGKILL after `timeoutMs`; returns when it is gone. */
  stop(signal: NodeJS.Signals, timeoutMs: number): Promise<'gone' | 'stopped' | 'killed'>
}

/**
 * Starts a program in a process group of its own: a Ctrl-C in the terminal goes to the supervisor alone, which
 * then stops its children in order. Rejects when the program cannot be run.
 */
export async function spawnDetached(
  command: string,
  args: readonly string[],
  options: Omit<SpawnOptions, 'detached'>,
): Promise<DetachedProcess> {
  const child = spawn(command, args, { ...options, detached: true })
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const startTime = (await startTimeOf(pid)) ?? 'unknown'
  return {
    pid,
    startTime,
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    stdout: child.stdout,
    async stop(signal, timeoutMs) {
      const outcome = await stopProcess({ pid, startTime, signal, timeoutMs })
      await exited
      return outcome
    },
  }
}
