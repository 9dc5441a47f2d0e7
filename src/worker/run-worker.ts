import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import type { Deps } from '../activities/deps.ts'
import { createOwnActivities, createProviderActivities, createRecordActivities } from '../activities/index.ts'
import type { SettingUp } from '../activities/setup/setting-up.ts'
import { wakeDeals, wakeTasks } from '../activities/temporal.ts'
import { alertingOf } from '../config/alerting.ts'
import type { Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import { configuredKeys } from '../config/secret-keys.ts'
import { providerQueue, TASK_QUEUE } from '../config/temporal-names.ts'
import { timingOf } from '../config/timing.ts'
import { createProviders } from '../providers/registry.ts'
import { clockNow } from '../store/clock.ts'
import { openDatabase } from '../store/database.ts'
import { createLocalTaskStore } from '../store/local/task-store.ts'
import { routeById } from '../store/routes.ts'
import { connectClient } from './connect.ts'
import { connectNative } from './connect-native.ts'
import { startConnections } from './connection-calls.ts'
import { beginFirstSync, keepFirstSyncs } from './first-syncs.ts'
import { installRuntime } from './install-runtime.ts'
import { ActivityGuard } from './interceptors.ts'
import { Patience } from './patience.ts'
import { keepWatch } from './watch-schedule.ts'

const DAY_MS = 86_400_000

/** Stated here and not left to the SDK, whose defaults depend on the machine. */
const LIMITS = {
  maxCachedWorkflows: 300,
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentLocalActivityExecutions: 20,
  maxConcurrentActivityTaskExecutions: 20,
  shutdownGraceTime: '8 s',
  shutdownForceTime: '12 s',
} as const satisfies Partial<WorkerOptions>

export type RunningWorker = {
  /** Settles when the worker has stopped; rejects when it broke. */
  readonly stopped: Promise<void>
  stop(): void
}

/**
 * Starts the worker of this process. `connectConfigured`: what a set-up asks of it that finds no route. One Worker for
 * workflows and the record, one for each provider.
 */
export async function startWorker(
  config: Config,
  log: Log,
  { connectConfigured }: Pick<SettingUp, 'connectConfigured'>,
): Promise<RunningWorker> {
  installRuntime(log, config.WORKER_METRICS_ADDRESS)
  const db = openDatabase({ url: config.DATABASE_URL ?? '', max: 20, applicationName: 'dealbridge worker' })
  const client = await connectClient(config.environment)
  const { connection, namespace } = await connectNative(config.environment)
  const deps: Deps = {
    db,
    providers: createProviders(createLocalTaskStore(db)),
    secretKey: configuredKeys(config) ?? '',
    timing: timingOf(config),
    log,
    wakeTasks: (pairIds) => wakeTasks(client, db, pairIds),
    wakeDeals: (deals) => wakeDeals(client, db, deals),
    startedAt: await clockNow(db),
    publicUrl: config.PUBLIC_URL,
    alerting: alertingOf(config),
    forgetAfterMs: config.FORGET_REMOVED_DAYS * DAY_MS,
  }
  const patience = new Patience(log)
  const settingUp: SettingUp = {
    connectConfigured,
    startConnections: (ids) => startConnections(client, db, ids),
    beginFirstSync: async (routeId) => beginFirstSync(client, db, await routeById(db, routeId)),
  }
  const workers = await createWorkers({ connection, namespace, deps, settingUp, patience })
  const running = Promise.all(workers.map((worker) => worker.run()))
  const watching = keepWatch(client, log)
  const beginning = keepFirstSyncs(client, db, log)
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
  }
  // One that breaks takes the others with it: a worker without its half would only look alive.
  const stopped = running
    .then(() => undefined)
    .finally(async () => {
      stop()
      await watching.stop()
      await beginning.stop()
      await patience.stop()
      await Promise.allSettled([connection.close(), client.connection.close(), db.end({ timeout: 5 })])
    })
  return { stopped, stop }
}

export type WorkersInput = {
  readonly connection: NativeConnection
  readonly namespace: string
  readonly deps: Deps
  readonly settingUp: SettingUp
  readonly patience: Patience
  /** Where the workflows are; by itself what the build has made of them. */
  readonly workflows?: WorkflowSource
}

export type WorkflowSource = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>

/** The Workers of one process over one connection, not running yet. */
export async function createWorkers({
  connection,
  namespace,
  deps,
  settingUp,
  patience,
  workflows = workflowSource(),
}: WorkersInput): Promise<Worker[]> {
  const common = { connection, namespace, ...LIMITS, interceptors: { activity: [guard(deps.log, false)] } }
  return Promise.all([
    Worker.create({
      ...common,
      ...workflows,
      taskQueue: TASK_QUEUE,
      activities: { ...createRecordActivities(deps), ...createOwnActivities(deps, settingUp) },
    }),
    ...[...deps.providers.keys()].map((kind) =>
      Worker.create({
        ...common,
        interceptors: { activity: [guard(deps.log, true)] },
        taskQueue: providerQueue(kind),
        activities: createProviderActivities(deps, patience.run),
      }),
    ),
  ])
}

function guard(log: Log, callsService: boolean) {
  return (context: ConstructorParameters<typeof ActivityGuard>[0]) => ({
    inbound: new ActivityGuard(context, log, callsService),
  })
}

/** The bundle that the build made; in a checkout without one, the sources. */
function workflowSource(): WorkflowSource {
  const codePath = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url))
  if (existsSync(codePath)) return { workflowBundle: { codePath } }
  return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) }
}
