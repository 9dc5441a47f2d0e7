import { Client, Connection } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { wakeDeals, wakeTasks } from '../../src/activities/temporal.ts'
import { createLog } from '../../src/config/log.ts'
import { readConfig } from '../../src/config/parse.ts'
import { createProviders } from '../../src/providers/registry.ts'
import { startReceiver } from '../../src/receiver/run-receiver.ts'
import { allConnections } from '../../src/store/connections.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import type { DueDeal } from '../../src/store/deal-homes.ts'
import { createLocalTaskStore } from '../../src/store/local/task-store.ts'
import { Patience } from '../../src/worker/patience.ts'
import { createWorkers } from '../../src/worker/run-worker.ts'
import { stopConnection } from '../../src/worker/workflow-calls.ts'
import { TIMING } from '../histories/world.ts'
import { openMigratedDatabase } from '../support/database.ts'
import { quietRuntime } from '../support/quiet-runtime.ts'
import { clearNamespace, testTemporal } from '../support/temporal.ts'
import { workflowBundle } from '../support/workflow-bundle.ts'
import { settingUpAt } from '../worker/setting-up.ts'

const SECRET_KEY = 'a secret key for tests'

export type Answer<T> = { readonly status: number; readonly body: T }

/** The receiver and the workers over a real Temporal, a real Postgres and the real providers; all of it is asked by HTTP. */
export type Stack = AsyncDisposable & {
  readonly db: Db
  readonly client: Client
  call<T>(method: string, path: string, body?: object): Promise<Answer<T>>
}

export async function openStack(): Promise<Stack> {
  quietRuntime()
  const database = await openMigratedDatabase()
  const db = openDatabase({ url: database.url })
  // Ids of workflows are new on a server that several files share.
  for (const table of ['connection', 'route', 'pair'])
    await db`select setval(${`${table}_id_seq`}, ${Date.now() % 1_000_000_000})`
  const { address, namespace } = testTemporal()
  const client = new Client({ connection: await Connection.connect({ address }), namespace })
  const native = await NativeConnection.connect({ address })
  await clearNamespace(client)
  const log = createLog({ level: 'silent', format: 'json' })
  const deps = {
    db,
    providers: createProviders(createLocalTaskStore(db)),
    secretKey: SECRET_KEY,
    timing: TIMING,
    log,
    wakeTasks: (ids: readonly string[]) => wakeTasks(client, db, ids),
    wakeDeals: (deals: readonly DueDeal[]) => wakeDeals(client, db, deals),
  }
  const patience = new Patience(log)
  const workers = await createWorkers({
    connection: native,
    namespace,
    deps,
    settingUp: settingUpAt(client, db),
    patience,
    workflows: { workflowBundle: await workflowBundle() },
  })
  const running = Promise.all(workers.map((worker) => worker.run()))
  const config = readConfig({
    env: {
      DATABASE_URL: database.url,
      DEALBRIDGE_SECRET_KEY: SECRET_KEY,
      API_PORT: '0',
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
    },
    cwd: '/nonexistent',
    isTerminal: false,
  })
  const receiver = await startReceiver(config, log)
  return {
    db,
    client,
    async call<T>(method: string, path: string, body?: object) {
      const answer = await fetch(`${receiver.url}/api/v1${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      const text = await answer.text()
      return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T }
    },
    async [Symbol.asyncDispose]() {
      for (const { id } of await allConnections(db)) await stopConnection(client, id)
      await receiver.stop()
      for (const worker of workers) worker.shutdown()
      await running
      await patience.stop()
      await native.close()
      await client.connection.close()
      await db.end()
      await database[Symbol.asyncDispose]()
    },
  }
}
