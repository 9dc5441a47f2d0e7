import { afterEach, expect, it } from 'vitest'
import {
  type Reply,
  type ScriptedServer,
  scriptedServer,
} from '../../../test/follow-up-boss/scripted-server.ts'
import { countingGate, todoistConnection } from '../../../test/todoist/connection.ts'
import type { Credentials, Renewal } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { createTodoist } from './index.ts'

const SECRETS = { token: 'old-access', refreshToken: 'old-refresh', clientSecret: 'app-secret' }
const SIGNED_IN: Credentials = {
  ...SECRETS,
  clientId: 'app-id',
  expiresAt: '2026-11-21T10:00:00.000000Z',
  scope: 'data:read_write',
  webhookSecret: 'hook-secret',
}
const FULL = {
  access_token: 'new-access',
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: 'new-refresh',
  scope: 'data:read_write,data:delete',
}

let server: ScriptedServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

function renewal(): Renewal {
  const found = createTodoist().renewal
  if (found === null) throw new Error('Todoist renews nothing')
  return found
}

async function renew(
  reply: Reply,
  credentials: Credentials = SIGNED_IN,
  gate = countingGate(),
): Promise<Credentials> {
  server = await scriptedServer(() => reply)
  return renewal().renew(todoistConnection(new URL(server.baseUrl).origin, { credentials, gate }))
}

async function failure(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ProviderError)) throw new Error(`no ProviderError, but ${String(error)}`)
  return error
}

it('sends the form of RFC 6749 without the access token, for one slot of the rest context', async () => {
  const gate = countingGate()
  await renew({ body: FULL }, SIGNED_IN, gate)
  const [asked] = server?.asked ?? []
  expect(asked).toMatchObject({
    method: 'POST',
    path: '/oauth/access_token',
    body: {
      grant_type: 'refresh_token',
      refresh_token: 'old-refresh',
      client_id: 'app-id',
      client_secret: 'app-secret',
    },
  })
  expect(asked?.headers.authorization).toBeUndefined()
  expect(gate.taken).toEqual(['rest'])
})

it('gives both new tokens, and keeps what else is stored', async () => {
  const credentials = await renew({ body: FULL })
  expect(credentials).toEqual({
    ...SIGNED_IN,
    token: 'new-access',
    refreshToken: 'new-refresh',
    scope: FULL.scope,
    expiresAt: expect.stringMatching(/^2026-11-21T11:00:00\.\d{6}Z$/),
  })
  expect(renewal().endsAt(credentials)).toBe(Date.parse(credentials.expiresAt ?? ''))
})

it('an answer without a refresh token leaves access for an hour that cannot be renewed', async () => {
  const credentials = await renew({ body: { ...FULL, refresh_token: undefined } })
  expect(credentials).toMatchObject({ token: 'new-access' })
  expect(credentials).not.toHaveProperty('refreshToken')
  expect(renewal().endsAt(credentials)).not.toBeNull()
  const gate = countingGate()
  const error = await failure(renewal().renew(todoistConnection('http://127.0.0.1:9', { credentials, gate })))
  expect(error).toMatchObject({ kind: 'auth', hint: expect.stringContaining('Sign in to Todoist again') })
  expect(gate.taken).toEqual([])
})

it('a personal token does not end; an end that cannot be read is past', () => {
  expect(renewal().endsAt({ token: 'personal' })).toBeNull()
  expect(renewal().endsAt(SIGNED_IN)).toBe(Date.parse('2026-11-21T10:00:00Z'))
  expect(renewal().endsAt({ ...SIGNED_IN, expiresAt: 'tomorrow' })).toBe(0)
})

it.each<[string, Reply, ProviderError['kind'], RegExp | undefined]>([
  ['a dead grant', { status: 400, body: { error: 'invalid_grant' } }, 'auth', /Sign in to Todoist again/],
  ['a wrong app', { status: 401, body: { error: 'invalid_client' } }, 'auth', /App Management Console/],
  ['a wrong scope', { status: 400, body: { error: 'invalid_scope' } }, 'auth', /Sign in/],
  ['too many requests', { status: 429, headers: { 'retry-after': '7' } }, 'rate-limited', undefined],
  ['an outage', { status: 503, body: '<html>' }, 'ambiguous-write', undefined],
  ['a cut connection', 'cut', 'ambiguous-write', undefined],
  ['an answer that is none', { body: '<html>' }, 'ambiguous-write', undefined],
  ['an answer without an end', { body: { access_token: 'new-access' } }, 'ambiguous-write', undefined],
  ['another place', { status: 404, body: '<html>' }, 'invalid', /TODOIST_BASE_URL/],
])('%s', async (_, reply, kind, hint) => {
  const error = await failure(renew(reply))
  expect(error).toMatchObject({ kind, provider: 'todoist' })
  if (hint !== undefined) expect(error.hint).toMatch(hint)
  if (kind === 'rate-limited') expect(error.retryAfterMs).toBe(7000)
})

it('a service that cannot be reached got nothing', async () => {
  const closed = await scriptedServer(() => 'cut')
  await closed.close()
  const connection = todoistConnection(new URL(closed.baseUrl).origin, { credentials: SIGNED_IN })
  expect(await failure(renewal().renew(connection))).toMatchObject({ kind: 'transient' })
})

it('no error tells a secret, not even one that the service repeats', async () => {
  const secrets = [...Object.values(SECRETS), 'new-access', 'new-refresh']
  const replies: Reply[] = [
    { status: 400, body: { error: 'invalid_grant', error_description: `token ${SECRETS.refreshToken}` } },
    { status: 400, body: { error: `unknown ${SECRETS.refreshToken}`, error_tag: SECRETS.clientSecret } },
    { body: { access_token: 'new-access', refresh_token: 'new-refresh', expires_in: 'soon' } },
    'cut',
  ]
  for (const reply of replies) {
    const error = await failure(renew(reply))
    const told = [error.message, error.hint, String(error.cause), JSON.stringify(error), error.stack].join(
      '\n',
    )
    for (const secret of secrets) expect(told).not.toContain(secret)
    await server?.close()
  }
})
