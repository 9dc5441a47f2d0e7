import { UserError } from '../../config/errors.ts'
import { claimWebhooks, releaseWebhooks } from '../../store/webhooks.ts'
import type { Deps } from '../deps.ts'
import type { WebhookAccount } from './webhook-accounts.ts'

/** Longest time for which one looks after a connection's webhooks; a process that dies holds the others up so long. */
const LEASE_MS = 60_000
/** The calls end before that. */
const WORK_MS = 50_000

/** Two at once would both see that one is missing, and register two. Throws UserError while somebody else is at it. */
export async function alone<T>(
  { db }: Pick<Deps, 'db'>,
  { row }: Pick<WebhookAccount, 'row'>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const until = await claimWebhooks(db, row.id, LEASE_MS)
  if (until === null)
    throw new UserError({
      code: 'WEBHOOKS_BUSY',
      message: `Somebody else is changing the webhooks of ${row.name} right now.`,
      hints: ['Try again in a minute.'],
    })
  try {
    return await work(AbortSignal.any([signal, AbortSignal.timeout(WORK_MS)]))
  } finally {
    await releaseWebhooks(db, row.id, until)
  }
}
