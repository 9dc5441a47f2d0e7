import type { Client } from '@temporalio/client'
import { dealSide } from '../activities/route-deals.ts'
import type { Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import type { SecretKey } from '../config/secret-keys.ts'
import type { Provider } from '../providers/contract.ts'
import { createProviders } from '../providers/registry.ts'
import { allConnections, type ConnectionRow, leavingConnections } from '../store/connections.ts'
import { type Db, inTransaction, type Tx } from '../store/database.ts'
import { createLocalTaskStore } from '../store/local/task-store.ts'
import { migrate } from '../store/migrate.ts'
import type { RouteRow } from '../store/routes.ts'
import { connectClient } from '../worker/connect.ts'
import { retryConnection, startClean, startConnection, stopConnection } from '../worker/workflow-calls.ts'
import { type Account, accountsOf } from './accounts.ts'
import { type Checked, unreachable } from './check-accounts.ts'
import { configuredRow, connectionInUse, type Placed, saveAccount } from './configured-connection.ts'
import { configuredRoute } from './configured-route.ts'
import { clearDemo, clearsDemo, markRecord, requireNoDemo } from './demo.ts'
import { DEMO_CHECKLISTS } from './demo-checklists.ts'
import { checkInForce } from './key-in-force.ts'
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
  const providers = createProviders(createLocalTaskStore(db))
  const [fub, todoist] = [providerOf(providers, 'follow-up-boss'), providerOf(providers, 'todoist')]
  const { left, right } = accountsOf(config, services, {
    left: fub.defaultBaseUrl ?? '',
    right: todoist.defaultBaseUrl ?? '',
  })
  const stored = (await hasRecord(db)) ? await allConnections(db) : []
  const configured = [
    ...(left === null ? [] : [{ provider: fub, account: left }]),
    ...(right === null ? [] : [{ provider: todoist, account: right }]),
  ]
  const given = await Promise.all(
    configured.map(async ({ provider, account }) => ({
      account,
      checked: await checkInForce(db, stored, { provider, account, ...services }),
    })),
  )
  // A demo's record does not go for an account of which nobody knows yet whose it is.
  if (await clearsDemo(db, services))
    for (const { account, checked } of given)
      if ('error' in checked) throw unreachable(account, checked.error)
  const deals = dealSide({ left: fub, right: todoist }) !== null
  const client = await temporalClient(config, services)
  try {
    await clearDemo({ db, client, config }, services)
    const known = (await hasRecord(db)) ? await allConnections(db) : []
    const sides: Placed[] = []
    for (const { account, checked } of given)
      sides.push(await place(db, known, { account, checked, secretKey: services.secretKey, log }))
    await migrate(db)
    await markRecord(db, services.demo ? 'demo' : 'live')
    const route = await inTransaction(db, (tx) => save(tx, sides, services, { deals }))
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

/** What there is of an account. One that is known from before need not answer today. */
async function place(
  db: Db,
  known: readonly ConnectionRow[],
  given: {
    readonly account: Account
    readonly checked: Checked
    readonly secretKey: SecretKey
    readonly log: Log
  },
): Promise<Placed> {
  const { account, checked, secretKey, log } = given
  if ('facts' in checked) {
    const inUse = connectionInUse(known, account, checked.facts)
    return { account, inUse, facts: checked.facts }
  }
  const inUse = await configuredRow(db, known, account, secretKey)
  if (inUse === undefined || inUse.facts === null) throw unreachable(account, checked.error)
  log.warn(
    { connection: inUse.name },
    `${inUse.name} does not answer (${checked.error.message}); its changes follow when it does`,
  )
  return { account, inUse, facts: null }
}

/** Stores what is configured, and where that is both accounts, the route between them. */
async function save(
  tx: Tx,
  sides: readonly Placed[],
  { secretKey, demo }: Pick<Services, 'secretKey' | 'demo'>,
  { deals }: { readonly deals: boolean },
): Promise<RouteRow | 'leaving' | 'none'> {
  const ids: string[] = []
  for (const side of sides) {
    const id = await saveAccount(tx, side, secretKey)
    if (id === null) return 'leaving'
    ids.push(id)
  }
  const [leftId, rightId] = ids
  if (leftId === undefined || rightId === undefined) return 'none'
  return configuredRoute(tx, {
    leftId,
    rightId,
    zone: sides[1]?.facts?.zone ?? sides[0]?.facts?.zone ?? null,
    deals,
    checklists: demo ? DEMO_CHECKLISTS : [],
  })
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

function providerOf(providers: ReadonlyMap<string, Provider>, kind: string): Provider {
  const provider = providers.get(kind)
  if (provider === undefined) throw new Error(`no provider is registered for ${kind}`)
  return provider
}
