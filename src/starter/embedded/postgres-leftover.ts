import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemErrorCode } from '../../config/errors.ts'
import type { Log } from '../../config/log.ts'
import { commandOf, isAlive } from '../process/facts.ts'
import { stopProcess } from '../process/stop.ts'

const STOP_TIMEOUT_MS = 15_000

/** What Postgres writes about itself into its folder. */
export interface PostmasterFile {
  pid: number
  /** `starting`, `ready`, `stopping`, `standby`; absent until known. */
  status: string | undefined
}

/**
 * Deals with the postmaster.pid of an earlier run: a server of ours that outlived its supervisor is stopped in
 * order, a file whose process is gone (or whose id now belongs to another program) is removed.
 */
export async function clearLeftoverPostgres(folder: string, log: Log): Promise<void> {
  const file = await readPostmasterFile(folder)
  if (file === undefined) return
  if (await isAlive(file.pid)) {
    if (await isPostgresOf(file.pid, folder)) {
      log.warn(
        { pid: file.pid },
        `an embedded Postgres of an earlier run is still up (pid ${file.pid}), stopping it`,
      )
      // SIGINT is Postgres' fast shutdown: open sessions end, then a checkpoint is written.
      await stopProcess({ pid: file.pid, signal: 'SIGINT', timeoutMs: STOP_TIMEOUT_MS })
      return removePostmasterFile(folder)
    }
    log.warn({ pid: file.pid }, `removing a stale postmaster.pid: process ${file.pid} is another program`)
  } else {
    log.info({ pid: file.pid }, `removing a stale postmaster.pid: Postgres ${file.pid} did not end in order`)
  }
  await removePostmasterFile(folder)
}

export async function readPostmasterFile(folder: string): Promise<PostmasterFile | undefined> {
  try {
    const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')
    const pid = Number(lines[0])
    return Number.isInteger(pid) && pid > 0 ? { pid, status: lines[7]?.trim() || undefined } : undefined
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function removePostmasterFile(folder: string): Promise<void> {
  return rm(join(folder, 'postmaster.pid'), { force: true })
}

async function isPostgresOf(pid: number, folder: string): Promise<boolean> {
  const command = await commandOf(pid)
  // Where no command line can be read (Windows), a living process is taken for ours: never start a second one.
  return command === undefined || (command.includes('postgres') && command.includes(folder))
}
