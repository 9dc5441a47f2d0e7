import { Client, Connection } from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { NativeConnection } from '@temporalio/worker'
import type { Deps, Timing } from '../../src/activities/deps.ts'
import { wakeDeals, wakeTasks } from '../../src/activities/temporal.ts'
import { TASK_QUEUE, workflowIds } from '../../src/config/temporal-names.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { Patience } from '../../src/worker/patience.ts'
import { createWorkers } from '../../src/worker/run-worker.ts'
import { makeWorld, type World } from '../histories/world.ts'
import { openMigratedDatabase } from '../support/database.ts'
import { quietRuntime } from '../support/quiet-runtime.ts'
import { clearNamespace, testTemporal } from '../support/temporal.ts'
import { workflowBundle } from '../support/workflow-bundle.ts'
import { settingUpAt } from '../worker/setting-up.ts'

export type RunningWorld = World & {
  readonly client: Client
  readonly deps: Deps
  /** As commands do after what they have changed. */
  wake(pairIds: readonly string[]): Promise<0>
  startConnection(side: 'left' | 'right', options?: { continueAfterEvents?: number }): Promise<void>
  nudge(side: 'left' | 'right'): Promise<void>
  close(): Promise<void>
}

/** A running world over a record of its own. */
export type OpenWorld = AsyncDisposable & { readonly db: Db; readonly world: RunningWorld }

const SYNC_STATE = defineSearchAttributeKey('SyncState', SearchAttributeType.KEYWORD)

type WorldOptions = readonly [timing?: Partial<Timing>, more?: Pick<Deps, 'alerting'>]

/**
 * In-memory services behind the real workflows, a real Temporal and a real Postgres. `timing`: waits that differ; `more`: what the
 * activities have beside.
 */
async function runWorld(db: Db, ...[timing = {}, more = {}]: WorldOptions): Promise<RunningWorld> {
  quietRuntime()
  const { address, namespace } = testTemporal()
  const client = new Client({ connection: await Connection.connect({ address }), namespace })
  const native = await NativeConnection.connect({ address })
  await clearNamespace(client)
  const clock = {
    get iso() {
      return new Date().toISOString()
    },
  }
  const world = await makeWorld(db, clock)
  const deps: Deps = {
    ...world.depsFor(
      async () => undefined,
      (ids) => wakeTasks(client, db, ids),
    ),
    wakeDeals: (deals) => wakeDeals(client, db, deals),
  }
  const patience = new Patience(deps.log)
  const workers = await createWorkers({
    connection: native,
    namespace,
    deps: { ...deps, ...more, db, timing: { ...deps.timing, ...timing } },
    settingUp: settingUpAt(client, db),
    patience,
    workflows: { workflowBundle: await workflowBundle() },
  })
  const running = Promise.all(workers.map((worker) => worker.run()))
  const idOf = (side: 'left' | 'right') =>
    workflowIds.connection(side === 'left' ? world.leftId : world.rightId)
  return {
    ...world,
    client,
    deps: { ...deps, db },
    async wake(pairIds) {
      await wakeTasks(client, db, pairIds)
      return 0
    },
    async startConnection(side, options = {}) {
      await client.workflow.start('connection', {
        workflowId: idOf(side),
        taskQueue: TASK_QUEUE,
        args: [{ connectionId: side === 'left' ? world.leftId : world.rightId, ...options }],
        typedSearchAttributes: [{ key: SYNC_STATE, value: 'syncing' }],
      })
    },
    async nudge(side) {
      await client.workflow.getHandle(idOf(side)).signal('nudge')
    },
    async close() {
      for (const side of ['left', 'right'] as const) {
        await client.workflow
          .getHandle(idOf(side))
          .terminate()
          .catch(() => undefined)
      }
      for (const worker of workers) worker.shutdown()
      await running
      await patience.stop()
      await native.close()
      await client.connection.close()
    },
  }
}

/** The same over a record of its own, for a test file; whoever opens it disposes of it. */
export async function openWorld(...how: WorldOptions): Promise<OpenWorld> {
  const database = await openMigratedDatabase()
  const db = openDatabase({ url: database.url })
  // Later than any earlier start, so that ids of workflows are new on a server that several files share.
  for (const table of ['connection', 'route', 'pair'])
    await db`select setval(${`${table}_id_seq`}, ${Date.now() % 1_000_000_000})`
  const world = await runWorld(db, ...how)
  return {
    db,
    world,
    async [Symbol.asyncDispose]() {
      await world.close()
      await db.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Waits for a condition; fails with `what` when it does not come true in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`timed out: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
