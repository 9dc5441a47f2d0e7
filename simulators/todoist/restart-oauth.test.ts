import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RunningSim } from '../kit/service.ts'
import { startTodoist } from './start.ts'
import { TestClient } from './test-client.ts'
import { askToken, authorize, grant, refresh, registerApp, statusWith } from './test-oauth.ts'
import { startReceiver } from './test-receiver.ts'

let state: string
let sims: RunningSim[]
let client: TestClient

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'simulator-todoist-'))
  sims = []
  await start(state)
})
afterEach(async () => {
  await Promise.all(sims.map((sim) => sim.close()))
  rmSync(state, { recursive: true, force: true })
})

async function start(folder: string): Promise<void> {
  const sim = await startTodoist({ port: 0, data: 'empty', state: folder })
  sims.push(sim)
  client = new TestClient(sim)
}

async function restart(): Promise<void> {
  await sims.at(-1)?.close()
  await start(state)
}

it('knows apps, codes and tokens again, and which refresh tokens were used', async () => {
  await registerApp(client)
  const first = await grant(client)
  const { body } = await refresh(client, first.refresh_token)
  const second = body as { access_token: string; refresh_token: string }
  const { back } = await authorize(client)
  await restart()
  expect(await statusWith(client, second.access_token)).toBe(200)
  const again = await refresh(client, first.refresh_token)
  expect(again.body).toMatchObject({ access_token: second.access_token })
  const trade = { client_id: 'app', client_secret: 'shh', code: back.code ?? '' }
  expect((await askToken(client, trade)).status).toBe(200)
  await client.admin('clock', { advanceMs: 61_000 })
  await refresh(client, first.refresh_token)
  await restart()
  expect(await statusWith(client, second.access_token)).toBe(401)
  expect((await refresh(client, second.refresh_token)).status).toBe(400)
})

it('still tells the app what happens, and remembers what happened', async () => {
  const receiver = await startReceiver()
  await registerApp(client, { webhook: { url: receiver.url, events: ['item:added'] } })
  await grant(client)
  const heard = (count: number) =>
    vi.waitFor(() => expect(receiver.heard).toHaveLength(count), { interval: 5 })
  const id = await client.command('item_add', { content: 'before' })
  await heard(1)
  await restart()
  await client.command('item_add', { content: 'after' })
  await heard(2)
  await receiver.close()
  const log = await client.call('GET', `/api/v1/activities?object_id=${id}`)
  expect(log.body).toMatchObject({ results: [{ event_type: 'added', extra_data: { content: 'before' } }] })
})

it('after a kill refuses a token that it gave and does not know any more', async () => {
  await registerApp(client)
  const copy = `${state}-copy`
  await restart()
  cpSync(state, copy, { recursive: true })
  const { access_token } = await grant(client)
  await start(copy)
  expect(await statusWith(client, access_token)).toBe(401)
  expect(await statusWith(client, 'personal')).toBe(200)
  await sims.pop()?.close()
  rmSync(copy, { recursive: true })
})
