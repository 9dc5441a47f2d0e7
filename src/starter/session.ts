import type { Client } from '@temporalio/client'
import { UserError } from '../config/errors.ts'
import { createLog, type Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import type { SecretKey } from '../config/secret-keys.ts'
import type { Db } from '../store/database.ts'
import { hasNoAccount } from './accounts.ts'
import { quoted } from './command-name.ts'
import { chooseDataDir } from './data-dir.ts'
import { demoOrLive } from './demo-or-live.ts'
import { startEverything } from './everything.ts'
import { tell } from './output.ts'
import { prepare, temporalClient } from './prepare.ts'
import { isPortFree } from './process/ports.ts'
import { openRecord } from './record.ts'
import { findRun, type RunFile } from './run-file.ts'
import { loadSecretKeys } from './secret-key.ts'

/** What a command works with: the record and Temporal of a running `start`, or of one of its own. */
export type Session = {
  readonly config: Config
  readonly db: Db
  readonly client: Client
  /** Opens what is sealed. Throws UserError (exit code 2) when it is not to be had here. */
  readonly secretKey: () => Promise<SecretKey>
  readonly demo: boolean
  /** True when a worker works beside the command, which then has the connections pull; else it looks by itself. */
  readonly worked: boolean
  readonly log: Log
  /** Fires when the command is to end early. */
  readonly signal: AbortSignal
  close(): Promise<void>
}

/** Whether a session of a command's own runs the demo; where it is not said, as a start would. */
type Demo = ReturnType<typeof demoOrLive>

const SIMULATED = "These are the demo's simulated accounts, with made-up people and tasks."

/** The record of a running `start` alone; undefined when nothing runs here and no DATABASE_URL is configured. */
export async function findRecordUrl(config: Config): Promise<{ url: string; run: RunFile | undefined }> {
  const run = await findRun(chooseDataDir(config.DEALBRIDGE_DATA_DIR).path)
  const url = config.DATABASE_URL ?? run?.addresses.postgres
  if (url === undefined) throw notRunning(config)
  return { url, run }
}

/** Throws UserError (exit code 4) when Temporal does not answer. */
export async function requireTemporal(config: Config, run: RunFile | undefined): Promise<void> {
  const client = await temporalOf(config, run)
  await client.connection.close()
}

/**
 * A session with what runs already; where nothing does, with everything that is embedded, and a worker where the
 * command is to write, for the session's duration. `receiver`: with that too, where its port is free: it may run elsewhere.
 */
export async function borrowSession(
  config: Config,
  {
    worker,
    receiver = false,
    demo = demoOrLive(config),
  }: { readonly worker: boolean; readonly receiver?: boolean; readonly demo?: Demo },
): Promise<Session> {
  const run = await findRun(chooseDataDir(config.DEALBRIDGE_DATA_DIR).path)
  if (run?.addresses.postgres !== undefined && run.pids.worker !== undefined) {
    if (run.mode === 'demo') tell(hasNoAccount(config) ? SIMULATED : `The demo runs here. ${SIMULATED}`)
    return join(config, config.DATABASE_URL ?? run.addresses.postgres, run)
  }
  const quiet = quieter(config)
  const log = createLog({ level: quiet.LOG_LEVEL, format: quiet.LOG_FORMAT, role: 'start' })
  const everything = await startEverything(quiet, {
    demo,
    log,
    roles: [
      ...(worker ? ['worker' as const] : []),
      ...(receiver && (await isPortFree(config.API_PORT, config.API_HOST)) ? ['receiver' as const] : []),
    ],
    prepare: (services) => prepare(services, quiet, log, { replacesDemo: false }),
  })
  const { services } = everything
  if (services.demo) tell(SIMULATED)
  const closing: (() => Promise<unknown>)[] = [() => everything.stop()]
  try {
    const db = await openRecord(services.databaseUrl)
    closing.unshift(() => db.end({ timeout: 5 }))
    const client = await temporalClient(quiet, services)
    closing.unshift(() => client.connection.close())
    const { secretKey, signal } = services
    return {
      config: quiet,
      db,
      client,
      secretKey: async () => secretKey,
      demo: services.demo,
      worked: worker,
      log,
      signal,
      close: () => closeAll(closing),
    }
  } catch (error) {
    await closeAll(closing)
    throw error
  }
}

/** A session with the record alone; Temporal is asked only by whoever has something to tell it. */
export type RecordSession = Omit<Session, 'client'> & {
  /** Throws UserError (exit code 4) when it does not answer. */
  readonly temporal: () => Promise<Client>
}

/** A session with the record of what runs already. Throws UserError (exit code 4) when there is none to be found. */
export async function openRecordSession(config: Config): Promise<RecordSession> {
  const { url, run } = await findRecordUrl(config)
  return sessionOn(config, url, run)
}

async function sessionOn(
  config: Config,
  databaseUrl: string,
  run: RunFile | undefined,
): Promise<RecordSession> {
  const dataDir = run?.dataDir ?? chooseDataDir(config.DEALBRIDGE_DATA_DIR).path
  const db = await openRecord(databaseUrl)
  let client: Promise<Client> | undefined
  return {
    config,
    db,
    temporal: () => {
      client ??= temporalOf(config, run)
      return client
    },
    secretKey: async () => (await loadSecretKeys(config, dataDir)).keys,
    demo: run?.mode === 'demo',
    worked: true,
    log: createLog({ level: quieter(config).LOG_LEVEL, format: config.LOG_FORMAT }),
    signal: interrupted(),
    close: () =>
      closeAll([
        async () => client?.then(({ connection }) => connection.close()),
        () => db.end({ timeout: 5 }),
      ]),
  }
}

async function join(config: Config, databaseUrl: string, run: RunFile | undefined): Promise<Session> {
  const { temporal, ...session } = await sessionOn(config, databaseUrl, run)
  try {
    return { ...session, client: await temporal() }
  } catch (error) {
    await session.close()
    throw error
  }
}

/** A client of the server of this run, or of the configured one. Throws UserError (exit code 4) when none answers. */
export async function temporalOf(config: Config, run: RunFile | undefined): Promise<Client> {
  const temporalAddress = run?.addresses.temporal
  return temporalClient(config, {
    dataDir: run?.dataDir ?? chooseDataDir(config.DEALBRIDGE_DATA_DIR).path,
    temporalAddress: temporalAddress ?? '',
    temporalEmbedded: config.TEMPORAL_ADDRESS === undefined && temporalAddress !== undefined,
  })
}

/** A command of its own says what it found, not what its parts did on the way. */
function quieter(config: Config): Config {
  return config.environment.LOG_LEVEL === undefined ? { ...config, LOG_LEVEL: 'warn' } : config
}

async function closeAll(closing: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closing) await close().catch(() => {})
}

/** Fires on SIGINT and SIGTERM, which then do not end the process by themselves, and when nobody reads stdout any more. */
export function interrupted(): AbortSignal {
  const controller = new AbortController()
  const abort = () =>
    controller.abort(new UserError({ code: 'INTERRUPTED', message: 'Stopped before it was done.' }))
  process.once('SIGINT', abort)
  process.once('SIGTERM', abort)
  process.stdout.once('error', abort)
  return controller.signal
}

function notRunning(config: Config): UserError {
  return new UserError({
    code: 'NOT_RUNNING',
    message: `Dealbridge does not run on the data folder ${chooseDataDir(config.DEALBRIDGE_DATA_DIR).path}.`,
    hints: [`Start it with ${quoted('start')}, or set DATABASE_URL and TEMPORAL_ADDRESS to where it runs.`],
    exitCode: 4,
  })
}
