import { createInterface } from 'node:readline'
import { type ExitCode, UserError } from '../config/errors.ts'
import { type Addresses, parseReadyLine } from '../config/ready.ts'
import { type DetachedProcess, spawnDetached } from './process/detached.ts'
import { lastLines, openLogFile } from './process/log-file.ts'

/** A child that is up and does its work. */
export interface RunningChild {
  pid: number
  startTime: string
  addresses: Addresses
  /** Settles when it has ended, for whatever reason, with the reason. */
  exited: Promise<unknown>
  /** Asks it to end and makes sure of it: SIGKILL after `timeoutMs`. */
  stop(timeoutMs: number): Promise<unknown>
}

/** How to bring up one of the processes that belong to a `start`. */
export interface Child {
  /** Its name in messages and in run.json. */
  role: string
  /** How long it may take to end in order. */
  stopTimeoutMs: number
  /** Resolves when it is ready; rejects when it cannot be, or `signal` fires first, with nothing left running. */
  start(signal: AbortSignal): Promise<RunningChild>
}

export interface CommandChild {
  role: string
  command: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  stopSignal?: NodeJS.Signals
  stopTimeoutMs?: number
  readyTimeoutMs?: number
  /** Keeps what it writes to stderr out of ours: in `logs/` of this data folder. */
  logIn?: string
  /** When it is ready. Default: when it has printed the line of `announceReady`. */
  ready?: (child: DetachedProcess, signal: AbortSignal) => Promise<Addresses>
}

/**
 * A program of ours as a child. Its log goes where ours goes, or with `logIn` to a file; its stdout is read for the
 * ready line alone. It keeps no connection to us, so it survives our death and is found by the next start.
 */
export function commandChild(options: CommandChild): Child {
  const {
    role,
    logIn,
    stopSignal = 'SIGTERM',
    stopTimeoutMs = 10_000,
    readyTimeoutMs = 60_000,
    ready = readyLine,
  } = options
  return {
    role,
    stopTimeoutMs,
    async start(signal) {
      signal.throwIfAborted()
      const logFile = logIn === undefined ? undefined : openLogFile(logIn, role)
      const child = await spawnDetached(options.command, options.args, {
        env: options.env,
        stdio: ['ignore', 'pipe', logFile?.fd ?? 'inherit'],
      }).finally(() => logFile?.close())
      const late = AbortSignal.timeout(readyTimeoutMs)
      try {
        const addresses = await Promise.race([
          ready(child, AbortSignal.any([signal, late])),
          endsEarly(role, child, logFile?.path),
          rejectWhen(signal, () => signal.reason),
          rejectWhen(late, () => notReady(role)),
        ])
        return {
          pid: child.pid,
          startTime: child.startTime,
          addresses,
          exited: child.exited,
          stop: (timeoutMs) => child.stop(stopSignal, timeoutMs),
        }
      } catch (error) {
        await child.stop(stopSignal, 2_000)
        throw error
      }
    },
  }
}

function readyLine(child: DetachedProcess): Promise<Addresses> {
  return new Promise((resolve) => {
    if (child.stdout === null) return
    // Read on after the line: a full pipe would stop the child.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const addresses = parseReadyLine(line)
      if (addresses !== undefined) resolve(addresses)
    })
  })
}

async function endsEarly(role: string, child: DetachedProcess, log: string | undefined): Promise<never> {
  const reason = await child.exited
  const code = /^exit code ([1-4])$/.exec(reason)?.[1]
  throw new UserError({
    code: 'CHILD_ENDED',
    message: `${role} ended before it was ready (${reason}).`,
    hints:
      log === undefined ? ['Its own lines above say why.'] : [`Why: ${log}`, ...(await lastLines(log, 5))],
    ...(code === undefined ? {} : { exitCode: Number(code) as ExitCode }),
  })
}

function rejectWhen(signal: AbortSignal, reason: () => unknown): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(reason())
    else signal.addEventListener('abort', () => reject(reason()), { once: true })
  })
}

function notReady(role: string): UserError {
  return new UserError({ code: 'CHILD_NOT_READY', message: `${role} did not become ready in time.` })
}
