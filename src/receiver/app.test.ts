import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { createLog } from '../config/log.ts'
import { type AppOptions, createApp } from './app.ts'
import { FailedLogins } from './failed-logins.ts'
import type { Health } from './health.ts'

const HEALTHY: Health = {
  status: 'ok',
  postgres: { state: 'ok' },
  temporal: { state: 'ok' },
  worker: { state: 'ok', pollers: 1, lastSeenAt: null },
  disk: null,
  connections: [],
  routes: [],
  refusedDeliveries: {},
}

function app(given: Partial<AppOptions> = {}) {
  return createApp({
    intake: { isOn: async () => 'on', take: async () => 'taken' },
    health: async () => HEALTHY,
    countRefused: () => undefined,
    signIns: new Hono(),
    api: new Hono(),
    token: undefined,
    publicUrl: undefined,
    host: '127.0.0.1',
    failedLogins: new FailedLogins(),
    measuring: { stats: () => Promise.reject(new Error('not asked')), metrics: async () => [] },
    log: createLog({ level: 'silent', format: 'json' }),
    ...given,
  })
}

const status = async (path: string, given?: Partial<AppOptions>, init?: RequestInit) =>
  (await app(given).request(path, init)).status

describe('with a token', () => {
  const token = 'letmein'

  test.each(['/', '/api/v1/routes', '/webhookish', '/healthy'])('%s demands it', async (path) => {
    const answer = await app({ token }).request(path)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(await answer.json()).toMatchObject({ title: 'A bearer token is needed: API_TOKEN' })
    const wrong = await app({ token }).request(path, { headers: { authorization: 'Bearer wrong' } })
    expect(wrong.status).toBe(401)
    expect(await wrong.json()).toMatchObject({ title: 'This is not the bearer token: API_TOKEN' })
  })

  test('the right one opens', async () => {
    const page = await app({ token }).request('/', { headers: { authorization: 'Bearer letmein' } })
    expect(page.status).toBe(200)
    expect(await page.text()).toMatch(/href="\/health"[\s\S]*href="\/api\/v1\/openapi.json"/)
  })

  test('health and deliveries go without', async () => {
    expect(await status('/health', { token })).toBe(200)
    expect(await status('/webhook/todoist', { token }, { method: 'POST', body: '{}' })).toBe(200)
    expect(await status('/webhook/todoist', { token })).toBe(404)
  })
})

describe('after wrong tokens', () => {
  const token = 'letmein'

  test('more are told to come later, and the right one is taken at once', async () => {
    const served = app({ token })
    const ask = (given: string) =>
      served.request('/api/v1/routes', { headers: { authorization: `Bearer ${given}` } })
    for (let n = 0; n < 10; n += 1) expect((await ask('wrong')).status).toBe(401)
    const late = await ask('wrong')
    expect([late.status, Number(late.headers.get('retry-after'))]).toEqual([429, expect.any(Number)])
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await late.json()).toMatchObject({ type: 'urn:dealbridge:problem:too-many-logins' })
    expect((await ask(token)).status).toBe(404)
    // Who gives no token guesses none.
    expect((await served.request('/')).status).toBe(401)
  })
})

describe('without a token', () => {
  const ask = (method: string, headers: Record<string, string>, given: Partial<AppOptions> = {}) =>
    status('/api/v1/routes', given, { method, headers })

  test.each([
    ['localhost:8100', 404],
    ['127.0.0.1:8100', 404],
    ['[::1]:8100', 404],
    ['bridge.localhost', 404],
    ['EXAMPLE.com', 404],
    ['evil.example', 403],
    ['localhost.evil.example:8100', 403],
    ['127.0.0.1.evil.example', 403],
  ])('asked as %s it answers %i: a name of others finds nothing', async (host, code) => {
    expect(await ask('GET', { host }, { publicUrl: 'https://example.com/x' })).toBe(code)
  })

  test('pages of other sites change nothing; programs and its own pages do', async () => {
    const host = 'localhost:8100'
    const refused = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'http://localhost:9999' },
      { origin: 'null' },
    ]
    for (const headers of refused)
      for (const method of ['POST', 'PATCH', 'DELETE'])
        expect(await ask(method, { host, ...headers }), JSON.stringify(headers)).toBe(403)
    const taken = [
      {},
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-origin' },
      { origin: 'http://localhost:8100' },
    ]
    for (const headers of taken)
      expect(await ask('POST', { host, ...headers }), JSON.stringify(headers)).toBe(404)
    expect(await ask('GET', { host, 'sec-fetch-site': 'cross-site' })).toBe(404)
    expect(await status('/health', {}, { headers: { host: 'probe.example' } })).toBe(200)
  })
})

test.each([undefined, 'letmein'])('no page of another site is let in (token: %s)', async (token) => {
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
  for (const init of [{ method: 'OPTIONS', headers }, { headers }]) {
    const answer = await app({ token }).request('/api/v1/routes', init)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  }
  expect(await status('/api/v1/routes', { token }, { method: 'OPTIONS', headers })).toBe(204)
})

describe('with a path in PUBLIC_URL', () => {
  const publicUrl = 'https://example.com/über/dealbridge/'

  test.each(['', '/%C3%BCber/dealbridge'])('everything answers below "%s"', async (prefix) => {
    expect(await status(`${prefix}/health`, { publicUrl })).toBe(200)
    expect(await status(`${prefix}/health/`, { publicUrl })).toBe(200)
    expect(await status(`${prefix}/`, { publicUrl })).toBe(200)
    expect(await status(`${prefix}/webhook/todoist`, { publicUrl }, { method: 'POST' })).toBe(200)
  })

  test('the page links to where the outside world sees us', async () => {
    const page = await (await app({ publicUrl }).request('/')).text()
    expect(page).toContain('href="/%C3%BCber/dealbridge/health"')
  })

  test('a path that only begins alike is another one', async () => {
    expect(await status('/x-dealbridge/health', { publicUrl: 'https://example.com/x' })).toBe(404)
  })
})

test.each([
  ['taken', 200],
  ['off', 404],
  ['refused', 401],
  ['malformed', 400],
  ['unavailable', 503],
] as const)('a delivery that is %s is answered %i', async (outcome, code) => {
  const intake = { isOn: async () => 'on' as const, take: async () => outcome }
  expect(await status('/webhook/todoist', { intake }, { method: 'POST' })).toBe(code)
})

test('a defect of ours is answered 500, without its words', async () => {
  const health = async () => {
    throw new Error('row 17 of Ann Lee')
  }
  const answer = await app({ health }).request('/health')
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain('Ann Lee')
})
