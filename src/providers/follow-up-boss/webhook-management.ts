import type { Connection, RemoteWebhook, WebhookManagement } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { attempt, type Client, send } from './client.ts'
import { PROVIDER } from './errors.ts'
import { listPage } from './list.ts'
import { webhookSchema } from './wire.ts'

/**
 * What deliveries are wanted of: all that becomes a nudge. The finer events of people (tags, stage, relationships) are
 * left out, because `peopleUpdated` comes with each of them (reference §13.2).
 */
export const EVENTS: readonly string[] = ['tasks', 'people', 'deals', 'pipeline', 'pipelineStage'].flatMap(
  (name) => ['Created', 'Updated', 'Deleted'].map((what) => name + what),
)

/** A system may have so many for one event in an account. */
const MOST_PER_EVENT = 2

/** `/webhooks`, with the key of the account's owner and a registered system (reference §13.1). */
export const webhookManagement = (clientOf: (connection: Connection) => Client): WebhookManagement => ({
  list: (connection) => list(clientOf(connection)),
  register: (connection, url) => register(clientOf(connection), url),
  remove: (connection, remoteId) => remove(clientOf(connection), remoteId),
})

/** At most two for each of some 45 events: one page. */
async function list(client: Client): Promise<RemoteWebhook[]> {
  const { rows } = await listPage(client, 'webhooks', {})
  return rows.flatMap((row) => {
    const parsed = webhookSchema.safeParse(row)
    if (!parsed.success) return []
    const { id, event, url, status } = parsed.data
    return [{ remoteId: id, event, url, active: status === 'Active' }]
  })
}

async function register(client: Client, url: string): Promise<readonly RemoteWebhook[]> {
  if (!url.startsWith('https://')) throw notSecure()
  const before = await list(client)
  const full: string[] = []
  for (const event of EVENTS) {
    const there = before.filter((one) => one.event === event)
    if (!(await settle(client, event, url, there))) full.push(event)
  }
  if (full.length > 0) throw noPlace(full)
  return (await list(client)).filter((one) => EVENTS.includes(one.event) && one.active && isAt(one, url))
}

/** Makes this event come to the URL, once; false when others have both places. */
async function settle(
  client: Client,
  event: string,
  url: string,
  there: readonly RemoteWebhook[],
): Promise<boolean> {
  const here = there.filter((one) => isAt(one, url))
  const ours = [...here, ...there.filter((one) => !here.includes(one) && isOfInstallation(one, url))]
  const kept = here.find((one) => one.active) ?? ours[0]
  if (kept === undefined) {
    if (there.length >= MOST_PER_EVENT) return false
    await send(client, { method: 'POST', path: '/webhooks', body: { event, url }, owner: true })
    return true
  }
  if (!kept.active || !isAt(kept, url)) await repair(client, kept, url)
  for (const surplus of ours) if (surplus !== kept) await remove(client, surplus.remoteId)
  return true
}

async function repair(client: Client, { remoteId }: RemoteWebhook, url: string): Promise<void> {
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

function isAt(one: RemoteWebhook, url: string): boolean {
  return addressOf(one.url) === addressOf(url)
}

function isOfInstallation(one: RemoteWebhook, url: string): boolean {
  return installationOf(one.url) === installationOf(url)
}

/**
 * What tells installations apart: the receiver takes deliveries below `/webhook/`, and two of them may share a host by
 * what lies before that. An address of another form stands for its host, and never for a receiver there.
 */
function installationOf(url: string): string {
  const address = addressOf(url)
  const at = address.lastIndexOf('/webhook/')
  if (at >= 0) return address.slice(0, at + '/webhook/'.length)
  return URL.canParse(address) ? new URL(address).origin : address
}

/** One spelling of an address: letter case of the host, the default port. */
function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url
}

function noPlace(events: readonly string[]): ProviderError {
  return new ProviderError({
    kind: 'limit-reached',
    provider: PROVIDER,
    message: `Two other addresses already get ${events.join(', ')} from this system in Follow Up Boss`,
    hint: 'Remove a webhook that is no longer used, or register a system of its own for this installation at apps.followupboss.com/system-registration',
  })
}

function notSecure(): ProviderError {
  return new ProviderError({
    kind: 'invalid',
    provider: PROVIDER,
    message: 'Follow Up Boss delivers to addresses that begin with https:// only',
    hint: 'Set PUBLIC_URL to the https address at which the receiver is reached from outside',
  })
}
