import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from '@temporalio/client'
import { UserError } from '../../config/errors.ts'
import type { Log } from '../../config/log.ts'
import { SEARCH_ATTRIBUTES } from '../../config/temporal-names.ts'
import { type DetachedProcess, spawnDetached } from '../process/detached.ts'
import { lastLines, openLogFile } from '../process/log-file.ts'
import { choosePort, rememberPort } from '../process/ports.ts'
import { readLiveProcess, writeProcessRecord } from '../process/record.ts'
import { stopProcess } from '../process/stop.ts'
import { waitFor } from '../process/wait.ts'

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 8_000
const ATTEMPTS = 5
const NAMESPACE = 'default'
const USUAL_UI_PORT = 8233

export interface EmbeddedTemporal {
  /** `127.0.0.1:port` of the gRPC service. */
  address: string
  /** The web page; undefined without one (`uiPort: 'none'`). */
  uiUrl: string | undefined
  port: number
  pid: number
  startTime: string
  /** Settles when the server has ended, for whatever reason. */
  exited: Promise<unknown>
  /** Orderly stop; SIGKILL after `timeoutMs`, which loses nothing either. */
  stop(timeoutMs?: number): Promise<'gone' | 'stopped' | 'killed'>
}

export interface EmbeddedTemporalOptions {
  dataDir: string
  /** Path of the `temporal` program, see `findTemporalBinary`. */
  binary: string
  /** Undefined: the port of the last run, else a free one. */
  port?: number | undefined
  /** Undefined: the port of the last run, else 8233, else a free one. */
  uiPort?: number | 'none' | undefined
  /** True keeps nothing over a restart; for tests. */
  inMemory?: boolean
  /** Namespaces beside `default`, each with our search attributes; for tests. */
  namespaces?: readonly string[]
  log: Log
}

/**
 * WAL with synchronous=NORMAL. Measured with 300 signalWithStart over 10 lanes, then one by one: OFF 157 to 181 a
 * second, p50 5 ms; NORMAL 158 to 160, 5 ms; FULL 126 to 129, 6 ms; no pragma 84 to 88, 9 ms. NORMAL costs nothing
 * over OFF, loses nothing to a SIGKILL, and a power cut cannot corrupt the file as it can with OFF.
 */
const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'] as const

/**
 * Starts Temporal's development server over a database file in the data folder, with our search attributes. It runs
 * in a process group of its own; its output goes to `logs/temporal.log`. A server that an earlier run left behind is
 * stopped first: the file takes one writer.
 *
 * Fails with a `UserError` on a given port in use or when the server does not come up.
 */
export async function startEmbeddedTemporal(options: EmbeddedTemporalOptions): Promise<EmbeddedTemporal> {
  const { dataDir, log } = options
  await mkdir(dataDir, { recursive: true })
  const recordPath = join(dataDir, 'temporal.json')
  await stopLeftover(recordPath, log)
  const grpcRequest = {
    dataDir,
    service: 'temporal',
    option: 'DEALBRIDGE_TEMPORAL_PORT',
    given: options.port,
    log,
  }
  for (let attempt = 1; ; attempt++) {
    const grpc = await choosePort(grpcRequest)
    const uiPort = await chooseUiPort(options, grpc.port)
    const server = await launch({ ...options, port: grpc.port, uiPort })
    if ('process' in server) {
      await writeProcessRecord(recordPath, server.process)
      await rememberPort(grpcRequest, grpc.port)
      if (uiPort !== undefined) await rememberPort({ dataDir, service: 'temporal-ui' }, uiPort)
      return {
        address: addressOf(grpc.port),
        uiUrl: uiPort === undefined ? undefined : `http://127.0.0.1:${uiPort}`,
        port: grpc.port,
        pid: server.process.pid,
        startTime: server.process.startTime,
        exited: server.process.exited,
        async stop(timeoutMs = STOP_TIMEOUT_MS) {
          // An orderly stop takes a second, which only buys something where there is a file.
          const outcome = await server.process.stop(
            options.inMemory === true ? 'SIGKILL' : 'SIGTERM',
            timeoutMs,
          )
          await rm(recordPath, { force: true })
          return outcome
        },
      }
    }
    // Someone took a port between our look and the bind.
    if (attempt < ATTEMPTS && server.reason.includes('address already in use') && grpc.ours) continue
    throw new UserError({
      code: 'TEMPORAL_START',
      message: `The embedded Temporal server did not start: ${server.reason}`,
      hints: [`Its log is ${server.logPath}; or set TEMPORAL_ADDRESS to a server of your own.`],
      exitCode: 4,
    })
  }
}

