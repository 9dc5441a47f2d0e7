import { webhookAddress } from '../../config/webhook-address.ts'
import type { Provider, Webhooks } from '../../providers/contract.ts'
import { allConnections, type ConnectionRow } from '../../store/connections.ts'
import type { Deps } from '../deps.ts'

/** A connection whose service can deliver. `url`: where to; null where PUBLIC_URL does not say how we are reached. */
export type WebhookAccount = {
  readonly row: ConnectionRow
  readonly provider: Provider
  readonly webhooks: Webhooks
  readonly url: string | null
}

/** Every connection whose service can deliver, whether or not its deliveries are taken. */
export async function webhookAccounts(
  deps: Pick<Deps, 'db' | 'providers' | 'publicUrl'>,
): Promise<WebhookAccount[]> {
  const rows = await allConnections(deps.db)
  return rows.flatMap((row) => {
    const provider = deps.providers.get(row.provider)
    if (provider?.webhooks == null) return []
    const { webhooks } = provider
    return [{ row, provider, webhooks, url: urlOf(deps, row, webhooks, rows) }]
  })
}

/**
 * A service that we register with is told an address of the connection's own as soon as there are several: its deliveries do not
 * say of which account they are. An app's console has one address for all users.
 */
function urlOf(
  { publicUrl }: Pick<Deps, 'publicUrl'>,
  row: ConnectionRow,
  { management }: Webhooks,
  rows: readonly ConnectionRow[],
): string | null {
  if (publicUrl === undefined) return null
  const several = rows.filter(({ provider }) => provider === row.provider).length > 1
  return webhookAddress(publicUrl, row.provider, management !== null && several ? row.name : null)
}
