import { type WebhookPlan, webhookSteps } from '../../core/webhook-steps.ts'
import type { Connection, RemoteWebhook, WebhookManagement } from '../../providers/contract.ts'
import { knownWebhooks } from '../../store/webhooks.ts'
import type { Deps } from '../deps.ts'
import { openConnection } from '../open-connection.ts'
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
export async function lookAtWebhooks(
  deps: Deps,
  account: Registrable,
  signal: AbortSignal,
): Promise<WebhookPlan> {
  if (account.url !== '') account.management.requireAddress(account.url)
  const there = await againWhenRenewed(deps, account.row.id, async () =>
    account.management.list(await callable(deps, account, signal)),
  )
  return planFor(deps, account, there)
}

/** The connection, ready for calls that a person waits for. */
export async function callable(
  deps: Deps,
  { row }: Pick<WebhookAccount, 'row'>,
  signal: AbortSignal,
): Promise<Connection> {
  return (await openConnection(deps, row.id, 'change', signal)).direct
}

export async function planFor(
  { db }: Pick<Deps, 'db'>,
  { row, url, management, webhooks: { events } }: Registrable,
  there: readonly RemoteWebhook[],
): Promise<WebhookPlan> {
  const known = await knownWebhooks(db, row.id)
  const { most } = management
  const ids = new Set(known.flatMap(({ remoteId }) => remoteId ?? []))
  return webhookSteps({ url, events, most, ids, urls: new Set(known.map((one) => one.url)) }, there)
}
