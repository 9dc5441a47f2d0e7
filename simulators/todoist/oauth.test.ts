import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyAccount, type TestClient } from './test-client.ts'
import { askToken, authorize, CALLBACK, grant, refresh, registerApp, statusWith } from './test-oauth.ts'

let client: TestClient
beforeEach(async () => {
  client = await emptyAccount()
  await registerApp(client)
})
afterEach(() => client.sim.close())

const HOUR = 3_600_000
const advance = (ms: number) => client.admin('clock', { advanceMs: ms })
const post = (form: Record<string, string>) =>
  askToken(client, { client_id: 'app', client_secret: 'shh', ...form })

describe('asking the user', () => {
  it('comes back with a code and the state', async () => {
    const { status, back } = await authorize(client)
    expect([status, Object.keys(back).sort(), back.state]).toEqual([302, ['code', 'state'], 'st'])
  })

  it('comes back with what is wrong', async () => {
    const error = async (query: Record<string, string>) => (await authorize(client, query)).back
    expect(await error({ scope: 'data:everything' })).toEqual({ error: 'invalid_scope', state: 'st' })
    expect(await error({ response_type: 'token' })).toMatchObject({ error: 'unsupported_response_type' })
    await client.settings({ oauthConsent: 'deny' })
    expect(await error({})).toEqual({ error: 'access_denied', state: 'st' })
    await registerApp(client, { enabled: false })
    expect(await error({})).toMatchObject({ error: 'invalid_application_status' })
  })

  it('never sends the browser to an address that nobody registered', async () => {
    expect(await authorize(client, { client_id: 'other' })).toEqual({ status: 400, back: {} })
    expect((await authorize(client, { redirect_uri: 'https://evil.example/' })).status).toBe(400)
    await registerApp(client, { redirect_uris: [CALLBACK, `${CALLBACK}/2`] })
    expect((await authorize(client)).status).toBe(400)
    expect((await authorize(client, { redirect_uri: `${CALLBACK}/2` })).status).toBe(302)
  })
})

describe('trading the code', () => {
  it('gives a token for an hour, by form or JSON, and works once', async () => {
    const { back } = await authorize(client)
    const trade = { client_id: 'app', client_secret: 'shh', code: back.code ?? '', redirect_uri: CALLBACK }
    const first = await client.call('POST', '/oauth/access_token', trade)
    expect(first).toMatchObject({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^[0-9a-f]{40}$/),
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: expect.any(String),
        scope: 'data:read_write,data:delete',
      },
    })
    expect(await post({ code: back.code ?? '' })).toMatchObject({
      status: 400,
      body: { error: 'bad_authorization_code' },
    })
  })

  it('wants the secret in the body or by Basic, and a code that is not too old', async () => {
    const code = async () => (await authorize(client)).back.code ?? ''
    expect((await post({ code: await code(), client_secret: 'wrong' })).body).toEqual({
      error: 'incorrect_application_credentials',
    })
    const basic = { authorization: `Basic ${Buffer.from('app:shh').toString('base64')}` }
    expect((await askToken(client, { code: await code() }, basic)).status).toBe(200)
    const old = await code()
    await advance(600_000)
    expect((await post({ code: old })).body).toEqual({ error: 'bad_authorization_code' })
    expect((await post({ grant_type: 'password' })).body).toEqual({ error: 'unsupported_grant_type' })
  })

  it('takes an app without a secret at its verifier', async () => {
    await registerApp(client, { token_endpoint_auth_method: 'none' })
    const verifier = 'a'.repeat(43)
    const code_challenge = createHash('sha256').update(verifier).digest('base64url')
    const code = async (query: Record<string, string>) => (await authorize(client, query)).back.code ?? ''
    const trade = async (form: Record<string, string>) =>
      (await askToken(client, { client_id: 'app', ...form })).status
    const challenge = { code_challenge, code_challenge_method: 'S256' }
    expect(await trade({ code: await code(challenge), code_verifier: verifier })).toBe(200)
    expect(await trade({ code: await code(challenge), code_verifier: 'b' })).toBe(400)
    expect(await trade({ code: await code({}) })).toBe(400)
  })

  it('gives apps of before refresh tokens one that lives on', async () => {
    await registerApp(client, { refresh_tokens: false })
    const granted = await grant(client)
    expect(granted).toMatchObject({ expires_in: 315_360_000 })
    expect(granted).not.toHaveProperty('refresh_token')
    await advance(1000 * HOUR)
    expect(await statusWith(client, granted.access_token)).toBe(200)
  })
})

