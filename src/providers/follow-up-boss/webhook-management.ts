import type { z } from 'zod'
import type { Connection, RemoteWebhook, WebhookManagement } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { attempt, type Client, send } from './client.ts'
import { PROVIDER } from './errors.ts'
import { listPage } from './list.ts'
import { webhookSchema } from './wire.ts'

/** A system may have so many for one event in an account. */
const MOST_PER_EVENT = 2

/** `/webhooks`, with the key of the account's owner and a registered system (reference §13.1). */
export const webhookManagement = (clientOf: (connection: Connection) => Client): WebhookManagement => ({
  most: MOST_PER_EVENT,
  requireAddress,
  list: (connection) => list(clientOf(connection)),
  register: (connection, wanted) => register(clientOf(connection), wanted),
  repair: (connection, remoteId, url) => repair(clientOf(connection), remoteId, url),
  remove: (connection, remoteId) => remove(clientOf(connection), remoteId),
})

function requireAddress(url: string): void {
  if (url.startsWith('https://')) return
  throw new ProviderError({
    kind: 'invalid',
    provider: PROVIDER,
    message: 'Follow Up Boss delivers to addresses that begin with https:// only',
    hint: 'Set PUBLIC_URL to the https address at which the receiver is reached from outside',
  })
}

/** At most two for each of some 45 events: one page. */
async function list(client: Client): Promise<RemoteWebhook[]> {
  const { rows } = await listPage(client, 'webhooks', {})
  return rows.flatMap((row) => {
    const parsed = webhookSchema.safeParse(row)
    return parsed.success ? [seen(parsed.data)] : []
  })
}

async function register(
  client: Client,
  { event, url }: Pick<RemoteWebhook, 'event' | 'url'>,
): Promise<RemoteWebhook> {
  requireAddress(url)
  const { body } = await send(client, {
    method: 'POST',
    path: '/webhooks',
    body: { event, url },
    owner: true,
  })
  const made = webhookSchema.safeParse(body)
  if (made.success) return seen(made.data)
  throw new ProviderError({
    kind: 'ambiguous-write',
    provider: PROVIDER,
    message: 'The answer of Follow Up Boss to a new webhook could not be understood',
  })
}

async function repair(client: Client, remoteId: string, url: string): Promise<void> {
  requireAddress(url)
  const body = { url, status: 'Active' }
  await send(client, { method: 'PUT', path: pathOf(remoteId), body, object: true, owner: true })
}

async function remove(client: Client, remoteId: string): Promise<void> {
  const outcome = await attempt(client, {
    method: 'DELETE',
    path: pathOf(remoteId),
    object: true,
    owner: true,
  })
  if ('error' in outcome && outcome.error.kind !== 'gone') throw outcome.error
}

const pathOf = (remoteId: string): string => `/webhooks/${encodeURIComponent(remoteId)}`

function seen({ id, event, url, status }: z.infer<typeof webhookSchema>): RemoteWebhook {
  return { remoteId: id, event, url, active: status === 'Active' }
}
