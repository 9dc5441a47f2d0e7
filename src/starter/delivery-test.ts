import type { Deps } from '../activities/deps.ts'
import { lookAtWebhooks, registrable } from '../activities/webhooks/look-at-webhooks.ts'
import { type AwaitedDelivery, waitForDelivery } from '../activities/webhooks/wait-for-delivery.ts'
import type { WebhookAccount } from '../activities/webhooks/webhook-accounts.ts'
import { openCredentials } from '../store/connections.ts'
import { causeOf, reachedAt, whyNone } from './why-no-delivery.ts'

/** How long one is waited for where nobody says. */
export const TEST_SECONDS = 120

/** `why`: why none may have come; empty where one came. */
export type TriedDelivery = AwaitedDelivery & { readonly why: readonly string[] }

/** Waits for a delivery; when none has come within `timeout` seconds, finds out what may be the matter. Rejects when the signal fires. */
export async function tryDelivery(
  deps: Deps,
  account: WebhookAccount,
  timeout: number,
  signal: AbortSignal,
): Promise<TriedDelivery> {
  const awaited = await waitForDelivery(deps, account.row.id, timeout * 1000, signal)
  if (awaited.came !== null) return { ...awaited, why: [] }
  const able = registrable(account)
  const plan = able === null ? null : await lookAtWebhooks(deps, able, signal).catch(() => null)
  const reached = account.url === null ? null : await reachedAt(account.url, signal)
  const credentials = openCredentials(account.row, deps.secretKey)
  return { ...awaited, why: whyNone({ account, awaited, plan, reached, credentials }) }
}

/** For the person who is to cause one. */
export function awaitingLines(account: WebhookAccount, timeout: number): string[] {
  return [causeOf(account), `Waiting up to ${timeout} s for a delivery at ${account.url ?? 'the receiver'} …`]
}

export function triedLines({ row }: WebhookAccount, { came, why }: TriedDelivery, timeout: number): string[] {
  return came === null
    ? [`No delivery has come within ${timeout} s.`, ...why.map((line) => `- ${line}`)]
    : [`A delivery has come, about ${came.about}: webhooks of ${row.name} work.`]
}
