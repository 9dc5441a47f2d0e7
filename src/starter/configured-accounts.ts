import { providerOf } from '../activities/deps.ts'
import { dealSide } from '../activities/route-deals.ts'
import type { Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import type { SecretKey } from '../config/secret-keys.ts'
import type { Provider } from '../providers/contract.ts'
import { createProviders } from '../providers/registry.ts'
import type { ConnectionRow } from '../store/connections.ts'
import type { Db, Tx } from '../store/database.ts'
import { createLocalTaskStore } from '../store/local/task-store.ts'
import type { RouteRow } from '../store/routes.ts'
import { type Account, accountsOf } from './accounts.ts'
import { type Checked, unreachable } from './check-accounts.ts'
import { configuredRow, connectionInUse, type Placed, saveAccount } from './configured-connection.ts'
import { configuredRoute } from './configured-route.ts'
import { DEMO_CHECKLISTS } from './demo-checklists.ts'
import { checkInForce } from './key-in-force.ts'
import type { Services } from './services.ts'

export type ConfiguredAccount = { readonly provider: Provider; readonly account: Account }

/** The accounts that a configuration gives, the left one first. `deals`: whether the two services can file tasks by deals. */
export function configuredAccounts(
  db: Db,
  config: Config,
  endpoints: Pick<Services, 'demo' | 'followUpBossUrl' | 'todoistUrl'>,
): { readonly given: readonly ConfiguredAccount[]; readonly deals: boolean } {
  const deps = { providers: createProviders(createLocalTaskStore(db)) }
  const [fub, todoist] = [providerOf(deps, 'follow-up-boss'), providerOf(deps, 'todoist')]
  const { left, right } = accountsOf(config, endpoints, {
    left: fub.defaultBaseUrl ?? '',
    right: todoist.defaultBaseUrl ?? '',
  })
  return {
    given: [
      ...(left === null ? [] : [{ provider: fub, account: left }]),
      ...(right === null ? [] : [{ provider: todoist, account: right }]),
    ],
    deals: dealSide({ left: fub, right: todoist }) !== null,
  }
}

/** An account with what its service says of its key. */
export type CheckedAccount = ConfiguredAccount & { readonly checked: Checked }

/** Tries the keys that are in force. `stored`: the connections that there are. Throws UserError for one that is refused. */
export async function checkConfigured(
  db: Db,
  stored: readonly ConnectionRow[],
  given: readonly ConfiguredAccount[],
  surroundings: { readonly secretKey: SecretKey; readonly signal: AbortSignal },
): Promise<CheckedAccount[]> {
  return Promise.all(
    given.map(async (one) => ({
      ...one,
      checked: await checkInForce(db, stored, { ...one, ...surroundings }),
    })),
  )
}

/** What there is of an account. One that is known from before need not answer today. */
export async function place(
  db: Db,
  known: readonly ConnectionRow[],
  { provider, account, checked }: CheckedAccount,
  { secretKey, log }: { readonly secretKey: SecretKey; readonly log: Log },
): Promise<Placed> {
  const secretName = provider.webhooks?.secretName
  if ('facts' in checked) {
    const inUse = connectionInUse(known, account, checked.facts)
    return { account, inUse, facts: checked.facts, secretName }
  }
  const inUse = await configuredRow(db, known, account, secretKey)
  if (inUse === undefined || inUse.facts === null) throw unreachable(account, checked.error)
  log.warn(
    { connection: inUse.name },
    `${inUse.name} does not answer (${checked.error.message}); its changes follow when it does`,
  )
  return { account, inUse, facts: null, secretName }
}

/** Stores what is configured, and where that is both accounts, the route between them. */
export async function saveConfiguredAccounts(
  tx: Tx,
  sides: readonly Placed[],
  { secretKey, demo }: { readonly secretKey: SecretKey; readonly demo: boolean },
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
