import type { Client } from '@temporalio/client'
import type { Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import { allConnections, leavingConnections } from '../store/connections.ts'
import { type Db, inTransaction } from '../store/database.ts'
import { migrate } from '../store/migrate.ts'
import { connectClient } from '../worker/connect.ts'
import { retryConnection, startClean, startConnection, stopConnection } from '../worker/workflow-calls.ts'
import { unreachable } from './check-accounts.ts'
import { checkConfigured, configuredAccounts, place, saveConfiguredAccounts } from './configured-accounts.ts'
import type { Placed } from './configured-connection.ts'
import { clearDemo, clearsDemo, markRecord, requireNoDemo } from './demo.ts'
import { openRecord } from './record.ts'
import { embeddedTemporalEnvironment, type Services } from './services.ts'

/**
 * Makes the record ready before worker and receiver start: keys checked (nothing is written when one is refused),
 * schema, the connections that are configured, where both are their route as a draft, and the workflows of all
 * connections that there are. A demo's record gives way to real
 * accounts only when the command `replacesDemo`; otherwise UserError (exit code 2).
 */
export async function prepare(
  services: Services,
  config: Config,
  log: Log,
  { replacesDemo }: { readonly replacesDemo: boolean },
): Promise<void> {
  const db = await openRecord(services.databaseUrl)
  try {
    // Before a real account is asked anything.
    if (!services.demo && !replacesDemo) await requireNoDemo(db, { config, dataDir: services.dataDir })
    await prepareRecord(db, services, config, log)
  } finally {
    await db.end({ timeout: 5 })
  }
}

async function prepareRecord(db: Db, services: Services, config: Config, log: Log): Promise<void> {
  const { given: configured, deals } = configuredAccounts(db, config, services)
  const stored = (await hasRecord(db)) ? await allConnections(db) : []
  const given = await checkConfigured(db, stored, configured, services)
  // A demo's record does not go for an account of which nobody knows yet whose it is.
  if (await clearsDemo(db, services))
    for (const { account, checked } of given)
      if ('error' in checked) throw unreachable(account, checked.error)
  const client = await temporalClient(config, services)
  try {
    await clearDemo({ db, client, config }, services)
    const known = (await hasRecord(db)) ? await allConnections(db) : []
    const sides: Placed[] = []
    for (const one of given) sides.push(await place(db, known, one, { secretKey: services.secretKey, log }))
    await migrate(db)
    await markRecord(db, services.demo ? 'demo' : 'live')
    const route = await inTransaction(db, (tx) => saveConfiguredAccounts(tx, sides, services, { deals }))
    if (route === 'leaving')
      log.warn('what is configured is still being removed (connect remove --clean); start again after that')
    const leaving = await leavingConnections(db)
    for (const connection of leaving) {
      // It looks at nothing any more; begun again, its cleaning goes on from the record.
      await stopConnection(client, connection.id)
      await startClean(client, connection)
    }
    for (const connection of await allConnections(db)) {
      if (leaving.some(({ id }) => id === connection.id)) continue
      await startConnection(client, connection, typeof route === 'string' ? '' : route.name)
      if (connection.state === 'auth-failed') await retryConnection(client, connection.id)
    }
  } finally {
    await client.connection.close().catch(() => {})
  }
}

async function hasRecord(db: Db): Promise<boolean> {
  const [row] = await db<{ found: boolean }[]>`
    select to_regclass('dealbridge.connection') is not null as found`
  return row?.found === true
}

export async function temporalClient(config: Config, services: TemporalPlace): Promise<Client> {
  return connectClient(
    services.temporalEmbedded
      ? await embeddedTemporalEnvironment(config.environment, services)
      : config.environment,
  )
}

type TemporalPlace = Pick<Services, 'dataDir' | 'temporalAddress' | 'temporalEmbedded'>
