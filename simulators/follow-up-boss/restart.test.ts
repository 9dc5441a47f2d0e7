import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AS_USER, basicKey, type SimClient, simClient } from '../kit/client.ts'
import type { RunningSim, SimOptions } from '../kit/service.ts'
import type { FubPipeline, FubTask } from './records.ts'
import { startFollowUpBoss } from './start.ts'
import type { FubEvent } from './webhook-format.ts'

const SYSTEM = { ...basicKey('k'), 'x-system': 'Dealbridge', 'x-system-key': 'secret' }

let state: string
let sims: RunningSim[]
let user: SimClient
let api: SimClient

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'simulator-fub-'))
  sims = []
  await start()
})
afterEach(async () => {
  await Promise.all(sims.map((sim) => sim.close()))
  rmSync(state, { recursive: true, force: true })
})

async function start(options: Partial<SimOptions> = {}): Promise<void> {
  const sim = await startFollowUpBoss({ port: 0, data: 'demo', state, ...options })
  sims.push(sim)
  user = simClient(sim.url, AS_USER)
  api = simClient(sim.url, SYSTEM)
}

async function restart(options: Partial<SimOptions> = {}): Promise<void> {
  await sims.at(-1)?.close()
  await start(options)
}

const whole = async () => (await user.call<Record<string, unknown[]>>('GET', '/__sim/state')).body
const firstPerson = async () =>
  (await user.call<{ people: { id: number }[] }>('GET', '/v1/people')).body.people[0]?.id
const add = async (name: string) =>
  (await user.call<FubTask>('POST', '/v1/tasks', { personId: await firstPerson(), name })).body

test('everything is there again, and ids go on behind those of deleted rows', async () => {
  const [kept, done, deleted] = [await add('kept'), await add('done'), await add('deleted')]
  await user.call('PUT', `/v1/tasks/${done.id}`, { isCompleted: true })
  await user.call('DELETE', `/v1/tasks/${deleted.id}`)
  await user.call('POST', '/v1/notes', { personId: kept.personId, subject: 's', body: 'b' })
  await user.call('POST', '/v1/pipelines', { name: 'gone', stages: [{ name: 'x' }] })
  await user.call('DELETE', '/v1/pipelines/3')
  await user.call('PUT', '/v1/pipelines/1', { name: 'Buying' })
  await user.call('DELETE', '/v1/users/9?assignTo=1')
  const before = await whole()
  await restart({ data: 'empty', seed: 99 })
  expect(await whole()).toEqual(before)
  expect((await user.call('GET', `/v1/tasks/${done.id}`)).body).toMatchObject({ isCompleted: 1 })
  expect((await user.call('GET', `/v1/tasks/${deleted.id}`)).status).toBe(404)
  expect((await add('new')).id).toBe(deleted.id + 1)
  const pipeline = { name: 'next', stages: [{ name: 'y' }] }
  const { body } = await user.call<FubPipeline>('POST', '/v1/pipelines', pipeline)
  expect([body.id, body.stages[0]?.id]).toEqual([4, 27])
})

test('settings, keys and the clock are kept', async () => {
  await user.call('POST', '/__sim/settings', { nameMax: 7 })
  await user.call('POST', '/__sim/keys', { keys: ['only'] })
  await user.call('POST', '/__sim/clock', { now: '2030-01-01T00:00:00Z' })
  await restart({ keys: ['another'] })
  expect((await user.call('GET', '/__sim/settings')).body).toMatchObject({ nameMax: 7, putDue: 'accept' })
  expect((await user.call('GET', '/__sim/keys')).body).toEqual({ keys: ['only'] })
  const { body, headers } = await user.call<{ now: string }>('GET', '/__sim/clock')
  expect(body.now).toMatch(/^2030-01-01T00:0/)
  expect(headers.get('date')).toMatch(/^Tue, 01 Jan 2030 00:0\d:\d\d GMT$/)
})

test('keys of the command line count until they are changed at run time', async () => {
  await restart({ keys: ['another'] })
  expect((await user.call('GET', '/__sim/keys')).body).toEqual({ keys: ['another'] })
})

test('webhooks still fire, those switched off stay off, events can be looked up', async () => {
  const received: FubEvent[] = []
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received.push(JSON.parse(Buffer.concat(chunks).toString()) as FubEvent)
    response.writeHead(request.url === '/off' ? 410 : 200).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const hook = (path: string) => ({ url: url + path, secret: 'secret', events: ['tasksCreated'] })
  await user.call('POST', '/__sim/webhooks', hook('/on'))
  await user.call('POST', '/__sim/webhooks', hook('/off'))
  const made = { event: 'tasksDeleted', url: 'https://example.com/hook' }
  const { body } = await api.call<{ id: number }>('POST', '/v1/webhooks', made)
  const deliveries = () => user.call<{ deliveries: unknown[] }>('GET', '/__sim/webhooks')
  await add('before')
  await vi.waitFor(async () => expect((await deliveries()).body.deliveries).toHaveLength(2), { interval: 5 })

  await restart()
  expect((await deliveries()).body).toMatchObject({ webhooks: [{ active: true }, { active: false }] })
  expect((await api.call('GET', `/v1/webhooks/${body.id}`)).body).toMatchObject(made)
  expect((await api.call<{ id: number }>('POST', '/v1/webhooks', made)).body.id).toBe(body.id + 1)
  const { id } = await add('after')
  await vi.waitFor(() => expect(received.at(-1)?.resourceIds).toEqual([id]), { interval: 5 })
  expect(received).toHaveLength(3)
  const { eventId: told, ...rest } = received[0] ?? { eventId: '' }
  expect((await api.call('GET', `/v1/webhookEvents/${told}`)).body).toEqual({ id: told, ...rest })
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

test('ids given out after the last snapshot are not given again', async () => {
  // The file as a kill would leave it: the simulator runs on, and what it makes now is lost.
  const copy = `${state}-copy`
  cpSync(state, copy, { recursive: true })
  const lost = await add('lost')
  await start({ state: copy })
  expect((await user.call('GET', `/v1/tasks/${lost.id}`)).status).toBe(404)
  expect((await add('new')).id).toBeGreaterThan(lost.id)
  await sims.pop()?.close()
  rmSync(copy, { recursive: true })
})

test('a reset counts for the file too', async () => {
  const { id } = await add('x')
  await user.call('POST', '/__sim/reset')
  const before = await whole()
  await restart()
  expect(await whole()).toEqual(before)
  expect((await user.call('GET', `/v1/tasks/${id}`)).status).toBe(404)
})
