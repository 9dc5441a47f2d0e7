import type { RemoteWebhook } from '../../providers/contract.ts'
import { inTransaction } from '../../store/database.ts'
import { saveKnown } from '../../store/webhooks.ts'
import type { Deps } from '../deps.ts'
import { alone } from './alone.ts'
import { asking, lookBy, type Registrable } from './look-at-webhooks.ts'

/** Removes every webhook of ours, wherever it leads, and gives them back. Safe to repeat. Throws as `settleWebhooks` does. */
export async function removeWebhooks(
  deps: Deps,
  account: Registrable,
  signal: AbortSignal,
): Promise<readonly RemoteWebhook[]> {
  return alone(deps, account, signal, (within) =>
    asking(deps, account, within, async (connection) => {
      const { ours } = await lookBy(deps, account, connection)
      for (const { remoteId } of ours) await account.management.remove(connection, remoteId)
      await inTransaction(deps.db, (tx) => saveKnown(tx, account.row.id, []))
      return ours
    }),
  )
}