async function stopLeftover(recordPath: string, log: Log): Promise<void> {
  const leftover = await readLiveProcess(recordPath)
  if (leftover === undefined) return
  log.warn(
    { pid: leftover.pid },
    `a Temporal server of an earlier run is still up (pid ${leftover.pid}), stopping it`,
  )
  await stopProcess({ ...leftover, signal: 'SIGTERM', timeoutMs: STOP_TIMEOUT_MS })
  await rm(recordPath, { force: true })
}

async function chooseUiPort(options: EmbeddedTemporalOptions, taken: number): Promise<number | undefined> {
  if (options.uiPort === 'none') return undefined
  const { port } = await choosePort({
    dataDir: options.dataDir,
    service: 'temporal-ui',
    option: 'DEALBRIDGE_TEMPORAL_UI_PORT',
    given: options.uiPort,
    preferred: taken === USUAL_UI_PORT ? undefined : USUAL_UI_PORT,
    log: options.log,
  })
  return port
}

async function launch(
  options: Pick<EmbeddedTemporalOptions, 'dataDir' | 'binary' | 'inMemory' | 'namespaces'> & {
    port: number
    uiPort: number | undefined
  },
): Promise<{ process: DetachedProcess } | { reason: string; logPath: string }> {
  const { dataDir, port } = options
  const output = openLogFile(dataDir, 'temporal')
  const process = await spawnDetached(options.binary, serverArguments(options), {
    cwd: dataDir,
    env: serverEnvironment(dataDir),
    stdio: ['ignore', output.fd, output.fd],
  }).finally(output.close)
  if (await becomesReady(process, port)) return { process }
  await process.stop('SIGTERM', STOP_TIMEOUT_MS)
  return { reason: (await lastLines(output.path, 3)).join(' / '), logPath: output.path }
}

/** Removes the server's database, while none runs over it: a record that is put in place of another has no workflows yet. */
export async function clearEmbeddedTemporal(dataDir: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${databaseFile(dataDir)}${suffix}`, { force: true })
}

function databaseFile(dataDir: string): string {
  return join(dataDir, 'temporal.db')
}
/**
 * Priorities hold within a partition of a queue: with the usual four, a step of a first sync may go before a change that is in another
 * one. Tasks are put into one; all four are read, for an earlier version's may still be in the others.
 */
const ONE_PARTITION = ['matching.numTaskqueueWritePartitions=1'] as const

function serverArguments(options: {
  dataDir: string
  port: number
  uiPort: number | undefined
  inMemory?: boolean
  namespaces?: readonly string[]
}): string[] {
  const { dataDir, port, uiPort, inMemory, namespaces = [] } = options
  const file = ['--db-filename', databaseFile(dataDir), ...pragmas.flatMap((one) => ['--sqlite-pragma', one])]
  return [
    'server',
    'start-dev',
    ...['--ip', '127.0.0.1', '--port', String(port)],
    ...[NAMESPACE, ...namespaces].flatMap((name) => ['--namespace', name]),
    ...(uiPort === undefined ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)]),
    ...(inMemory === true ? [] : file),
    // Naming one that is registered already is no error.
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...ONE_PARTITION.flatMap((one) => ['--dynamic-config-value', one]),
    ...['--log-level', 'warn'],
  ]
}

/** The user's TEMPORAL_* describe a server to connect to; this one is not it. Its version check calls out. */
function serverEnvironment(dataDir: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'))
  return { ...Object.fromEntries(kept), DEALBRIDGE_DATA_DIR: dataDir, TEMPORAL_VERSION_CHECK_DISABLED: '1' }
}

async function becomesReady(server: DetachedProcess, port: number): Promise<boolean> {
  const ready = await waitFor(
    async () => {
      if (server.hasExited()) return false
      return (await answers(addressOf(port))) ? true : undefined
    },
    { timeoutMs: START_TIMEOUT_MS, everyMs: 50 },
  )
  // A server that ended while another one answers on its port is not ready.
  return ready === true && !server.hasExited()
}

/** True when the server answers and holds our namespace and search attributes. */
async function answers(address: string): Promise<boolean> {
  const temporal = await import('@temporalio/client')
  let connection: Connection | undefined
  try {
    connection = await temporal.Connection.connect({ address, connectTimeout: 2_000 })
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: NAMESPACE,
    })
    return SEARCH_ATTRIBUTES.every((name) => name in customAttributes)
  } catch {
    return false
  } finally {
    await connection?.close()
  }
}

function addressOf(port: number): string {
  return `127.0.0.1:${port}`
}
