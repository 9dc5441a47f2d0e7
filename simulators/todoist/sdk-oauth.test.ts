import {
  getAuthorizationUrl,
  getAuthStateParameter,
  getAuthToken,
  migratePersonalToken,
  parseWebhookPayload,
  refreshAuthToken,
  registerClient,
  revokeToken,
  TodoistApi,
  verifyWebhookSignature,
} from '@doist/todoist-sdk'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { refusalOf } from './sdk-client.ts'
import { emptyAccount, type TestClient } from './test-client.ts'
import { CALLBACK } from './test-oauth.ts'
import { type Receiver, startReceiver } from './test-receiver.ts'

let client: TestClient
let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
  client = await emptyAccount()
})
afterEach(async () => {
  await client.sim.close()
  await receiver.close()
})

const app = { clientId: 'app', clientSecret: 'shh' }
const at = () => ({ baseUrl: client.sim.url })
const withToken = (token: string) => new TodoistApi(token, at())

async function granted() {
  await client.admin('apps', {
    client_id: 'app',
    client_secret: 'shh',
    redirect_uris: [CALLBACK],
    webhook: { url: receiver.url, events: ['*'] },
  })
  const state = getAuthStateParameter()
  const permissions = ['data:read_write', 'data:delete'] as const
  const url = getAuthorizationUrl({ clientId: 'app', permissions, state, ...at() })
  const { headers } = await fetch(url, { redirect: 'manual' })
  const back = new URL(headers.get('location') ?? '').searchParams
  expect(back.get('state')).toBe(state)
  return getAuthToken({ ...app, code: back.get('code') ?? '' }, at())
}

it('goes through the flow, refreshes and revokes', async () => {
  const first = await granted()
  expect(first).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600, refreshToken: expect.any(String) })
  expect(await withToken(first.accessToken).addTask({ content: 'x' })).toMatchObject({ content: 'x' })
  await client.admin('clock', { advanceMs: 3_600_000 })
  expect(await refusalOf(withToken(first.accessToken).getTasks())).toEqual([401, 'UNAUTHORIZED', 477])
  const second = await refreshAuthToken({ ...app, refreshToken: first.refreshToken ?? '' }, at())
  expect((await withToken(second.accessToken).getTasks()).results).toHaveLength(1)
  expect(second.refreshToken).not.toBe(first.refreshToken)
  expect(await revokeToken({ ...app, token: second.accessToken }, at())).toBe(true)
  expect(await refusalOf(withToken(second.accessToken).getTasks())).toEqual([401, 'UNAUTHORIZED', 477])
  const dead = refreshAuthToken({ ...app, refreshToken: second.refreshToken ?? '' }, at())
  await expect(dead).rejects.toMatchObject({ httpStatusCode: 400, responseData: { error: 'invalid_grant' } })
  const bad = getAuthToken({ ...app, code: 'nonsense' }, at())
  await expect(bad).rejects.toMatchObject({ responseData: { error: 'bad_authorization_code' } })
})

it('is told when it may not delete', async () => {
  await granted()
  const { accessToken } = await migratePersonalToken(
    { ...app, personalToken: 'key', scope: ['data:read_write'] },
    at(),
  )
  const api = withToken(accessToken ?? '')
  const task = await api.addTask({ content: 'x' })
  expect(await refusalOf(api.deleteTask(task.id))).toEqual([
    403,
    'AUTH_INSUFFICIENT_TOKEN_SCOPE',
    expect.any(Number),
  ])
})

it('registers a client of its own', async () => {
  const made = await registerClient(
    { redirectUris: [CALLBACK], clientName: 'Mine', scope: ['data:read'] },
    at(),
  )
  expect(made).toMatchObject({
    clientName: 'Mine',
    redirectUris: [CALLBACK],
    scope: ['data:read'],
    tokenEndpointAuthMethod: 'client_secret_post',
    clientSecretExpiresAt: null,
    clientIdIssuedAt: new Date('2026-11-20T17:00:00Z'),
  })
  const url = getAuthorizationUrl({
    clientId: made.clientId,
    permissions: ['data:read'],
    state: 's',
    ...at(),
  })
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(302)
})

it('proves where a webhook comes from', async () => {
  const { accessToken } = await granted()
  await client.settings({ webhookVersion: '1', webhookTasks: 'full' })
  const task = await withToken(accessToken).addTask({ content: 'Ünïcode 🏡' })
  await vi.waitFor(() => expect(receiver.heard).toHaveLength(1), { interval: 5 })
  const { raw = '', signature = '' } = receiver.heard[0] ?? {}
  const verify = (rawBody: string, clientSecret: string) =>
    verifyWebhookSignature({ rawBody, signature, clientSecret })
  expect(await verify(raw, 'shh')).toBe(true)
  expect(await verify(`${raw} `, 'shh')).toBe(false)
  expect(await verify(raw, 'other')).toBe(false)
  const hex = Buffer.from(signature, 'base64').toString('hex')
  expect(await verifyWebhookSignature({ rawBody: raw, signature: hex, clientSecret: 'shh' })).toBe(false)
  expect(parseWebhookPayload(JSON.parse(raw))).toMatchObject({
    eventName: 'item:added',
    userId: '39768711',
    eventData: { id: task.id, content: 'Ünïcode 🏡' },
  })
})

it('does not read the documented sample of a webhook, which lacks keys', async () => {
  const { accessToken } = await granted()
  await withToken(accessToken).addTask({ content: 'x' })
  await vi.waitFor(() => expect(receiver.heard).toHaveLength(1), { interval: 5 })
  const payload = JSON.parse(receiver.heard[0]?.raw ?? '') as { version: string }
  expect(payload.version).toBe('10')
  expect(() => parseWebhookPayload(payload)).toThrow()
})
