import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RunningSim } from '../kit/service.ts'
import { startTodoist, type TodoistOptions } from './start.ts'
import { TestClient } from './test-client.ts'

let state: string
let sims: RunningSim[]
let client: TestClient

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'simulator-todoist-'))
  sims = []
  await start()
})
afterEach(async () => {
  await Promise.all(sims.map((sim) => sim.close()))
  rmSync(state, { recursive: true, force: true })
})

async function start(options: Partial<TodoistOptions> = {}): Promise<void> {
  const sim = await startTodoist({ port: 0, data: 'demo', state, ...options })
  sims.push(sim)
  client = new TestClient(sim)
}

async function restart(): Promise<void> {
  await sims.at(-1)?.close()
  await start({ data: 'empty', seed: 99 })
}

const whole = async () => (await client.call('GET', '/__sim/state')).body

/** One of everything that has a flag. */
async function populate(): Promise<void> {
  const project_id = await client.command('project_add', { name: 'P' })
  const section_id = await client.command('section_add', { name: 'S', project_id })
  const parent_id = await client.command('item_add', { content: 'parent', section_id })
  await client.command('item_add', { content: 'child', parent_id })
  await client.command('item_close', {
    id: await client.command('item_add', { content: 'done', section_id }),
  })
  await client.command('item_delete', {
    id: await client.command('item_add', { content: 'gone', section_id }),
  })
  await client.command('section_archive', {
    id: await client.command('section_add', { name: 'A', project_id }),
  })
  await client.command('note_add', { item_id: parent_id, content: 'note' })
  await client.command('label_add', { name: 'label' })
  await client.command('project_delete', { id: await client.command('project_add', { name: 'D' }) })
}

it('has everything again, flags and all', async () => {
  await populate()
  const before = await whole()
  await restart()
  expect(await whole()).toEqual(before)
})

it('knows again what lies in what', async () => {
  const project_id = await client.command('project_add', { name: 'P' })
  const section_id = await client.command('section_add', { name: 'S', project_id })
  const parent_id = await client.command('item_add', { content: 'parent', section_id })
  const child = await client.command('item_add', { content: 'child', parent_id })
  await restart()
  await client.command('item_close', { id: parent_id })
  expect(await client.task(child)).toMatchObject({ checked: true })
  const token = await client.token()
  await client.command('project_delete', { id: project_id })
  const gone = await client.changes(token)
  expect(gone.items?.map(({ id }) => id)).toEqual([parent_id, child])
  expect(gone.sections?.map(({ id }) => id)).toEqual([section_id])
})

it('answers an old sync token with what changed since, before and after the restart', async () => {
  const first = await client.command('item_add', { content: 'first' })
  const token = await client.token()
  const second = await client.command('item_add', { content: 'second' })
  await client.command('item_close', { id: first })
  await restart()
  const third = await client.command('item_add', { content: 'third' })
  const delta = await client.changes(token, ['items'])
  expect(delta.full_sync).toBe(false)
  expect(delta.items?.map(({ id, checked }) => [id, checked])).toEqual([
    [second, false],
    [first, true],
    [third, false],
  ])
})

it('goes on with a listing where the cursor stood', async () => {
  const page = (await client.call('GET', '/api/v1/tasks?limit=3')).body as { next_cursor: string }
  const all = await client.ids('/tasks')
  await restart()
  expect(await client.ids(`/tasks?limit=3&cursor=${page.next_cursor}`)).toEqual(all.slice(3, 6))
})

it('still knows the uuids of commands and what they made', async () => {
  const command = { type: 'item_add', uuid: 'u-1', temp_id: 't-1', args: { content: 'once' } }
  const made = await client.sync({ commands: [command] })
  const tasks = await client.ids('/tasks')
  await restart()
  const replayed = await client.sync({ commands: [command] })
  expect(replayed).toMatchObject({ sync_status: { 'u-1': 'ok' }, temp_id_mapping: made.temp_id_mapping })
  expect(await client.ids('/tasks')).toEqual(tasks)
  await client.admin('clock', { advanceMs: 24 * 3_600_000 })
  await client.sync({ commands: [command] })
  expect(await client.ids('/tasks')).toHaveLength(tasks.length + 1)
})

