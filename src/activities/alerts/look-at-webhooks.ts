import { inTransaction } from '../../store/database.ts'
import { noteChore } from '../../store/watch.ts'
import { saveWebhookTroubles, type WebhookTrouble } from '../../store/webhook-troubles.ts'
import type { Deps } from '../deps.ts'
import { checkWebhooks, type WebhookFinding } from '../webhooks/check-webhooks.ts'

/** Asks the services for our webhooks, and remembers what is wrong until the next check; the next look for trouble tells. */
export async function lookAtAllWebhooks(deps: Deps, signal: AbortSignal): Promise<void> {
  const troubles = troublesOf(await checkWebhooks(deps, signal))
  await inTransaction(deps.db, async (tx) => {
    await saveWebhookTroubles(tx, troubles)
    await noteChore(tx, 'webhooks')
  })
}

/** One for each connection. What a service does not say is no news of what it said before. */
function troublesOf(findings: readonly WebhookFinding[]): WebhookTrouble[] {
  return [...new Set(findings.map(({ connectionId }) => connectionId))].map((connectionId) => {
    const own = findings.filter((one) => one.connectionId === connectionId)
    const unsaid = own.some(({ kind }) => kind === 'not-looked')
    return { connectionId, events: unsaid ? null : new Set(own.flatMap(({ events }) => events)).size }
  })
}
