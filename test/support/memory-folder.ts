import { mkdtemp, readFile, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Linux keeps files in memory. */
const IN_MEMORY = '/dev/shm'
/** The record of a whole run with its log, several times over: a container may have as little as 64 MB there. */
const ROOM = 4 * 1024 ** 3

/**
 * A new folder for what a test's server keeps, in memory where there is room for it. A database is hundreds of small files,
 * and to make and remove them waits for whatever else writes to the disk, although nothing of it needs to last.
 */
export async function memoryFolder(prefix: string): Promise<string> {
  return mkdtemp(join((await hasRoom()) ? IN_MEMORY : tmpdir(), prefix))
}

/** Programs are kept there as well, where the service's user cannot reach those of this checkout. */
async function hasRoom(): Promise<boolean> {
  try {
    const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' '))
    const options = mounts.findLast(([, folder]) => folder === IN_MEMORY)?.[3]?.split(',')
    const { bavail, bsize } = await statfs(IN_MEMORY)
    return options !== undefined && !options.includes('noexec') && bavail * bsize >= ROOM
  } catch {
    return false
  }
}
