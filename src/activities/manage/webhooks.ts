import type { DbTime } from '../../core/db-time.ts'
import type { WebhookPlan } from '../../core/webhook-steps.ts'
import type { RemoteWebhook } from '../../providers/contract.ts'
import { openCredentials } from '../../store/connections.ts'
import { deliveryNews } from '../../store/delivery-news.ts'
import { formerSecrets } from '../../store/former-secrets.ts'
import { isConfigured, knownWebhooks, setTaken } from '../../store/webhooks.ts'
import { connectionNamed, requireStaying } from '../connect.ts'
import { type Deps, providerOf } from '../deps.ts'
import { lookAtWebhooks, type Registrable, registrable, removable } from '../webhooks/look-at-webhooks.ts'
import { removeWebhooks } from '../webhooks/remove-webhooks.ts'
import { type SettledWebhooks, settleWebhooks } from '../webhooks/settle-webhooks.ts'
import { type WebhookAccount, webhookAccounts } from '../webhooks/webhook-accounts.ts'
import * as refusal from '../webhooks/webhook-refusals.ts'
import { askingDeps, type Managing, type Trying } from './managing.ts'
import { patiently } from './patiently.ts'

type Asking = Pick<Managing, 'deps' | 'secretKey' | 'signal'>

/** What came of one connection, so that the trouble of one does not cost the others. */
export type Each<T> = { readonly account: WebhookAccount; readonly done: T } | Failed
export type Failed = { readonly account: WebhookAccount; readonly error: unknown }

/**
 * How a connection's webhooks stand. `plan`: as the service shows them; null where they are set up in its console, where nobody
 * knows our address, or where none are wanted and none are known.
 */
export type WebhookStanding = {
  readonly plan: WebhookPlan | null
  readonly hasSecret: boolean
  readonly lastDeliveryAt: DbTime | null
  readonly refused: number
  readonly lastRefusedAt: DbTime | null
  readonly formerSecretUntil: DbTime | null
}

/** Every connection whose service can deliver, as it and the record tell. Throws UserError without the key of the record. */
export async function webhookStandings(asking: Asking): Promise<readonly Each<WebhookStanding>[]> {
  const deps = await askingDeps(asking)
  const [news, former] = [await deliveryNews(deps.db), await formerSecrets(deps.db)]
  return each(await webhookAccounts(deps), async (account) => {
    const { id } = account.row
    const {
      lastAt = null,
      refused = 0,
      lastRefusedAt = null,
    } = news.find((one) => one.connectionId === id) ?? {}
    const formerSecretUntil = former.find((one) => one.connectionId === id)?.until ?? null
    const hasSecret = secretOf(deps, account) !== undefined
    const plan = await standingPlan(deps, account, asking.signal)
    return { plan, hasSecret, lastDeliveryAt: lastAt, refused, lastRefusedAt, formerSecretUntil }
  })
}

async function standingPlan(
  deps: Deps,
  account: WebhookAccount,
  signal: AbortSignal,
): Promise<WebhookPlan | null> {
  const { row, url } = account
  const known = await knownWebhooks(deps.db, row.id)
  if (known.length === 0 && !(row.webhooks && url !== null)) return null
  const able = removable(account)
  return able === null ? null : patiently({ signal }, () => lookAtWebhooks(deps, able, signal))
}

/** `settled` null: the service's console is where a person registers them. `switchedOn`: it took no deliveries before. */
export type RegisteredWebhooks = {
  readonly settled: SettledWebhooks | null
  readonly switchedOn: boolean
  /** Whether the configuration says at the next start whether deliveries are taken. */
  readonly configured: boolean
}

/**
 * Registers what is missing and repairs the rest, of one connection, which is switched on where it is off, or of all that are
 * on. Throws UserError where that cannot be begun.
 */
