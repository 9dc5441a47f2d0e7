import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { addConnection, openReceiver, type ReceiverBed } from '../../../test/receiver/running.ts'

const TOKEN = 'letmein'
let bed: ReceiverBed

beforeAll(async () => {
  bed = await openReceiver({ API_TOKEN: TOKEN, PUBLIC_URL: 'https://example.com/bridge' })
})
afterAll(() => bed[Symbol.asyncDispose]())

const send = (method: string, path: string, body?: object, token = TOKEN) =>
  fetch(bed.receiver.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

test('a task that is made over HTTP wakes the connection to our tasks', async () => {
  const connection = await addConnection(bed.db, { provider: 'local', credentials: {}, webhooks: false })
  const made = await send('POST', '/api/v1/tasks/', { title: 'Call Ann Lee' })
  expect(made.status).toBe(201)
  const there = await send('GET', `/bridge${made.headers.get('location')}`)
  expect(await there.json()).toMatchObject({ title: 'Call Ann Lee' })
  await vi.waitFor(() => expect(bed.temporal.signals).toEqual([connection]), { timeout: 20_000 })
})

test('nothing is had or changed without the token, the description neither', async () => {
  for (const [method, path] of [
    ['GET', '/api/v1/tasks'],
    ['POST', '/api/v1/tasks'],
    ['GET', '/api/v1/openapi.json'],
  ] as const) {
    const answer = await send(method, path, method === 'POST' ? { title: 'A' } : undefined, 'wrong')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  }
  expect(await (await send('GET', '/api/v1/openapi.json')).json()).toMatchObject({
    servers: [{ url: 'https://example.com/bridge/api/v1' }],
  })
})

test('a token that can be guessed is told of at the start, without being told', () => {
  expect(bed.lines.filter((line) => line.includes('can be guessed'))).toHaveLength(1)
  expect(bed.lines.join('')).not.toContain(TOKEN)
})

test('what is not there says so as any other problem', async () => {
  const answer = await send('GET', '/api/v1/nothing')
  expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
})

test('what is measured needs the token, and is told as its readers expect it', async () => {
  for (const path of ['/stats', '/metrics'])
    expect((await send('GET', path, undefined, 'wrong')).status).toBe(401)
  const metrics = await send('GET', '/metrics')
  expect([metrics.status, metrics.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  expect(await metrics.text()).toMatch(
    /^dealbridge_task_queue_backlog\{queue="provider-local",kind="activity"\} 2$/mu,
  )
  expect(await (await send('GET', '/stats')).json()).toMatchObject({
    total: { pairs: 0, toLeft: { total: { created: 0 }, latency: null } },
    routes: [],
    errors: [],
  })
})

test('each address has its own count of wrong tokens, as the connection says, whatever a header does', async () => {
  const wrong = (from: string) =>
    fetch(`${bed.receiver.url}/api/v1/tasks`, {
      headers: { authorization: 'Bearer wrong', 'x-forwarded-for': from },
    })
  const codes: number[] = []
  for (let n = 0; n < 12; n += 1) codes.push((await wrong(`192.0.2.${n}`)).status)
  expect(codes.at(-1)).toBe(429)
  expect((await send('GET', '/api/v1/tasks')).status).toBe(200)
})

test('while the database is away the sender is told to come again; the log holds nothing that was typed', async () => {
  await bed.admitDatabase(false)
  const away = await send('POST', '/api/v1/tasks', { title: 'Call Ann Lee' })
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5'])
  await bed.admitDatabase(true)
  await vi.waitFor(async () => expect((await send('GET', '/api/v1/tasks')).status).toBe(200), {
    timeout: 20_000,
  })
  expect(bed.lines.filter((line) => line.includes('Ann Lee'))).toEqual([])
  expect(bed.lines.some((line) => line.includes('/api/v1/tasks'))).toBe(true)
})
