import { ProviderError } from '../../providers/provider-error.ts'
import type { ConnectionRow } from '../../store/connections.ts'
import { knownWebhooks } from '../../store/webhooks.ts'
import { removable } from '../webhooks/look-at-webhooks.ts'
import { removeWebhooks } from '../webhooks/remove-webhooks.ts'
import { webhookAccounts } from '../webhooks/webhook-accounts.ts'
import { askingDeps, type Managing } from './managing.ts'
import { patiently } from './patiently.ts'

/**
 * Takes away what we have registered for a connection that is about to go, while there is still a key to do it with. A service that
 * does not let us keeps them, and they deliver to nobody: no reason to keep the connection.
 */
export async function leaveNoWebhooks(
  managing: Pick<Managing, 'deps' | 'secretKey' | 'signal'>,
  { id, name }: Pick<ConnectionRow, 'id' | 'name'>,
): Promise<void> {
  if ((await knownWebhooks(managing.deps.db, id)).length === 0) return
  const deps = await askingDeps(managing)
  const account = (await webhookAccounts(deps)).find(({ row }) => row.id === id)
  const able = account === undefined ? null : removable(account)
  if (able === null) return
  try {
    await patiently(managing, () => removeWebhooks(deps, able, managing.signal))
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    deps.log.warn(
      { connection: name, why: error.kind },
      'webhooks of a connection that is removed stay with its service',
    )
  }
}
