import { statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemErrorCode } from './errors.ts'

/** The embedded Postgres stands still when it cannot make the next file of its log, of 16 MB. */
const ROOM_MB = 32

/** `freeMb`: what may still be written there. */
export type DataDisk = { readonly state: 'ok' | 'full'; readonly freeMb: number }

/** How the disk of the embedded Postgres is; null where the data folder holds none. `full`: below `roomMb`. */
export async function dataDisk(
  dataDir: string | undefined,
  roomMb: number = ROOM_MB,
): Promise<DataDisk | null> {
  if (dataDir === undefined) return null
  try {
    return await stateOf(join(dataDir, 'postgres'), roomMb)
  } catch {
    return null
  }
}

/** How the disk is on which the data folder lies, or will lie. Throws where it cannot be looked at. */
export async function diskAt(dataDir: string, roomMb: number = ROOM_MB): Promise<DataDisk> {
  try {
    return await stateOf(dataDir, roomMb)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || dirname(dataDir) === dataDir) throw error
    return diskAt(dirname(dataDir), roomMb)
  }
}

async function stateOf(path: string, roomMb: number): Promise<DataDisk> {
  const { bavail, bsize } = await statfs(path)
  const freeMb = Math.floor((bavail * bsize) / 1_000_000)
  return { state: freeMb < roomMb ? 'full' : 'ok', freeMb }
}