it('never gives the same id twice', async () => {
  const uuid = (n: number) => `00000000-0000-0000-0000-00000000000${n}`
  const add = (n: number) => [
    { type: 'item_add', uuid: uuid(n), temp_id: 'i', args: { content: 'x' } },
    { type: 'label_add', uuid: uuid(n + 1), temp_id: 'l', args: { name: `l${n}` } },
  ]
  const made = async (n: number) => Object.values((await client.sync({ commands: add(n) })).temp_id_mapping)
  const before = await made(1)
  await restart()
  const after = await made(3)
  expect(new Set([...before, ...after]).size).toBe(4)
})

it('keeps settings, keys, the clock and webhooks', async () => {
  const heard: string[] = []
  const receiver = createServer((request, response) => {
    heard.push(String(request.headers['x-todoist-hmac-sha256']))
    request.resume()
    response.writeHead(200).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
  await client.admin('webhooks', { url, secret: 'shh', events: ['item:added'] })
  await client.admin('settings', { tasksPerProject: 5 })
  await client.admin('keys', { keys: ['key'] })
  await client.admin('clock', { now: '2030-01-01T00:00:00Z' })
  await restart()
  expect((await client.call('GET', '/__sim/settings')).body).toMatchObject({ tasksPerProject: 5 })
  expect((await client.call('GET', '/api/v1/user', undefined, { authorization: 'Bearer no' })).status).toBe(
    401,
  )
  const { headers } = await client.call('GET', '/api/v1/user')
  expect(headers.get('date')).toMatch(/^Tue, 01 Jan 2030 00:0/)
  await client.command('item_add', { content: 'x' })
  await vi.waitFor(() => expect(heard).toEqual([expect.stringMatching(/^[\w+/]{43}=$/)]), { interval: 5 })
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

it('after a kill gives no lost id again and answers lost tokens with a full sync', async () => {
  const known = await client.token()
  // The file as a kill would leave it: the simulator runs on, and what it makes now is lost.
  const copy = `${state}-copy`
  cpSync(state, copy, { recursive: true })
  const lost = await client.command('item_add', { content: 'lost' })
  const lostLabel = await client.command('label_add', { name: 'lost' })
  const lostToken = await client.token()
  await start({ state: copy })
  expect(await client.command('label_add', { name: 'new' })).not.toBe(lostLabel)
  const fresh = await client.command('item_add', { content: 'new' })
  expect(fresh).not.toBe(lost)
  expect(await client.changes(known, ['items'])).toMatchObject({ full_sync: false, items: [{ id: fresh }] })
  const healed = await client.changes(lostToken, ['items'])
  expect(healed.full_sync).toBe(true)
  expect(healed.items?.map(({ id }) => id)).not.toContain(lost)
  expect((await client.changes(healed.sync_token, ['items'])).items).toEqual([])
  await sims.pop()?.close()
  rmSync(copy, { recursive: true })
})

it('has nothing left of before a reset', async () => {
  await client.command('item_add', { content: 'mine' })
  await client.admin('reset', {})
  const before = await whole()
  await restart()
  expect(await whole()).toEqual(before)
})

it.each([
  ['is not JSON', () => '{"format":1,"serv', 'JSON'],
  ['is of another format', (text: string) => text.replace('"format":1', '"format":7'), 'format is 7'],
  [
    'is of the other service',
    (text: string) => text.replace('"Todoist"', '"Follow Up Boss"'),
    'Follow Up Boss',
  ],
  ['lacks a part', (text: string) => text.replace('"sealKey"', '"other"'), 'sealKey'],
])('starts anew and says so when the file %s', async (_, spoil, why) => {
  await client.command('item_add', { content: 'mine' })
  await sims.at(-1)?.close()
  const file = join(state, 'todoist.json')
  const spoilt = spoil(readFileSync(file, 'utf8'))
  writeFileSync(file, spoilt)
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await start({ data: 'empty' })
  expect(said.mock.calls.join('\n')).toContain(why)
  said.mockRestore()
  expect(await client.ids('/tasks')).toEqual([])
  expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe(spoilt)
  expect(existsSync(file)).toBe(true)
})
