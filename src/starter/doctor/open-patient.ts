import { readFile } from 'node:fs/promises'
import { configuredAddresses } from '../../config/addresses.ts'
import { messageOf, UserError } from '../../config/errors.ts'
import { type Config, ConfigError, readConfig } from '../../config/parse.ts'
import type { Problem } from '../../config/problem.ts'
import { configuredKeys, keysOfFile, type SecretKeys } from '../../config/secret-keys.ts'
import { createProviders } from '../../providers/registry.ts'
import { openDatabase } from '../../store/database.ts'
import { createLocalTaskStore } from '../../store/local/task-store.ts'
import { quoted } from '../command-name.ts'
import { chooseDataDir } from '../data-dir.ts'
import { openRecord } from '../record.ts'
import { findRun } from '../run-file.ts'
import { ownKeyFile } from '../secret-key.ts'
import { findRecordUrl, interrupted, temporalOf } from '../session.ts'
import type { Patient, Reached } from './patient.ts'

const CONNECT_TIMEOUT_MS = 15_000

/** Everything that answers, ready to be looked at. Close it at the end. */
export async function openPatient(): Promise<{ readonly patient: Patient; close(): Promise<void> }> {
  const { config, problems } = configAsFarAs()
  const dataDir = chooseDataDir(config.DEALBRIDGE_DATA_DIR).path
  const run = await findRun(dataDir)
  const record = await reached(async () => openRecord((await findRecordUrl(config)).url))
  const temporal = await reached(async () => {
    // Nobody waits for a server of which nobody has spoken.
    if (run === undefined && config.TEMPORAL_ADDRESS === undefined) throw noTemporal()
    return inTime(temporalOf(config, run), 'Temporal')
  })
  // Our own tasks are kept in the record; where that is away nobody asks for them.
  const tasks = 'value' in record ? record.value : openDatabase({ url: 'postgres://127.0.0.1:1/none' })
  return {
    patient: {
      config,
      problems,
      dataDir,
      run,
      record,
      temporal,
      providers: createProviders(createLocalTaskStore(tasks), configuredAddresses(config)),
      secretKey: configuredKeys(config) ?? (await keptKeys(dataDir, config)),
      signal: interrupted(),
    },
    async close() {
      if ('value' in temporal) await temporal.value.connection.close().catch(() => {})
      await tasks.end({ timeout: 5 }).catch(() => {})
    },
  }
}

/** The configuration without the options that are wrong, which are told. Throws ConfigError where nothing is left to go by. */
function configAsFarAs(): { readonly config: Config; readonly problems: readonly Problem[] } {
  const source = { env: process.env, cwd: process.cwd() }
  try {
    return { config: readConfig(source), problems: [] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    // What asks for a token is the address beside it.
    const without = error.problems.flatMap(({ name }) => (name === 'API_TOKEN' ? [name, 'API_HOST'] : [name]))
    return { config: readConfig({ ...source, without }), problems: error.problems }
  }
}

async function reached<T>(open: () => Promise<T>): Promise<Reached<T>> {
  try {
    return { value: await open() }
  } catch (error) {
    if (error instanceof UserError) return { error }
    return {
      error: new UserError({ code: 'UNREACHABLE', message: messageOf(error), exitCode: 4, cause: error }),
    }
  }
}

/** The key that a start has made, which is not made here. */
/** That of the data folder, where it is made with the first start. */
async function keptKeys(dataDir: string, { DATABASE_URL }: Config): Promise<SecretKeys | undefined> {
  if (DATABASE_URL !== undefined) return undefined
  const file = ownKeyFile(dataDir)
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trim() === '' ? undefined : keysOfFile(file)
}

async function inTime<T>(work: Promise<T>, part: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${part} did not answer within ${CONNECT_TIMEOUT_MS / 1_000} s`)),
      CONNECT_TIMEOUT_MS,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function noTemporal(): UserError {
  return new UserError({
    code: 'TEMPORAL_UNREACHABLE',
    message: 'Temporal is neither embedded in anything that runs here, nor configured.',
    hints: [`Start it with ${quoted('start')}, or set TEMPORAL_ADDRESS to your server.`],
    exitCode: 4,
  })
}
