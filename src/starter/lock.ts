import { randomBytes } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemErrorCode, UserError } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import { startTimeOf } from './process/facts.ts'
import { processRecord } from './process/record.ts'
import { isSameProcess } from './process/stop.ts'

/** `released` files stay until a newer one stands beside them, so that numbers never start over. */
const lockFile = z.union([processRecord, z.object({ released: z.literal(true) })])
type LockFile = z.infer<typeof lockFile>

export interface Lock {
  release(): Promise<void>
}

/**
 * Lets one `start` at a time use a data folder. Locks are numbered files, and the highest number counts: whoever
 * finds it released or its process gone creates the next number, which the file system grants to one of them only.
 * Nothing is ever taken away from a file that somebody may just have read, so there is no moment for two.
 *
 * Throws a `UserError` (exit code 2) that names the process which holds it.
 */
export async function acquireLock(dataDir: string, log: Log): Promise<Lock> {
  const folder = join(dataDir, 'lock')
  await mkdir(folder, { recursive: true })
  const own = { pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? 'unknown' }
  for (;;) {
    const number = await highestNumber(folder)
    const holder = number === 0 ? undefined : await readLock(folder, number)
    if (holder !== undefined && 'pid' in holder) {
      if (await isSameProcess(holder.pid, holder.startTime)) throw alreadyRunning(dataDir, holder.pid)
      log.info(
        { pid: holder.pid },
        `taking over the data folder from process ${holder.pid}, which did not end in order`,
      )
    }
    if (!(await createLock(folder, number + 1, own))) continue
    // A reader that looked while older files were being cleared away may have started too low.
    if ((await highestNumber(folder)) !== number + 1) {
      await rm(lockPath(folder, number + 1), { force: true })
      continue
    }
    await clearOlder(folder, number)
    return { release: () => replaceLock(folder, number + 1, { released: true }) }
  }
}

function alreadyRunning(dataDir: string, pid: number): UserError {
  return new UserError({
    code: 'ALREADY_RUNNING',
    message: `Dealbridge is already running on the data folder ${dataDir} (process ${pid}).`,
    hints: [`Stop it (kill ${pid}), or set DEALBRIDGE_DATA_DIR to another folder for a second copy.`],
    exitCode: 2,
  })
}

async function highestNumber(folder: string): Promise<number> {
  const names = await readdir(folder)
  return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number))
}

async function readLock(folder: string, number: number): Promise<LockFile | undefined> {
  try {
    return lockFile.parse(JSON.parse(await readFile(lockPath(folder, number), 'utf8')))
  } catch {
    return undefined
  }
}

/** False when somebody else has created this number. The file appears with its content. */
async function createLock(folder: string, number: number, content: LockFile): Promise<boolean> {
  const half = await writeAside(folder, content)
  try {
    await link(half, lockPath(folder, number))
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(half, { force: true })
  }
}

async function replaceLock(folder: string, number: number, content: LockFile): Promise<void> {
  await rename(await writeAside(folder, content), lockPath(folder, number))
}

async function writeAside(folder: string, content: LockFile): Promise<string> {
  const half = join(folder, `new-${randomBytes(8).toString('hex')}`)
  await writeFile(half, `${JSON.stringify(content)}\n`)
  return half
}

async function clearOlder(folder: string, upTo: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^\d+$/.test(name) && Number(name) <= upTo)
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })))
}

function lockPath(folder: string, number: number): string {
  return join(folder, String(number))
}
