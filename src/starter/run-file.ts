import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isSameProcess } from './process/stop.ts'

/** What a running `start` tells every other command: `run.json` in the data folder, readable by its owner alone. */
export const runFile = z.object({
  startedAt: z.iso.datetime(),
  mode: z.enum(['live', 'demo']),
  dataDir: z.string(),
  /** By name: `postgres` (with its password), `temporal` (`host:port`), `temporalUi`, `api`, `followUpBoss`, `todoist`. */
  addresses: z.record(z.string(), z.string()),
  /** Process id per role: `start`, `postgres`, `temporal`, `simulators`, `worker`, `receiver`; in the order of their start. */
  pids: z.record(z.string(), z.int().positive()),
  /** Per role, what tells the process from a later one with the same id. */
  startTimes: z.record(z.string(), z.string()),
})
export type RunFile = z.infer<typeof runFile>

export async function writeRunFile(run: RunFile): Promise<void> {
  const path = runPath(run.dataDir)
  const half = `${path}.new`
  await rm(half, { force: true })
  await writeFile(half, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 })
  await rename(half, path)
}

export async function removeRunFile(dataDir: string): Promise<void> {
  await rm(runPath(dataDir), { force: true })
}

/** The last written state, whether or not anything of it still runs; undefined when there is none. */
export async function readRunFile(dataDir: string): Promise<RunFile | undefined> {
  try {
    return runFile.parse(JSON.parse(await readFile(runPath(dataDir), 'utf8')))
  } catch {
    return undefined
  }
}

/** The run that is up now: its `start` process lives. Undefined when nothing runs on this data folder. */
export async function findRun(dataDir: string): Promise<RunFile | undefined> {
  const run = await readRunFile(dataDir)
  return run !== undefined && (await roleIsAlive(run, 'start')) ? run : undefined
}

/** True while the process of that role is the one that was written down. */
export async function roleIsAlive(run: RunFile, role: string): Promise<boolean> {
  const pid = run.pids[role]
  return pid !== undefined && isSameProcess(pid, run.startTimes[role])
}

function runPath(dataDir: string): string {
  return join(dataDir, 'run.json')
}
