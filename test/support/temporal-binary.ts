import { fileURLToPath } from 'node:url'
import type { Log } from '../../src/config/log.ts'
import { findTemporalBinary } from '../../src/starter/embedded/temporal-binary.ts'

/** Kept beside the dependencies, so that it is fetched once and not with every run. */
const cacheDir = fileURLToPath(new URL('../../node_modules/.cache/dealbridge', import.meta.url))

/** Path of a `temporal` program for tests. */
export async function temporalForTests(log: Log): Promise<string> {
  const cliPath = process.env.TEMPORAL_CLI_PATH || undefined
  const { path } = await findTemporalBinary({ cliPath, cacheDir, log })
  return path
}
