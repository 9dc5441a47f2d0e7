import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createLog } from '../src/config/log.ts'
import { startEmbeddedPostgres } from '../src/starter/embedded/postgres.ts'
import { startEmbeddedTemporal } from '../src/starter/embedded/temporal.ts'
import { findTemporalBinary } from '../src/starter/embedded/temporal-binary.ts'
import { PROGRAM_CACHE } from './programs.ts'
import { type Severed, severable } from './severed.ts'

/** A Postgres and a Temporal apart from the product, each behind a way that can be cut. */
export interface Servers {
  readonly postgres: Severed
  readonly temporal: Severed
  /** Of the record, past the way: the benchmark looks at it while nobody else can. */
  readonly recordUrl: string
  /** How the product is told of them. */
  readonly environment: Readonly<Record<string, string>>
}

/** Runs something beside servers of its own. Afterwards nothing of them is left, whatever happened. */
export async function withServers<T>(run: (servers: Servers) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp('/tmp/dealbridge-bench-servers-')
  await chmod(dataDir, 0o755)
  const log = createLog({ level: 'warn', format: 'json' })
  const ends: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })]
  try {
    const cliPath = process.env.TEMPORAL_CLI_PATH || undefined
    const { path } = await findTemporalBinary({ cliPath, cacheDir: PROGRAM_CACHE, log })
    const postgres = await startEmbeddedPostgres({ dataDir, log })
    ends.push(() => postgres.stop())
    const temporal = await startEmbeddedTemporal({ dataDir, binary: path, uiPort: 'none', log })
    ends.push(() => temporal.stop())
    const ways = { postgres: await severable(postgres.port), temporal: await severable(temporal.port) }
    ends.push(
      () => ways.postgres.close(),
      () => ways.temporal.close(),
    )
    const url = new URL(postgres.url)
    url.host = ways.postgres.address
    return await run({
      ...ways,
      recordUrl: postgres.url,
      environment: {
        DATABASE_URL: url.href,
        TEMPORAL_ADDRESS: ways.temporal.address,
        DEALBRIDGE_SECRET_KEY: randomBytes(32).toString('base64'),
      },
    })
  } finally {
    for (const end of ends.reverse()) await end().catch(() => {})
  }
}
