import type { Client } from '@temporalio/client'
import { defaultPolicy } from '../activities/default-policy.ts'
import type { Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import type { AccountFacts, Provider } from '../providers/contract.ts'
import { createProviders } from '../providers/registry.ts'
import {
  allConnections,
  type ConnectionRow,
  leavingConnections,
  saveConfigured,
  saveFacts,
} from '../store/connections.ts'
import { type Db, inTransaction, type Tx } from '../store/database.ts'
import { createLocalTaskStore } from '../store/local/task-store.ts'
import { migrate } from '../store/migrate.ts'
import { addRoute, type RouteRow, reviveRoute, routeBetween, routeById } from '../store/routes.ts'
import { connectClient } from '../worker/connect.ts'
import { retryConnection, startClean, startConnection } from '../worker/workflow-calls.ts'
import { type Account, accountsOf } from './accounts.ts'
import { type Checked, otherAccount, unreachable } from './check-accounts.ts'
import { clearDemo, markRecord, requireNoDemo } from './demo.ts'
import { checkInForce } from './key-in-force.ts'
import { openRecord } from './record.ts'
import { embeddedTemporalEnvironment, type Services } from './services.ts'

export const ROUTE_NAME = 'main'

/**
 * Makes the record ready before worker and receiver start: keys checked (nothing is written when one is refused),
 * schema, both connections, their route as a draft, and the connections' workflows. A demo's record gives way to real
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
  const accounts = accountsOf(config, services, {
    left: fub.defaultBaseUrl ?? '',
    right: todoist.defaultBaseUrl ?? '',
  })
  const stored = (await hasRecord(db)) ? await allConnections(db) : []
  const [left, right] = await Promise.all([
    checkInForce(db, stored, { provider: fub, account: accounts.left, ...services }),
    checkInForce(db, stored, { provider: todoist, account: accounts.right, ...services }),
  ])
  const client = await temporalClient(config, services)
  try {
    await clearDemo({ db, client }, { demo: services.demo, newAccounts: services.newAccounts })
    const known = (await hasRecord(db)) ? await allConnections(db) : []
    const sides = [
      { account: accounts.left, checked: left },
      { account: accounts.right, checked: right },
    ] as const
    const facts = sides.map(({ account, checked }) => judge(account, checked, known, log))
    await migrate(db)
    await markRecord(db, services.demo ? 'demo' : 'live')
    const route = await inTransaction(db, (tx) =>
      save(tx, [sides[0].account, sides[1].account], facts, services),
    )
    for (const leaving of await leavingConnections(db)) await startClean(client, leaving)
    for (const connection of await allConnections(db)) {
      await startConnection(client, connection, route.name)
      if (connection.state === 'auth-failed') await retryConnection(client, connection.id)
    }
  } finally {
    await client.connection.close().catch(() => {})
  }
}

/** The facts to store; null where a service that is known from before does not answer today. */
function judge(
  account: Account,
  checked: Checked,
  known: readonly ConnectionRow[],
  log: Log,
): AccountFacts | null {
  const before = known.find((row) => row.name === account.name)?.facts ?? null
  if ('facts' in checked) {
    if (before !== null && before.accountId !== checked.facts.accountId) throw otherAccount(account)
    return checked.facts
  }
  if (before === null) throw unreachable(account, checked.error)
  log.warn(
    { connection: account.name },
    `${account.name} does not answer (${checked.error.message}); its changes follow when it does`,
  )
  return null
}

async function save(
  tx: Tx,
  [left, right]: readonly [Account, Account],
  facts: readonly (AccountFacts | null)[],
  { secretKey }: Services,
): Promise<RouteRow> {
  const ids: string[] = []
  for (const [index, account] of [left, right].entries()) {
    const id = await saveConfigured(tx, account, secretKey)
    const found = facts[index] ?? null
    if (found !== null) await saveFacts(tx, id, found)
    ids.push(id)
  }
  const [leftId = '', rightId = ''] = ids
  const policy = defaultPolicy(facts[1]?.zone ?? facts[0]?.zone ?? null)
  const known = await routeBetween(tx, leftId, rightId)
  // One that a person has removed comes back as a draft, of which the first sync is confirmed anew.
  if (known?.removed) await reviveRoute(tx, known.id, ROUTE_NAME, policy)
  if (known !== undefined) return routeById(tx, known.id)
  return addRoute(tx, { name: ROUTE_NAME, leftId, rightId, policy })
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
