import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTodoist } from './start.ts'
import { emptyAccount, TestClient } from './test-client.ts'

let client: TestClient
beforeEach(async () => {
  client = await emptyAccount()
})
afterEach(() => client.sim.close())

describe('what is asked before a request is served', () => {
  it('refuses without a key, and with one that was revoked', async () => {
    const stranger = new TestClient(client.sim, {})
    const refused = await stranger.call('GET', '/api/v1/tasks')
    expect(refused).toMatchObject({
      status: 401,
      body: { error_tag: 'UNAUTHORIZED', error_code: 477, http_code: 401, error_extra: { retry_after: 3 } },
    })
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(refused.headers.get('retry-after')).toBe('3')
    await client.admin('keys', { keys: ['other'] })
    expect((await client.call('POST', '/api/v1/sync', { sync_token: '*' })).status).toBe(401)
  })

  it('takes the keys it was started with', async () => {
    const sim = await startTodoist({ port: 0, data: 'empty', seed: 1, keys: ['right'] })
    const with_ = (key: string) =>
      new TestClient(sim, { authorization: `Bearer ${key}` }).call('GET', '/api/v1/user')
    expect([(await with_('right')).status, (await with_('wrong')).status]).toEqual([200, 401])
    await sim.close()
  })

  it('says that the old interfaces are gone', async () => {
    const old = await client.call('GET', '/rest/v2/tasks')
    expect(old).toMatchObject({ status: 410, body: expect.stringContaining('deprecated') })
    expect((await client.call('POST', '/sync/v9/sync', {})).status).toBe(410)
  })

  it('refuses a body above 1 MiB', async () => {
    const content = 'x'.repeat(1024 * 1024)
    expect((await client.call('POST', '/api/v1/tasks', { content })).status).toBe(413)
  })
})

describe('rate limits', () => {
  const sync = (sync_token: string) =>
    client.call('POST', '/api/v1/sync', { sync_token, resource_types: ['items'] })

  it('counts full and partial syncs apart, and frees places with time', async () => {
    await client.settings({ fullSyncsPerWindow: 1, partialSyncsPerWindow: 2 })
    const token = await client.token()
    const refused = await sync('*')
    expect(refused).toMatchObject({
      status: 429,
      body: {
        error_tag: 'LIMITS_REACHED',
        error_code: 35,
        http_code: 429,
        error_extra: { retry_after: 900 },
      },
    })
    expect(refused.headers.get('retry-after')).toBe('900')
    expect([(await sync(token)).status, (await sync(token)).status, (await sync(token)).status]).toEqual([
      200, 200, 429,
    ])
    expect(
      (await client.user.call('POST', '/api/v1/sync', { sync_token: '*', resource_types: ['items'] })).status,
    ).toBe(200)
    await client.admin('clock', { advanceMs: 15 * 60_000 })
    expect((await sync('*')).status).toBe(200)
  })

  it('counts REST requests, and nothing when switched off', async () => {
    await client.settings({ restRequestsPerWindow: 1 })
    const list = async () => (await client.call('GET', '/api/v1/tasks')).status
    expect([await list(), await list()]).toEqual([200, 429])
    expect([(await sync('*')).status, (await sync('*')).status]).toEqual([200, 200])
    expect((await client.user.call('GET', '/api/v1/tasks')).status).toBe(200)
    await client.settings({ rateLimit: false })
    expect(await list()).toBe(200)
  })
})

describe('faults', () => {
  it('answers a status fault in the shape of the service, HTML from 500 up', async () => {
    await client.admin('faults', [
      { match: 'GET /api/v1/tasks', nth: 1, do: 'status:502' },
      { match: 'GET /api/v1/tasks', nth: 2, do: 'status:429' },
    ])
    expect(await client.call('GET', '/api/v1/tasks')).toMatchObject({
      status: 502,
      body: expect.stringMatching(/^<html>/),
    })
    const limited = await client.call('GET', '/api/v1/tasks')
    expect(limited).toMatchObject({ status: 429, body: { error_tag: 'LIMITS_REACHED' } })
    expect(limited.headers.get('retry-after')).toBe('60')
  })

  it('shows old values to stale reads, in lists, single reads and deltas, and delivers the change later', async () => {
    const { id } = await client.rest('POST', '/tasks', { content: 'old' })
    await client.admin('clock', { advanceMs: 60_000 })
    const token = await client.token()
    await client.admin('faults', [{ match: '* /api/v1/*', do: 'stale-read:5000' }])
    const fresh = await client.rest('POST', '/tasks', { content: 'fresh' })
    expect(await client.rest('POST', `/tasks/${id}`, { content: 'new' })).toMatchObject({ content: 'new' })
    expect(await client.task(id)).toMatchObject({ content: 'old' })
    expect(await client.ids('/tasks')).toEqual([id])
    expect((await client.call('GET', `/api/v1/tasks/${fresh.id}`)).status).toBe(404)
    const early = await client.changes(token)
    expect(early.items).toEqual([])
    const full = await client.sync({ sync_token: '*', resource_types: ['items'] })
    expect(full.items).toMatchObject([{ id, content: 'old' }])
    await client.admin('clock', { advanceMs: 5001 })
    const later = await client.changes(early.sync_token)
    expect(later.items).toMatchObject([
      { id: fresh.id, content: 'fresh' },
      { id, content: 'new' },
    ])
    expect((await client.changes(full.sync_token)).items).toHaveLength(2)
    expect(await client.ids('/tasks')).toEqual([id, fresh.id])
  })

  it('never goes back behind what a token has seen', async () => {
    const { id } = await client.rest('POST', '/tasks', { content: 'seen' })
    const token = await client.token()
    await client.admin('faults', [{ match: 'POST /api/v1/sync', do: 'stale-read:60000' }])
    const stale = await client.changes(token)
    expect(stale.items).toEqual([])
    await client.admin('faults', [])
    await client.rest('POST', `/tasks/${id}`, { content: 'changed' })
    expect((await client.changes(stale.sync_token)).items).toMatchObject([{ id, content: 'changed' }])
  })
})
