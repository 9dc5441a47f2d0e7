import { Agent, request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AS_USER, type SimClient, simClient } from './client.ts'
import type { RunningSim } from './service.ts'
import { startThings } from './things.ts'

interface Report {
  counters: { client: Record<string, number>; user: Record<string, number> }
  writes: { client: number; user: number }
  requests: { seq: number; path: string; status: number; actor: string; faults?: string[] }[]
}

let sim: RunningSim
let client: SimClient
let user: SimClient

beforeEach(async () => {
  sim = (await startThings()).sim
  client = simClient(sim.url)
  user = simClient(sim.url, AS_USER)
})
afterEach(() => sim.close())

const post = (who: SimClient = client) => who.call('POST', '/things', { n: 1 })
const faults = (list: object[]) => user.call('POST', '/__sim/faults', list)
const report = async () => (await user.call<Report>('GET', '/__sim/requests')).body

describe('requests', () => {
  test('paths with parts, forms, empty answers, thrown answers, unknown paths', async () => {
    expect((await client.call('GET', '/things/a%20b/part?x=1')).body).toEqual({ id: 'a b' })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await client.call('POST', '/form', 'a=1&b=x+y', form)).body).toEqual({ a: '1', b: 'x y' })
    const made = await post()
    expect([made.status, made.body, made.headers.get('x-made')]).toEqual([201, undefined, 'yes'])
    expect((await client.call('POST', '/things', '{')).status).toBe(400)
    expect((await client.call('GET', '/nothing')).status).toBe(404)
    expect((await client.call('DELETE', '/things')).status).toBe(404)
  })

  test('are counted by template and actor; the simulator’s own paths are not', async () => {
    await client.call('GET', '/things/1/part')
    await client.call('GET', '/things/2/part')
    await post(user)
    const { counters, requests } = await report()
    expect(counters).toEqual({ client: { 'GET /things/{id}/part': 2 }, user: { 'POST /things': 1 } })
    expect(requests.map(({ seq, path, actor, status }) => [seq, path, actor, status])).toEqual([
      [1, '/things/1/part', 'client', 200],
      [2, '/things/2/part', 'client', 200],
      [3, '/things', 'user', 201],
    ])
  })

  test('those that ask for a change are counted apart', async () => {
    await client.call('GET', '/things')
    await post()
    await post()
    await post(user)
    expect((await report()).writes).toEqual({ client: 2, user: 1 })
    await user.call('POST', '/__sim/reset')
    expect((await report()).writes).toEqual({ client: 0, user: 0 })
  })

  test('the last 1,000 are kept', async () => {
    for (let i = 0; i < 1010; i += 50)
      await Promise.all(Array.from({ length: 50 }, () => client.call('GET', '/things')))
    const { requests, counters } = await report()
    expect(requests).toHaveLength(1000)
    expect(requests.at(-1)?.seq).toBe(counters.client['GET /things'])
  })
})

