import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout: two folders up in the build, one in the sources. */
const ROOT = ['../..', '..']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((folder) => existsSync(join(folder, 'package.json')))
if (ROOT === undefined) throw new Error(`no package.json above ${dirname(fileURLToPath(import.meta.url))}`)

export const PROGRAMS = {
  dealbridge: join(ROOT, 'dist', 'src', 'starter', 'main.js'),
  simulators: join(ROOT, 'dist', 'simulators', 'main.js'),
}

/** Where programs that the product fetches are kept beside the dependencies, so that one fetch is enough. */
export const PROGRAM_CACHE = join(ROOT, 'node_modules', '.cache', 'dealbridge')

/** A program of ours that runs until it is stopped. */
export interface Running {
  pid: number
  /** Settles with the exit code, or the name of the signal that ended it. */
  ended: Promise<number | string>
  hasEnded(): boolean
  process: ChildProcess
}

/** Starts one in a process group of its own, so that Ctrl-C reaches us alone and we can end things in order. */
export function startProgram(args: readonly string[], options: SpawnOptions): Running {
  const child = spawn(process.execPath, args, { ...options, detached: true })
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? code ?? 1))
  })
  // Whoever waits for it hears of the error; nobody else has to.
  ended.catch(() => {})
  return {
    pid: child.pid ?? 0,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    process: child,
  }
}

/** SIGTERM, and SIGKILL when that does not end it in time. */
export async function stopProgram(running: Running, timeoutMs: number): Promise<void> {
  if (running.hasEnded()) return
  const late = setTimeout(() => running.process.kill('SIGKILL'), timeoutMs)
  running.process.kill('SIGTERM')
  await running.ended.catch(() => {})
  clearTimeout(late)
}

/** True when there was such a process to kill. */
export function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}
