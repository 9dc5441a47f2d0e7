import postgres from 'postgres'
import { UserError } from '../../config/errors.ts'
import type { Log } from '../../config/log.ts'
import { type DetachedProcess, spawnDetached } from '../process/detached.ts'
import { lastLines, openLogFile } from '../process/log-file.ts'
import { choosePort, rememberPort } from '../process/ports.ts'
import { waitFor } from '../process/wait.ts'
import { findPostgresBinaries } from './postgres-binaries.ts'
import { clusterFolder, DATABASE_USER, ensureCluster } from './postgres-cluster.ts'
import { clearLeftoverPostgres, readPostmasterFile } from './postgres-leftover.ts'
import { findServiceUser, openDataDir, type ServiceUser } from './service-user.ts'

const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 10_000
const ATTEMPTS = 5
const DATABASE = 'dealbridge'

export interface EmbeddedPostgres {
  /** `postgres://…` of the database `dealbridge`, password included: keep it out of logs. */
  url: string
  port: number
  pid: number
  /** Settles when the server has ended, for whatever reason. */
  exited: Promise<unknown>
  startTime: string
  /** Fast shutdown: open sessions end, everything committed is on disk. SIGKILL after `timeoutMs`. */
  stop(timeoutMs?: number): Promise<'gone' | 'stopped' | 'killed'>
}

export interface EmbeddedPostgresOptions {
  dataDir: string
  /** Undefined: the port of the last run, else a free one. */
  port?: number | undefined
  log: Log
  /** False gives up safety against power loss for speed; for tests only. */
  durable?: boolean
}

const settings = [
  'max_connections=100',
  'shared_buffers=64MB',
  'listen_addresses=127.0.0.1',
  // Password over loopback is the one way in; a socket would be a second, below a folder of varying rights.
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'logging_collector=off',
  'log_destination=stderr',
] as const

const unsafeSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] as const

/**
 * Starts the Postgres that lives in the data folder, making it on the first run. It runs in a process group of its
 * own, so a Ctrl-C in the terminal does not reach it; its output goes to `logs/postgres.log`.
 *
 * Fails with a `UserError` on a given port in use, a data folder that its system user cannot enter, or when the
 * server does not come up (with the last lines of its log).
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, durable = true } = options
  const user = await findServiceUser(clusterFolder(dataDir))
  await openDataDir(dataDir, user)
  const binaries = await findPostgresBinaries(dataDir, user)
  const cluster = await ensureCluster({ dataDir, binaries, user, durable })
  await clearLeftoverPostgres(cluster.folder, log)
  const portRequest = {
    dataDir,
    service: 'postgres',
    option: 'DEALBRIDGE_POSTGRES_PORT',
    given: options.port,
    log,
  }

  for (let attempt = 1; ; attempt++) {
    const { port, ours } = await choosePort(portRequest)
    const args = serverArguments({ folder: cluster.folder, port, durable })
    const outcome = await launch({
      program: binaries.program('postgres'),
      args,
      dataDir,
      folder: cluster.folder,
      user,
    })
    if ('running' in outcome) {
      const url = `postgres://${DATABASE_USER}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`
      await rememberPort(portRequest, port)
      try {
        await ensureDatabase(url)
      } catch (error) {
        await outcome.running.stop()
        throw error
      }
      return { url, port, ...outcome.running }
    }
    // Someone took the port between our look and the bind; or the last run's sessions, orphaned by a SIGKILL, are
    // still letting go of their shared memory. Both pass.
    const portTaken = outcome.reason.includes('could not bind') && ours
    const sessionsEnding = outcome.reason.includes('shared memory block')
    if (attempt < ATTEMPTS && (portTaken || sessionsEnding)) continue
    throw new UserError({
      code: 'POSTGRES_START',
      message: `The embedded Postgres did not start: ${outcome.reason}`,
      hints: [`Its log is ${outcome.logPath}; or set DATABASE_URL to a Postgres of your own.`],
      exitCode: 4,
    })
  }
}

function serverArguments(options: { folder: string; port: number; durable: boolean }): string[] {
  const chosen = [...settings, `port=${options.port}`, ...(options.durable ? [] : unsafeSettings)]
  return ['-D', options.folder, ...chosen.flatMap((setting) => ['-c', setting])]
}

type Running = Pick<EmbeddedPostgres, 'pid' | 'startTime' | 'exited' | 'stop'>

async function launch(options: {
  program: string
  args: string[]
  dataDir: string
  folder: string
  user: ServiceUser | undefined
}): Promise<{ running: Running } | { reason: string; logPath: string }> {
  const { dataDir, folder } = options
  const output = openLogFile(dataDir, 'postgres')
  const server = await spawnDetached(options.program, options.args, {
    cwd: folder,
    env: { ...process.env, DEALBRIDGE_DATA_DIR: dataDir, LC_ALL: 'C' },
    stdio: ['ignore', output.fd, output.fd],
    ...options.user,
  }).finally(output.close)
  // SIGINT is Postgres' fast shutdown; SIGTERM would wait for every session to leave by itself.
  const stop = (timeoutMs = STOP_TIMEOUT_MS) => server.stop('SIGINT', timeoutMs)
  if (await becomesReady(server, folder)) {
    const { pid, startTime, exited } = server
    return { running: { pid, startTime, exited, stop } }
  }
  await stop()
  return { reason: await lastComplaint(output.path), logPath: output.path }
}

async function becomesReady(server: DetachedProcess, folder: string): Promise<boolean> {
  const ready = await waitFor(
    async () => {
      if (server.hasExited()) return false
      const file = await readPostmasterFile(folder)
      return file?.pid === server.pid && file?.status === 'ready' ? true : undefined
    },
    { timeoutMs: START_TIMEOUT_MS, everyMs: 10 },
  )
  return ready === true
}

async function lastComplaint(logPath: string): Promise<string> {
  const lines = await lastLines(logPath, 6)
  const complaints = lines.filter((line) => /\b(FATAL|PANIC|LOG: {2}could not|error)\b/.test(line))
  return (complaints.length > 0 ? complaints : lines).join(' / ')
}

async function ensureDatabase(url: string): Promise<void> {
  const maintenance = new URL(url)
  maintenance.pathname = '/postgres'
  const sql = postgres(maintenance.href, { max: 1, onnotice: () => {} })
  try {
    const found = await sql`select 1 from pg_database where datname = ${DATABASE}`
    if (found.length === 0) await sql`create database ${sql(DATABASE)}`
  } finally {
    await sql.end()
  }
}
