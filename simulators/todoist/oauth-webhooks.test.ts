import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { emptyAccount, type TestClient } from './test-client.ts'
import { grant, refresh, registerApp } from './test-oauth.ts'
import { type Receiver, startReceiver } from './test-receiver.ts'

let client: TestClient
let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
  client = await emptyAccount()
  await registerApp(client, { webhook: { url: receiver.url, events: ['item:added'] } })
})
afterEach(async () => {
  await client.sim.close()
  await receiver.close()
})

const heard = (count: number) => vi.waitFor(() => expect(receiver.heard).toHaveLength(count), { interval: 5 })
/** What a receiver that hears everything has heard by now: deliveries leave in the order of the changes. */
async function contents(): Promise<unknown[]> {
  const other = await startReceiver()
  await client.admin('webhooks', { url: other.url, secret: 's', events: ['label:added'] })
  await client.command('label_add', { name: `last-${Math.random()}` })
  await vi.waitFor(() => expect(other.heard).toHaveLength(1), { interval: 5 })
  await other.close()
  return receiver.heard.map(
    ({ raw }) => (JSON.parse(raw) as { event_data: { content: string } }).event_data.content,
  )
}

it('tells an app nothing before the user went through its OAuth flow', async () => {
  await client.command('item_add', { content: 'before' })
  const migrated = await client.call('POST', '/api/v1/access_tokens/migrate_personal_token', {
    client_id: 'other',
    client_secret: 'shh',
    personal_token: 'key',
    scope: 'data:read',
  })
  expect(migrated.status).toBe(400)
  expect(await contents()).toEqual([])
  await grant(client)
  await client.command('item_add', { content: 'after' })
  await client.command('label_add', { name: 'not asked for' })
  await heard(1)
  expect(await contents()).toEqual(['after'])
})

it('a personal token that was traded for the app is not the flow', async () => {
  const { status } = await client.call('POST', '/api/v1/access_tokens/migrate_personal_token', {
    client_id: 'app',
    client_secret: 'shh',
    personal_token: 'key',
    scope: 'data:read_write',
  })
  expect(status).toBe(200)
  await client.command('item_add', { content: 'x' })
  expect(await contents()).toEqual([])
})

it('goes on through a refresh and ends when nothing is granted any more', async () => {
  const { refresh_token } = await grant(client)
  await refresh(client, refresh_token)
  await client.command('item_add', { content: 'a' })
  await heard(1)
  await client.admin('clock', { advanceMs: 61_000 })
  await refresh(client, refresh_token)
  await client.command('item_add', { content: 'b' })
  expect(await contents()).toEqual(['a'])
})

it('follows the address in the console', async () => {
  await grant(client)
  const moved = await startReceiver()
  await registerApp(client, { webhook: { url: moved.url, events: ['*'] } })
  await client.command('item_add', { content: 'a' })
  await vi.waitFor(() => expect(moved.heard).toHaveLength(1), { interval: 5 })
  await moved.close()
  expect(receiver.heard).toEqual([])
})
