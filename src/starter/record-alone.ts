import { existsSync } from 'node:fs'
import { createLog } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import { chooseDataDir } from './data-dir.ts'
import { startEmbeddedPostgres } from './embedded/postgres.ts'
import { clusterFolder } from './embedded/postgres-cluster.ts'
import { findServiceUser, openDataDir } from './embedded/service-user.ts'
import { stopLeftovers } from './leftovers.ts'
import { acquireLock } from './lock.ts'
import { stopOnSignals } from './signals.ts'

/** The record, with nothing beside it that works on it; `url` with password. */
export type RecordAlone = { readonly url: string; readonly dataDir: string; readonly embedded: boolean }

/** Whether the data folder has a record of its own. */
export function hasOwnRecord(dataDir: string): boolean {
  return existsSync(clusterFolder(dataDir))
}

/**
 * Runs `work` with the record while no `start` runs on the data folder: the configured one, or the embedded Postgres alone,
 * brought up for it and made where there is none. Throws UserError (exit code 2) while a `start` runs.
 */
export async function withRecordAlone<T>(
  config: Config,
  work: (record: RecordAlone) => Promise<T>,
): Promise<T> {
  const { path: dataDir } = chooseDataDir(config.DEALBRIDGE_DATA_DIR)
  const level = config.environment.LOG_LEVEL === undefined ? 'warn' : config.LOG_LEVEL
  const log = createLog({ level, format: config.LOG_FORMAT, role: 'start' })
  const embedded = config.DATABASE_URL === undefined
  await openDataDir(dataDir, embedded ? await findServiceUser(clusterFolder(dataDir)) : undefined)
  const lock = await acquireLock(dataDir, log)
  try {
    await stopLeftovers(dataDir, log)
    if (config.DATABASE_URL !== undefined) return await work({ url: config.DATABASE_URL, dataDir, embedded })
    const server = await startEmbeddedPostgres({ dataDir, port: config.DEALBRIDGE_POSTGRES_PORT, log })
    // A second signal only shortens the time of the first; the command fails when its connection ends.
    const forget = stopOnSignals(async (withinMs) => void (await server.stop(withinMs)), log)
    try {
      return await work({ url: server.url, dataDir, embedded })
    } finally {
      forget()
      await server.stop()
    }
  } finally {
    await lock.release()
  }
}
