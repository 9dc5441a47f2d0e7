import { configuredAddresses } from '../config/addresses.ts'
import { alertingOf } from '../config/alerting.ts'
import { UserError } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import { configuredKeys } from '../config/secret-keys.ts'
import { timingOf } from '../config/timing.ts'
import { createProviders } from '../providers/registry.ts'
import { openDatabase } from '../store/database.ts'
import { connectionsWithDeliveries, storeDelivery } from '../store/deliveries.ts'
import { addRefused } from '../store/delivery-news.ts'
import { createLocalTaskStore } from '../store/local/task-store.ts'
import { answerSignIn } from '../store/sign-ins.ts'
import { administrationOver } from './administration.ts'
import { createApi } from './api/api.ts'
import { createApp } from './app.ts'
import { ConnectionSignals } from './connection-signals.ts'
import { DeliveryIntake } from './delivery-intake.ts'
import { FailedLogins } from './failed-logins.ts'
import { readHealth } from './health.ts'
import { listen } from './http-server.ts'
import { cached } from './measures/cached.ts'
import { familiesOf } from './measures/families.ts'
import { takeMeasures } from './measures/sources.ts'
import { readStats } from './measures/stats.ts'
import { Tally } from './measures/tally.ts'
import { RefusedDeliveries } from './refused-deliveries.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { keepStandingIn } from './stand-in-watch.ts'
import { linkTemporal, type TemporalLink } from './temporal-link.ts'
import { within } from './timers.ts'
import { risksOf } from './token-risks.ts'
import { WebhookTargets } from './webhook-targets.ts'

/** Together well below the 10 s that a supervisor gives. */
const REQUESTS_DRAIN_MS = 2_500
const SIGNALS_DRAIN_MS = 2_000
const CLOSE_SECONDS = 2
/** What is measured is as old as this at the most: whoever asks more often costs the database nothing. */
const MEASURED_MS = 5_000
const STATS_TIMEOUT_MS = 10_000

export type RunningReceiver = {
  /** Where it listens, `http://host:port`. */
  readonly url: string
  /** Settles when it has stopped. */
  readonly stopped: Promise<void>
  /** Ends what is under way, sends the signals that wait, closes everything. Safe to call again. */
  stop(): Promise<void>
}

/**
 * Starts the HTTP side of this process. It comes up, and answers, whether or not Postgres and Temporal do. Throws
 * UserError (exit code 2) when something is not configured or the address cannot be had.
 */
export async function startReceiver(
  config: Config,
  log: Log,
  link: (environment: Config['environment']) => TemporalLink = (environment) => linkTemporal(environment),
): Promise<RunningReceiver> {
  const url = required(config, 'DATABASE_URL')
  required(config, 'DEALBRIDGE_SECRET_KEY')
  const secretKey = configuredKeys(config) ?? ''
  const db = openDatabase({ url, max: 10, applicationName: 'dealbridge receiver' })
  const temporal = link(config.environment)
  const close = () => Promise.allSettled([temporal.close(), db.end({ timeout: CLOSE_SECONDS })])
  const signals = new ConnectionSignals({
    signal: temporal.signal,
    waiting: () => connectionsWithDeliveries(db),
    log,
  })
  const providers = createProviders(createLocalTaskStore(db), configuredAddresses(config))
  const deps = { db, providers, timing: timingOf(config), log, publicUrl: config.PUBLIC_URL }
  const administration = administrationOver({ deps, secretKey, temporal })
  const targets = new WebhookTargets({ db, secretKey, log, providers })
  const refused = new RefusedDeliveries({ targets, add: (id, count) => addRefused(db, id, count), log })
  const failedLogins = new FailedLogins()
  const tally = new Tally(db)
  const measured = cached(MEASURED_MS, () => takeMeasures({ db, tally, temporal, log }))
  for (const risk of risksOf(config)) log.warn(risk)
  const app = createApp({
    intake: new DeliveryIntake({
      providers,
      targets,
      store: (delivery) => storeDelivery(db, delivery),
      nudge: (connectionId) => signals.nudge(connectionId),
      log,
    }),
    health: oneAtATime(() =>
      readHealth({
        db,
        workers: temporal.workers,
        refused: () => refused.byProvider,
        dataDir: config.DEALBRIDGE_DATA_DIR,
        log,
      }),
    ),
    countRefused: (address) => refused.count(address),
    signIns: signInRoutes({ keep: (state, answer) => answerSignIn(db, state, answer, secretKey), log }),
    api: createApi(
      { db, nudge: (connectionId) => signals.nudge(connectionId), administration },
      `${(config.PUBLIC_URL ?? '').replace(/\/+$/u, '')}/api/v1`,
    ),
    token: config.API_TOKEN,
    failedLogins,
    host: config.API_HOST,
    measuring: {
      stats: cached(MEASURED_MS, () => within(STATS_TIMEOUT_MS, readStats(db, tally))),
      metrics: async () =>
        familiesOf(await measured(), {
          refusedDeliveries: refused.byProvider,
          refusedLogins: failedLogins.count,
        }),
    },
    publicUrl: config.PUBLIC_URL,
    log,
  })
  const server = await listen({
    host: config.API_HOST,
    port: config.API_PORT,
    fetch: (request, env) => app.fetch(request, env),
  }).catch(async (error: unknown) => {
    await close()
    throw error
  })
  void signals.start()
  const standingIn = keepStandingIn({ ...deps, secretKey, alerting: alertingOf(config) })

  let stopping: Promise<void> | undefined
  let settle = () => {}
  const stopped = new Promise<void>((resolve) => {
    settle = resolve
  })
  const stop = async () => {
    const stoodIn = within(SIGNALS_DRAIN_MS, standingIn.stop()).catch(() => undefined)
    await server.stop(REQUESTS_DRAIN_MS)
    await stoodIn
    // What is not sent now is found in the record by the next start.
    await within(SIGNALS_DRAIN_MS, Promise.all([signals.drain(), refused.write()])).catch(() => undefined)
    await close()
    settle()
  }
  return {
    url: server.url,
    stopped,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

/** Whoever asks while an answer is on its way gets that one. */
function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null
  return () => {
    underWay ??= ask().finally(() => {
      underWay = null
    })
    return underWay
  }
}

function required(config: Config, name: 'DATABASE_URL' | 'DEALBRIDGE_SECRET_KEY'): string {
  const value = config[name]
  if (value !== undefined) return value
  throw new UserError({
    code: 'NOT_CONFIGURED',
    message: `The receiver needs ${name}.`,
    hints: [`Set ${name}, or use "dealbridge start", which brings up all that is needed.`],
    exitCode: 2,
  })
}
