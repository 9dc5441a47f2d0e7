import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { createLog } from '../config/log.ts'
import { type AppOptions, createApp } from './app.ts'
import type { Health } from './health.ts'

const HEALTHY: Health = {
  status: 'ok',
  postgres: { state: 'ok' },
  temporal: { state: 'ok' },
  worker: { state: 'ok', pollers: 1, lastSeenAt: null },
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
