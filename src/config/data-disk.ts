import { statfs } from 'node:fs/promises'
import { join } from 'node:path'

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
    const { bavail, bsize } = await statfs(join(dataDir, 'postgres'))
    const freeMb = Math.floor((bavail * bsize) / 1_000_000)
    return { state: freeMb < roomMb ? 'full' : 'ok', freeMb }
  } catch {
    return null
  }
}
