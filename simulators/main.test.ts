import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AS_USER, type SimClient, simClient } from './kit/client.ts'

const loader = fileURLToPath(new URL('../test/support/typescript.mjs', import.meta.url))
const program = fileURLToPath(new URL('./main.ts', import.meta.url))

let state: string
let running: ChildProcess | undefined

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'simulators-'))
})
afterEach(async () => {
  await end('SIGKILL')
  rmSync(state, { recursive: true, force: true })
})

async function start(): Promise<{ fub: SimClient; todoist: SimClient }> {
  const ports = ['--fub-port', '0', '--todoist-port', '0']
  const child = spawn(process.execPath, ['--import', loader, program, ...ports, '--state', state], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  running = child
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said += String(chunk)
  })
  const urls = () => [...said.matchAll(/user: (http:\S+)\/__sim\//g)].map(([, url]) => url ?? '')
  await vi.waitFor(() => expect(urls(), said).toHaveLength(2), { timeout: 30_000 })
  const [fub = '', todoist = ''] = urls()
  return { fub: simClient(fub, AS_USER), todoist: simClient(todoist, AS_USER) }
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const child = running
  running = undefined
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

interface Made {
  fub: number
  todoist: string
}

async function add({ fub, todoist }: Awaited<ReturnType<typeof start>>, title: string): Promise<Made> {
  const { body } = await fub.call<{ people: { id: number }[] }>('GET', '/v1/people?limit=1')
  const task = await fub.call<{ id: number }>('POST', '/v1/tasks', {
    personId: body.people[0]?.id,
    name: title,
  })
  const item = await todoist.call<{ id: string }>('POST', '/api/v1/tasks', { content: title })
  return { fub: task.body.id, todoist: item.body.id }
}

const statuses = async ({ fub, todoist }: Awaited<ReturnType<typeof start>>, made: Made) => [
  (await fub.call('GET', `/v1/tasks/${made.fub}`)).status,
  (await todoist.call('GET', `/api/v1/tasks/${made.todoist}`)).status,
]

test('a kill loses at most what was done last, an end in order nothing', async () => {
  let sims = await start()
  const kept = await add(sims, 'written a while ago')
  const files = () =>
    ['follow-up-boss', 'todoist'].map((name) => readFileSync(join(state, `${name}.json`), 'utf8'))
  await vi.waitFor(() => {
    for (const text of files()) expect(text).toContain('written a while ago')
  })
  const last = await add(sims, 'just before the kill')
  await end('SIGKILL')

  sims = await start()
  expect(await statuses(sims, kept)).toEqual([200, 200])
  const next = await add(sims, 'just before the end')
  expect(next.fub).toBeGreaterThan(last.fub)
  expect([kept.todoist, last.todoist]).not.toContain(next.todoist)
  await end('SIGTERM')

  sims = await start()
  expect(await statuses(sims, next)).toEqual([200, 200])
  expect(await statuses(sims, kept)).toEqual([200, 200])
})