describe('the hour', () => {
  it('ends with the 401 of a bad token, for personal tokens never', async () => {
    const { access_token } = await grant(client)
    await advance(HOUR - 1000)
    expect(await statusWith(client, access_token)).toBe(200)
    await advance(1000)
    const headers = { authorization: `Bearer ${access_token}` }
    const refused = await client.call('GET', '/api/v1/tasks', undefined, headers)
    expect(refused).toMatchObject({ status: 401, body: { error_tag: 'UNAUTHORIZED', error_code: 477 } })
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(refused.headers.get('retry-after')).toBe('3')
    expect(await statusWith(client, 'personal')).toBe(200)
  })

  it('begins anew with a refresh, which gives another refresh token', async () => {
    const first = await grant(client)
    await advance(HOUR)
    const second = await refresh(client, first.refresh_token)
    expect(second).toMatchObject({
      status: 200,
      body: { expires_in: 3600, refresh_token: expect.any(String) },
    })
    const { access_token, refresh_token } = second.body as Record<string, string>
    expect(refresh_token).not.toBe(first.refresh_token)
    expect(await statusWith(client, access_token)).toBe(200)
    expect((await refresh(client, refresh_token)).status).toBe(200)
  })

  it('a refresh token that comes again within 60 s gets the same access token, and no refresh token', async () => {
    const first = await grant(client)
    const { body } = await refresh(client, first.refresh_token)
    await advance(59_000)
    const again = await refresh(client, first.refresh_token)
    const { access_token, refresh_token } = body as Record<string, string>
    expect(again.status).toBe(200)
    expect(again.body).toMatchObject({ access_token, expires_in: 3541 })
    expect(again.body).not.toHaveProperty('refresh_token')
    expect((await refresh(client, refresh_token)).status).toBe(200)
  })

  it('later it ends everything the user granted to the app', async () => {
    const first = await grant(client)
    const other = await grant(client)
    const { body } = await refresh(client, first.refresh_token)
    const { access_token, refresh_token } = body as Record<string, string>
    await advance(61_000)
    expect(await refresh(client, first.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(await statusWith(client, access_token)).toBe(401)
    expect(await statusWith(client, other.access_token)).toBe(401)
    expect((await refresh(client, refresh_token)).body).toEqual({ error: 'invalid_grant' })
    expect(await statusWith(client, (await grant(client)).access_token)).toBe(200)
  })

  it('refuses to refresh with a wrong secret, a strange token or more scopes', async () => {
    const { refresh_token } = await grant(client, 'data:read')
    expect(await refresh(client, refresh_token, { client_secret: 'wrong' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
    expect((await refresh(client, 'nonsense')).body).toEqual({ error: 'invalid_grant' })
    expect((await refresh(client, refresh_token, { scope: 'data:read_write' })).body).toEqual({
      error: 'invalid_scope',
    })
    expect((await refresh(client, refresh_token, { scope: 'data:read' })).status).toBe(200)
  })
})

describe('scopes', () => {
  const as = async (scope: string) => {
    const { access_token } = await grant(client, scope)
    const headers = { authorization: `Bearer ${access_token}` }
    return (method: string, path: string, body?: unknown) =>
      client.call(method, `/api/v1${path}`, body, headers)
  }
  const insufficient = { status: 403, body: { error_tag: 'AUTH_INSUFFICIENT_TOKEN_SCOPE' } }

  it('data:read_write writes and does not delete', async () => {
    const call = await as('data:read_write')
    const { id } = await client.rest('POST', '/tasks', { content: 'x' })
    expect((await call('POST', `/tasks/${id}`, { content: 'y' })).status).toBe(200)
    expect(await call('DELETE', `/tasks/${id}`)).toMatchObject(insufficient)
    const commands = [
      { type: 'item_delete', uuid: 'd', args: { id } },
      { type: 'item_update', uuid: 'u', args: { id, content: 'z' } },
    ]
    expect((await call('POST', '/sync', { commands })).body).toMatchObject({
      sync_status: { d: { error_tag: 'AUTH_INSUFFICIENT_TOKEN_SCOPE', http_code: 403 }, u: 'ok' },
    })
    expect(await client.task(id)).toMatchObject({ content: 'z', is_deleted: false })
  })

  it('data:delete deletes, projects only with project:delete', async () => {
    const project = await client.rest('POST', '/projects', { name: 'P' })
    const { id } = await client.rest('POST', '/tasks', { content: 'x' })
    const call = await as('data:read_write,data:delete')
    expect((await call('DELETE', `/tasks/${id}`)).status).toBe(204)
    expect(await call('DELETE', `/projects/${project.id}`)).toMatchObject(insufficient)
    const more = await as('data:read_write,project:delete')
    expect((await more('DELETE', `/projects/${project.id}`)).status).toBe(204)
  })

  it('data:read reads alone, task:add adds alone', async () => {
    const reader = await as('data:read')
    const all = { sync_token: '*', resource_types: ['items'] }
    expect((await reader('POST', '/sync', all)).status).toBe(200)
    expect(await reader('POST', '/tasks', { content: 'x' })).toMatchObject(insufficient)
    const adder = await as('task:add')
    expect((await adder('POST', '/tasks', { content: 'x' })).status).toBe(200)
    expect(await adder('GET', '/tasks')).toMatchObject(insufficient)
    expect(await adder('POST', '/sync', all)).toMatchObject(insufficient)
    expect(await adder('POST', '/sections', { name: 'x' })).toMatchObject(insufficient)
  })
})

describe('ending it', () => {
  it('by token in the query, or as RFC 7009 has it', async () => {
    const first = await grant(client)
    const query = new URLSearchParams({
      client_id: 'app',
      client_secret: 'shh',
      access_token: first.access_token,
    })
    expect((await client.call('DELETE', `/api/v1/access_tokens?${query}`)).status).toBe(204)
    expect(await statusWith(client, first.access_token)).toBe(401)
    expect((await refresh(client, first.refresh_token)).body).toEqual({ error: 'invalid_grant' })

    const second = await grant(client)
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`app:${secret}`).toString('base64')}`,
    })
    const form = new URLSearchParams({ token: second.refresh_token ?? '' }).toString()
    expect((await client.call('POST', '/api/v1/revoke', form, basic('wrong'))).status).toBe(401)
    expect((await client.call('POST', '/api/v1/revoke', form, basic('shh'))).status).toBe(200)
    expect(await statusWith(client, second.access_token)).toBe(401)
    expect((await client.call('POST', '/api/v1/revoke', form, basic('shh'))).status).toBe(200)
  })
})

it('shows the operator its apps without their secrets', async () => {
  await grant(client)
  const { body } = await client.user.call('GET', '/__sim/apps')
  expect(body).toMatchObject({ apps: [{ client_id: 'app', granted: true, webhook: null }] })
  expect(JSON.stringify(body)).not.toContain('shh')
  const bad = await client.user.call('POST', '/__sim/apps', { redirect_uris: [] })
  expect(bad).toMatchObject({ status: 400, body: { error: expect.stringContaining('redirect_uris') } })
  await client.admin('reset', {})
  expect((await client.user.call('GET', '/__sim/apps')).body).toEqual({ apps: [] })
})