export async function registerWebhooks(
  asking: Asking,
  name: string | null,
  { dryRun, switchOn }: Trying & { readonly switchOn: boolean },
): Promise<readonly Each<RegisteredWebhooks>[]> {
  const deps = await askingDeps(asking)
  const accounts = await accountsMeant(deps, name)
  for (const account of accounts) requireReady(deps, account, switchOn)
  const settle = (able: Registrable) => patiently(asking, () => settleWebhooks(deps, able, asking.signal))
  return each(accounts, async (account) => {
    const { row } = account
    const switchedOn = !row.webhooks
    const able = registrable(account)
    const configured = await isConfigured(deps.db, row.id)
    // Before the first delivery can come.
    if (switchedOn && !dryRun) await setTaken(deps.db, row.id, true)
    if (able === null) return { settled: null, switchedOn, configured }
    if (!dryRun) return { settled: await settle(able), switchedOn, configured }
    const plan = await lookAtWebhooks(deps, able, asking.signal)
    return { settled: { before: plan, after: plan }, switchedOn, configured }
  })
}

/** `console`: those that a person has made in the service's console are left. */
export type RemovedWebhooks = {
  readonly removed: readonly RemoteWebhook[]
  readonly console: boolean
  readonly configured: boolean
}

/** Removes every webhook of ours, of one connection or of all that are on, and takes their deliveries no more. */
export async function removeAllWebhooks(
  asking: Asking,
  name: string | null,
  { dryRun }: Trying,
): Promise<readonly Each<RemovedWebhooks>[]> {
  const deps = await askingDeps(asking)
  return each(await accountsMeant(deps, name), async (account) => {
    const able = removable(account)
    const configured = await isConfigured(deps.db, account.row.id)
    const removed =
      able === null
        ? []
        : dryRun
          ? (await lookAtWebhooks(deps, able, asking.signal)).ours
          : await patiently(asking, () => removeWebhooks(deps, able, asking.signal))
    if (!dryRun) await setTaken(deps.db, account.row.id, false)
    return { removed, console: able === null, configured }
  })
}

/** The connection of this name with its webhooks. Throws UserError where there is none, or its service has none. */
export async function webhookAccountNamed(
  deps: Pick<Deps, 'db' | 'providers' | 'publicUrl'>,
  name: string,
): Promise<WebhookAccount> {
  const row = await connectionNamed(deps, name)
  const account = (await webhookAccounts(deps)).find((one) => one.row.id === row.id)
  if (account === undefined) throw refusal.noWebhooks(name, providerOf(deps, row.provider).name)
  await requireStaying(deps.db, row)
  return account
}

async function accountsMeant(deps: Deps, name: string | null): Promise<WebhookAccount[]> {
  if (name !== null) return [await webhookAccountNamed(deps, name)]
  const on = (await webhookAccounts(deps)).filter(({ row }) => row.webhooks)
  if (on.length === 0) throw refusal.nobodyDelivers()
  return on
}

function requireReady(deps: Deps, account: WebhookAccount, switchOn: boolean): void {
  const { row, provider, webhooks, url } = account
  if (!row.webhooks && !switchOn) throw refusal.deliveriesOff(row.name)
  if (url === null) throw refusal.noPublicUrl()
  webhooks.management?.requireAddress(url)
  if (secretOf(deps, account) !== undefined) return
  const field = provider.credentialFields.find(({ name }) => name === webhooks.secretName)
  throw refusal.noSecret(row.name, field?.label ?? 'secret')
}

function secretOf({ secretKey }: Deps, { row, webhooks }: WebhookAccount): string | undefined {
  return openCredentials(row, secretKey)[webhooks.secretName]
}

async function each<T>(
  accounts: readonly WebhookAccount[],
  work: (account: WebhookAccount) => Promise<T>,
): Promise<readonly Each<T>[]> {
  const all: Each<T>[] = []
  for (const account of accounts)
    all.push(
      await work(account).then(
        (done) => ({ account, done }),
        (error: unknown) => ({ account, error }),
      ),
    )
  return all
}