describe('the operator', () => {
  test('moves the clock both ways', async () => {
    const at = async (move: object) =>
      Date.parse((await user.call<{ now: string }>('POST', '/__sim/clock', move)).body.now)
    const day = await at({ now: '2028-02-29T12:00:00Z' })
    expect(new Date(day).toISOString().slice(0, 16)).toBe('2028-02-29T12:00')
    expect(Math.abs((await at({ advanceMs: 3_600_000 })) - day - 3_600_000)).toBeLessThan(60_000)
    expect((await at({ now: '2020-01-01T00:00:00Z' })) < day).toBe(true)
    expect((await user.call('POST', '/__sim/clock', { minutes: 4 })).status).toBe(400)
  })

  test('lets the clock stand, until it runs again', async () => {
    const now = '2028-02-29T12:00:00.000Z'
    const read = async () => (await user.call<{ now: string }>('GET', '/__sim/clock')).body.now
    await user.call('POST', '/__sim/clock', { now, standing: true })
    expect([await read(), await read()]).toEqual([now, now])
    await user.call('POST', '/__sim/clock', { advanceMs: 5 })
    expect(await read()).toBe('2028-02-29T12:00:00.005Z')
    await user.call('POST', '/__sim/clock', { now, standing: false })
    while ((await read()) === now);
    await user.call('POST', '/__sim/clock', { now, standing: true })
    await user.call('POST', '/__sim/reset')
    expect(Math.abs(Date.parse(await read()) - Date.now())).toBeLessThan(60_000)
  })

  test('changes switches: all or none, of the right type', async () => {
    expect((await user.call('POST', '/__sim/settings', { loud: true, size: 4 })).status).toBe(200)
    for (const wrong of [{ loud: false, sise: 1 }, { size: 'big' }, { mode: 'c' }]) {
      expect((await user.call('POST', '/__sim/settings', wrong)).status).toBe(400)
    }
    expect((await user.call('GET', '/__sim/settings')).body).toEqual({ loud: true, size: 4, mode: 'a' })
  })

  test('reset forgets everything', async () => {
    await post()
    await faults([{ match: '*', do: 'refused' }])
    await user.call('POST', '/__sim/keys', { keys: ['a'] })
    await user.call('POST', '/__sim/settings', { loud: true })
    await user.call('POST', '/__sim/webhooks', { url: 'http://127.0.0.1:9/x', secret: 's', events: ['*'] })
    await user.call('POST', '/__sim/reset')
    expect((await user.call('GET', '/__sim/state')).body).toEqual({ things: [] })
    expect((await user.call('GET', '/__sim/keys')).body).toEqual({ keys: null })
    expect((await user.call('GET', '/__sim/settings')).body).toMatchObject({ loud: false })
    expect((await user.call('GET', '/__sim/webhooks')).body).toEqual({ webhooks: [], deliveries: [] })
    expect((await report()).requests).toEqual([])
    expect((await client.call('GET', '/things')).status).toBe(200)
  })

  test('sees the page and the version it reloads by', async () => {
    const page = await user.call<string>('GET', '/__sim/')
    expect(page.headers.get('content-type')).toContain('text/html')
    expect((await user.call('GET', '/__sim/version')).body).toMatchObject({ version: 0 })
    await post()
    expect((await user.call('GET', '/__sim/version')).body).toMatchObject({ version: 1 })
    expect((await user.call('GET', '/__sim/elsewhere')).status).toBe(404)
  })
})

describe('a caller in the same process', () => {
  const called = async (method: string, target: string, body?: string) => {
    const answer = await sim.call(method, target, {}, body)
    return answer === 'cut' ? answer : [answer.status, answer.sent.toString('utf8')]
  }

  test('gets the same answers, with faults and without', async () => {
    expect(await called('GET', '/things/a%20b/part?x=1')).toEqual([200, '{"id":"a b"}'])
    expect((await called('POST', '/things', '{'))?.[0]).toBe(400)
    await faults([{ match: '*', do: 'reply-lost', times: 1 }])
    expect(await called('GET', '/things')).toBe('cut')
    expect(await called('GET', '/things')).not.toBe('cut')
  })
})

test('close ends idle and waiting connections and frees the port', async () => {
  const agent = new Agent({ keepAlive: true })
  const ended = new Promise<string>((resolve) => {
    const outgoing = request(`${sim.url}/things`, { agent }, (response) => {
      response.resume()
      response.on('end', () => resolve('answered'))
    })
    outgoing.on('error', () => resolve('cut'))
    outgoing.end()
  })
  expect(await ended).toBe('answered')
  await faults([{ match: '*', do: 'delay:3600000' }])
  const waiting = client.call('GET', '/things').catch(() => 'cut')
  await new Promise<void>((resolve) => setImmediate(resolve))
  await sim.close()
  expect(await waiting).toBe('cut')
  agent.destroy()
  const again = await startAt(sim.port)
  expect(again.port).toBe(sim.port)
  await again.close()
})

async function startAt(port: number): Promise<Pick<RunningSim, 'port' | 'close'>> {
  const { createServer } = await import('node:http')
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) }
}
