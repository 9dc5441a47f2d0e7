import { type WebhookPlan, webhookSteps } from '../../core/webhook-steps.ts'
import type { Connection, RemoteWebhook, WebhookManagement } from '../../providers/contract.ts'
import { knownWebhooks } from '../../store/webhooks.ts'
import type { Deps } from '../deps.ts'
import { openConnection, type QuotaPriority } from '../open-connection.ts'
import { againWhenRenewed } from '../refused-token.ts'
import type { WebhookAccount } from './webhook-accounts.ts'

/** An account with which the program registers webhooks by itself, and the address where they are to come (empty: nowhere). */
export type Registrable = WebhookAccount & {
  readonly url: string
  readonly management: WebhookManagement
}

/** Null where webhooks are set up in the service's own console, or nobody knows our address. */
export function registrable(account: WebhookAccount): Registrable | null {
  return account.url === null ? null : removable(account)
}

/** As `registrable`; without an address of ours what the record knows of is still ours. */
export function removable(account: WebhookAccount): Registrable | null {
  const { management } = account.webhooks
  return management === null ? null : { ...account, url: account.url ?? '', management }
}

/** What the service holds, and what is to be done about it. One call; throws ProviderError. */
export function lookAtWebhooks(
  deps: Deps,
  account: Registrable,
  signal: AbortSignal,
  priority: QuotaPriority = 'change',
): Promise<WebhookPlan> {
  return asking(deps, account, signal, (connection) => lookBy(deps, account, connection), priority)
}

/** Calls for which one connection is opened, so that they wait for each other's budget. `work` is safe to repeat. */
export function asking<T>(
  deps: Deps,
  { row }: Registrable,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<T>,
  priority: QuotaPriority = 'change',
): Promise<T> {
  return againWhenRenewed(deps, row.id, async () =>
    work((await openConnection(deps, row.id, priority, signal)).direct),
  )
}

export async function lookBy(deps: Deps, account: Registrable, connection: Connection): Promise<WebhookPlan> {
  const { management, url } = account
  if (url !== '') management.requireAddress(url)
  return planFor(deps, account, await management.list(connection))
}

async function planFor(
  { db }: Pick<Deps, 'db'>,
  { row, url, management, webhooks: { events } }: Registrable,
  there: readonly RemoteWebhook[],
): Promise<WebhookPlan> {
  const known = await knownWebhooks(db, row.id)
  const { most } = management
  const ids = new Set(known.flatMap(({ remoteId }) => remoteId ?? []))
  return webhookSteps({ url, events, most, ids, urls: new Set(known.map((one) => one.url)) }, there)
}
