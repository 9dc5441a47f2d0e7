import type { WebhookPlan, WebhookStep } from '../../core/webhook-steps.ts'
import type { Connection } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { inTransaction } from '../../store/database.ts'
import { dropWebhookTrouble } from '../../store/webhook-troubles.ts'
import { noteIntended, saveKnown } from '../../store/webhooks.ts'
import type { Deps } from '../deps.ts'
import { alone } from './alone.ts'
import { asking, lookBy, type Registrable } from './look-at-webhooks.ts'

/** `before`: what was to be done, and was. `after`: what then is left, for want of places. */
export type SettledWebhooks = { readonly before: WebhookPlan; readonly after: WebhookPlan }

/**
 * Registers what is missing, repairs what is switched off or leads elsewhere, and takes away what comes twice; foreign webhooks
 * are left alone. Safe to repeat, also after an error: what a lost answer has made is found in the list and kept. Throws
 * ProviderError after doing all that could be done, UserError while somebody else is at it.
 */
export async function settleWebhooks(
  deps: Deps,
  account: Registrable,
  signal: AbortSignal,
): Promise<SettledWebhooks> {
  return alone(deps, account, signal, (within) =>
    asking(deps, account, within, async (connection) => {
      const before = await lookBy(deps, account, connection)
      let lost: ProviderError | null = null
      for (const step of before.steps) lost = (await tried(deps, account, connection, step)) ?? lost
      const after = before.steps.length === 0 ? before : await lookBy(deps, account, connection)
      // A lost answer to a new one may come true later: its row stays until it is seen.
      if (after.steps.length === 0) await remember(deps, account, after)
      else if (lost !== null) throw lost
      return { before, after }
    }),
  )
}

/** One step; the error where nobody knows what became of it. Any other is thrown: what follows would fare no better. */
async function tried(
  deps: Deps,
  account: Registrable,
  connection: Connection,
  step: WebhookStep,
): Promise<ProviderError | null> {
  try {
    await carryOut(deps, account, connection, step)
    return null
  } catch (error) {
    if (error instanceof ProviderError && (error.kind === 'ambiguous-write' || error.kind === 'gone'))
      return error
    throw error
  }
}

async function carryOut(
  { db }: Deps,
  { row, management, url }: Registrable,
  connection: Connection,
  step: WebhookStep,
): Promise<void> {
  switch (step.do) {
    case 'register':
      await noteIntended(db, row.id, { event: step.event, url })
      await management.register(connection, { event: step.event, url })
      return
    case 'repair':
      return management.repair(connection, step.remoteId, url)
    case 'remove':
      return management.remove(connection, step.remoteId)
  }
}

/** What somebody sends us beside these is not ours to remove one day. */
async function remember(
  { db }: Deps,
  { row, webhooks }: Registrable,
  { ours, full }: WebhookPlan,
): Promise<void> {
  const wanted = ours.filter(({ event }) => webhooks.events.includes(event))
  await inTransaction(db, async (tx) => {
    await saveKnown(tx, row.id, wanted)
    // What is mended is not told as wrong until the next check.
    if (full.length === 0) await dropWebhookTrouble(tx, row.id)
  })
}
