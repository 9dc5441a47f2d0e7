import { join } from 'node:path'
import type { Log } from '../../config/log.ts'
import type { Config } from '../../config/parse.ts'
import type { Child } from '../child.ts'
import { startEmbeddedPostgres } from './postgres.ts'
import { startEmbeddedTemporal } from './temporal.ts'
import { findTemporalBinary } from './temporal-binary.ts'

interface Embedded {
  config: Config
  dataDir: string
  log: Log
}

/** Postgres as a child. Once it has run on a port it comes back on that one: others hold the address. */
export function embeddedPostgresChild({ config, dataDir, log }: Embedded): Child {
  let port = config.DEALBRIDGE_POSTGRES_PORT
  return {
    role: 'postgres',
    stopTimeoutMs: 5_000,
    async start() {
      const server = await startEmbeddedPostgres({ dataDir, port, log })
      port = server.port
      log.info({ port, pid: server.pid }, `Postgres runs in ${dataDir}, port ${port}`)
      return { ...server, addresses: { postgres: server.url } }
    },
  }
}

/** Temporal as a child, its program found or fetched first. It comes back on its ports too. */
export async function embeddedTemporalChild(options: Embedded & { signal: AbortSignal }): Promise<Child> {
  const { config, dataDir, log, signal } = options
  const binary = await findTemporalBinary({
    cliPath: config.TEMPORAL_CLI_PATH,
    cacheDir: join(dataDir, 'programs'),
    log,
    signal,
  })
  log.info(
    { path: binary.path, source: binary.source },
    `Temporal: ${binary.version} from ${binary.source}, ${binary.path}`,
  )
  let port = config.DEALBRIDGE_TEMPORAL_PORT
  return {
    role: 'temporal',
    stopTimeoutMs: 4_000,
    async start() {
      const uiPort = config.DEALBRIDGE_TEMPORAL_UI_PORT
      const server = await startEmbeddedTemporal({ dataDir, binary: binary.path, port, uiPort, log })
      port = server.port
      log.info({ address: server.address, pid: server.pid }, `Temporal answers at ${server.address}`)
      const ui = server.uiUrl === undefined ? {} : { temporalUi: server.uiUrl }
      return { ...server, addresses: { temporal: server.address, ...ui } }
    },
  }
}
