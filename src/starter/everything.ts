import { fileURLToPath } from 'node:url'
import { createLog, type Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import { type Child, commandChild } from './child.ts'
import { chooseDataDir } from './data-dir.ts'
import { embeddedPostgresChild, embeddedTemporalChild } from './embedded/children.ts'
import { clusterFolder } from './embedded/postgres-cluster.ts'
import { findServiceUser, openDataDir } from './embedded/service-user.ts'
import { stopLeftovers } from './leftovers.ts'
import { acquireLock } from './lock.ts'
import { startTimeOf } from './process/facts.ts'
import { requireFreePort } from './process/ports.ts'
import { type RunFile, removeRunFile, writeRunFile } from './run-file.ts'
import { loadSecretKeys } from './secret-key.ts'
import { type Services, serviceEnvironment } from './services.ts'
import { stopOnSignals } from './signals.ts'
import { keepsSimulatedAccounts } from './simulated-accounts.ts'
import { simulatorsChild } from './simulators.ts'
import { Supervisor } from './supervisor.ts'

export type Role = 'worker' | 'receiver'

export interface EverythingOptions {
  /** With the simulators in place of the real services; a function says so once it has looked at the record. */
  demo: boolean | ((databaseUrl: string) => Promise<boolean>)
  /** Awaited when Postgres, Temporal and the simulators answer, before worker and receiver start. */
  prepare?: (services: Services) => Promise<void>
  /** Called once when all is ready. */
  onReady?: (run: RunFile) => void
  log?: Log
  /** Stop on SIGINT, SIGTERM and SIGHUP; default true. */
  handleSignals?: boolean
  /** What runs beside the services; default: worker and receiver. A command that needs no HTTP takes the worker alone. */
  roles?: readonly Role[]
  /** The programs to run as children; default: those of this build. */
  programs?: { main: string; simulators: string }
}

export interface Everything {
  run: RunFile
  services: Services
  /** Settles when everything has stopped, after a signal or `stop`. */
  stopped: Promise<void>
  /** Stops all children in order within 15 s. */
  stop(): Promise<void>
}

/**
 * Starts all that Dealbridge is made of and keeps it running: Postgres and Temporal unless they are configured
 * elsewhere, in the demo the simulators, then worker and receiver. run.json tells other commands where everything is.
 *
 * Fails, with nothing left running, when the data folder is in use by another start (exit code 2), a port is taken,
 * or a child does not become ready.
 */
export async function startEverything(config: Config, options: EverythingOptions): Promise<Everything> {
  const log = options.log ?? createLog({ level: config.LOG_LEVEL, format: config.LOG_FORMAT, role: 'start' })
  const { path: dataDir, note } = chooseDataDir(config.DEALBRIDGE_DATA_DIR)
  if (note !== undefined && config.DATABASE_URL === undefined) log.info({ dataDir }, note)
  const embedsPostgres = config.DATABASE_URL === undefined
  await openDataDir(dataDir, embedsPostgres ? await findServiceUser(clusterFolder(dataDir)) : undefined)
  const lock = await acquireLock(dataDir, log)

  const run = await emptyRun(dataDir, options.demo === true)
  const supervisor = new Supervisor({
    log,
    onChange: async (running) => {
      for (const [role, child] of running) {
        run.pids[role] = child.pid
        run.startTimes[role] = child.startTime
        Object.assign(run.addresses, child.addresses)
      }
      await writeRunFile(run)
    },
  })
  let forgetSignals = () => {}
  let settle = () => {}
  const stopped = new Promise<void>((resolve) => {
    settle = resolve
  })
  let stopping = false
  const stop = async (withinMs?: number): Promise<void> => {
    const childrenGone = supervisor.stop(withinMs)
    // A second call only shortens the time of the first.
    if (stopping) return stopped
    stopping = true
    await childrenGone
    await removeRunFile(dataDir)
    await lock.release()
    forgetSignals()
    settle()
  }
  if (options.handleSignals !== false) forgetSignals = stopOnSignals(stop, log)
  try {
    await stopLeftovers(dataDir, log)
    const services = await bringUp({ config, options, dataDir, supervisor, run, log })
    options.onReady?.(run)
    return { run, services, stopped, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function bringUp(context: {
  config: Config
  options: EverythingOptions
  dataDir: string
  supervisor: Supervisor
  run: RunFile
  log: Log
}): Promise<Services> {
  const { config, options, dataDir, supervisor, run, log } = context
  const programs = options.programs ?? builtPrograms()
  const signal = supervisor.stopping
  const roles = options.roles ?? (['worker', 'receiver'] as const)
  if (roles.includes('receiver') && config.API_PORT !== 0) {
    await requireFreePort({
      port: config.API_PORT,
      host: config.API_HOST,
      service: 'the receiver',
      option: 'API_PORT',
    })
  }
  const embedded = { config, dataDir, log }
  if (config.DATABASE_URL === undefined) await supervisor.start(embeddedPostgresChild(embedded))
  if (config.TEMPORAL_ADDRESS === undefined) {
    await supervisor.start(await embeddedTemporalChild({ ...embedded, signal }))
  }
  const databaseUrl = config.DATABASE_URL ?? addressOf(run, 'postgres')
  const demo = typeof options.demo === 'boolean' ? options.demo : await options.demo(databaseUrl)
  run.mode = demo ? 'demo' : 'live'
  const newAccounts = demo && !(await keepsSimulatedAccounts(dataDir))
  if (demo) {
    await supervisor.start(
      await simulatorsChild({ program: programs.simulators, dataDir, env: config.environment, log }),
    )
  }
  const { keys, file } = await loadSecretKeys(config, dataDir)
  const services: Services = {
    dataDir,
    demo,
    databaseUrl,
    temporalAddress: config.TEMPORAL_ADDRESS ?? addressOf(run, 'temporal'),
    temporalEmbedded: config.TEMPORAL_ADDRESS === undefined,
    secretKey: keys,
    secretKeyFile: file,
    followUpBossUrl: run.addresses.followUpBoss,
    todoistUrl: run.addresses.todoist,
    newAccounts,
    signal,
  }
  run.addresses.postgres = services.databaseUrl
  run.addresses.temporal = services.temporalAddress
  const env = await serviceEnvironment(config, services)
  await options.prepare?.(services)
  signal.throwIfAborted()
  for (const role of roles) await supervisor.start(roleChild(role, programs.main, env))
  return services
}

function roleChild(role: Role, program: string, env: NodeJS.ProcessEnv): Child {
  return commandChild({ role, command: process.execPath, args: [program, role], env })
}

async function emptyRun(dataDir: string, demo: boolean): Promise<RunFile> {
  return {
    startedAt: new Date().toISOString(),
    mode: demo ? 'demo' : 'live',
    dataDir,
    addresses: {},
    pids: { start: process.pid },
    startTimes: { start: (await startTimeOf(process.pid)) ?? 'unknown' },
  }
}

function addressOf(run: RunFile, service: string): string {
  const address = run.addresses[service]
  if (address === undefined) throw new Error(`${service} is up but has told no address`)
  return address
}

function builtPrograms(): { main: string; simulators: string } {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
  return { main: path('./main.js'), simulators: path('../../simulators/main.js') }
}
