import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { sizeWords } from '../words.ts'

const { ok, warning, problem } = findingsOf('disk')
const MB = 1_000_000
/** Postgres keeps segments of 16 MB of its log, some of them at once, and stops where it cannot write. */
const TOO_LITTLE = 200 * MB
const LITTLE = 1_000 * MB

export const checkDiskSpace: Check = async ({ dataDir }) => {
  const free = await freeAt(dataDir)
  const found = `${sizeWords(free)} free`
  const todo = 'Make room, or set DEALBRIDGE_DATA_DIR to another disk.'
  if (free < TOO_LITTLE) return [problem(dataDir, `${found}: the embedded Postgres will soon stop`, todo)]
  return [free < LITTLE ? warning(dataDir, found, todo) : ok(dataDir, found)]
}

/** Bytes that this user may still write there, or in the nearest folder above that there is. */
async function freeAt(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch (error) {
    if (dirname(path) === path) throw error
    return freeAt(dirname(path))
  }
}
