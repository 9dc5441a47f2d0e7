import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { Product } from '../../bench/product.ts'
import { waitFor } from '../../bench/wait.ts'
import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import type { Places } from '../../test/histories/services/actions.ts'
import type { Side } from '../../test/histories/services/sides.ts'
import type { Users } from '../../test/histories/services/users.ts'
import { type Front, openFront } from './front.ts'
import { TimedJournal } from './timed-journal.ts'

const SECRETS: Readonly<Record<Side, string>> = { left: 'soak-system-key', right: 'soak-client-secret' }
const PATHS: Readonly<Record<Side, string>> = { left: 'follow-up-boss', right: 'todoist' }
const FIRST_SYNC_MS = 60_000

/** One running Dealbridge with two simulated accounts, for many histories one after another. */
export type Stand = {
  readonly dataDir: string
  readonly product: Product
  readonly journal: TimedJournal
  readonly users: Users
  readonly places: Places
  /** Runs something on the product's record, over a connection of its own: Postgres may have been killed since. */
  onRecord<T>(ask: (db: Db) => Promise<T>): Promise<T>
  healthUrl(): string
  close(): Promise<void>
}

/** Starts everything. When it fails or `signal` fires, nothing is left running. */
export async function openStand(seed: number, signal: AbortSignal): Promise<Stand> {
  // The embedded Postgres may run as another user, who has to get here: not everybody's temp folder is open.
  const dataDir = await mkdtemp('/tmp/dealbridge-soak-')
  await chmod(dataDir, 0o755)
  const ends: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })]
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const journal = new TimedJournal()
    const data = { port: 0, data: 'empty', seed: 1 + (seed % 1_000_000) } as const
    const sims = { left: await startFollowUpBoss(data), right: await startTodoist(data) }
    ends.push(() => Promise.all([sims.left.close(), sims.right.close()]))
    const fronts = {
      left: await openFront(sims.left, 'left', journal),
      right: await openFront(sims.right, 'right', journal),
    }
    ends.push(() => Promise.all([fronts.left.close(), fronts.right.close()]))
    const users: Users = {
      left: simClient(sims.left.url, AS_USER),
      right: simClient(sims.right.url, { ...AS_USER, authorization: 'Bearer user' }),
    }
    const port = await freePort()
    await prepare(users, `http://127.0.0.1:${port}`)
    const product = new Product(dataDir, configuration(fronts, port), signal)
    ends.push(() => product.stop())
    await product.start('--yes')
    return {
      dataDir,
      product,
      journal,
      users,
      places: await placesOf(users, sims.right, signal),
      async onRecord(ask) {
        const db = openDatabase({ url: product.run()?.addresses.postgres ?? '', max: 1 })
        try {
          return await ask(db)
        } finally {
          await db.end({ timeout: 5 })
        }
      },
      healthUrl: () => `http://127.0.0.1:${port}/health`,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Limits are for benchmarks. A delivery that nobody took is tried again soon, within the history. */
async function prepare(users: Users, receiver: string): Promise<void> {
  await users.left.call('POST', '/__sim/settings', { rateLimit: 0, webhookRetryScale: 0.02 })
  await users.right.call('POST', '/__sim/settings', {
    rateLimit: false,
    dueMicroseconds: false,
    webhookRetryScale: 0.002,
  })
  for (const side of ['left', 'right'] as const)
    await users[side].call('POST', '/__sim/webhooks', {
      url: `${receiver}/webhook/${PATHS[side]}`,
      secret: SECRETS[side],
      events: ['*'],
    })
}

/** A project of the user's own, and General, which the first task of all brings into being. */
async function placesOf(users: Users, todoist: RunningSim, signal: AbortSignal): Promise<Places> {
  const { body: other } = await users.right.call<{ id: string }>('POST', '/api/v1/projects', {
    name: 'Private',
  })
  await users.left.call('POST', '/v1/tasks', { name: 'T1 first of all', personId: 5001 })
  const general = async () => {
    const { body } = await users.right.call<{ projects: { id: string; description: string }[] }>(
      'GET',
      '/__sim/state',
    )
    return body.projects.find(({ description }) => description.includes('/general/1'))?.id
  }
  const id = await waitFor(`General at ${todoist.url}`, general, { signal, timeoutMs: FIRST_SYNC_MS })
  return { general: id, other: other.id }
}

/** Waits are short, but longer than what the simulators need to be late by, so that a history is over soon. */
function configuration(fronts: Readonly<Record<Side, Front>>, port: number): Record<string, string> {
  return {
    FUB_BASE_URL: `${fronts.left.url}/v1`,
    FUB_API_KEY: 'soak-owner',
    FUB_SYSTEM_NAME: 'Dealbridge soak',
    FUB_SYSTEM_KEY: SECRETS.left,
    FUB_USE_WEBHOOKS: 'true',
    FUB_POLL_INTERVAL_SECONDS: '3',
    TODOIST_BASE_URL: fronts.right.url,
    TODOIST_API_TOKEN: 'soak-token',
    TODOIST_USE_WEBHOOKS: 'true',
    TODOIST_WEBHOOK_SECRET: SECRETS.right,
    TODOIST_POLL_INTERVAL_SECONDS: '3',
    STALE_READ_SECONDS: '3',
    DELETE_GRACE_SECONDS: '3',
    CREATE_SETTLE_SECONDS: '3',
    RECONCILE_INTERVAL_SECONDS: '10',
    API_PORT: String(port),
    LOG_FORMAT: 'json',
    NO_COLOR: '1',
  }
}

/** Known beforehand, and the same after every restart: the services send their deliveries there. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
