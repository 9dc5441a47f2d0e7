import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import {
  type Answer,
  beginCommand,
  buildCommand,
  type RunningCommand,
} from '../../test/support/built-command.ts'
import { temporalForTests } from '../../test/support/temporal-binary.ts'
import { createLog } from '../config/log.ts'
import { isAlive } from './process/facts.ts'
import { stopProcess } from './process/stop.ts'
import { waitFor } from './process/wait.ts'
import { findRun, type RunFile } from './run-file.ts'

const PATIENCE = { timeoutMs: 40_000, everyMs: 50 }

let temporal: string
const folders: string[] = []
/** Of the demo, for what comes after it. */
let demoFolder: string

beforeAll(async () => {
  temporal = await temporalForTests(createLog({ level: 'warn', format: 'json' }))
  await buildCommand()
}, 180_000)
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dealbridge-e2e-'))
  folders.push(folder)
  return folder
}

function begin(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCommand {
  return beginCommand(args, folder, {
    DEALBRIDGE_DATA_DIR: folder,
    TEMPORAL_CLI_PATH: temporal,
    API_PORT: '0',
    LOG_LEVEL: 'warn',
    ...env,
  })
}

const run = (folder: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Answer> =>
  begin(folder, args, env).ended

/** What was answered, if it ended with this code. */
function ended(code: number, { stdout, stderr, ...answer }: Answer): Answer {
  expect(`exit ${answer.code}\n${stderr}`).toMatch(new RegExp(`^exit ${code}\\n`))
  return { stdout, stderr, ...answer }
}

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const answer = await waitFor(ask, PATIENCE)
  if (answer === undefined) throw new Error(`not seen in time: ${what}`)
  return answer
}

type FubTask = { id: number; name: string; isCompleted: number; assignedUserId: number; personId: number }
type Item = { id: string; content: string; description: string; checked: boolean; is_deleted: boolean }

async function askJson(url: string, options: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, options)
  if (!response.ok) throw new Error(`${options.method ?? 'GET'} ${url}: ${response.status}`)
  return response.status === 204 ? undefined : response.json()
}

function asUser(method: string, authorization: string, body?: unknown): RequestInit {
  return {
    method,
    headers: { authorization, 'content-type': 'application/json', 'x-sim-actor': 'user' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }
}

describe('the demo', () => {
  let folder: string
  let start: RunningCommand
  let started: RunFile

  beforeAll(async () => {
    folder = newFolder()
    demoFolder = folder
    start = begin(folder, ['start'])
    const up = until('the guide', async () => (start.said().includes('Ctrl-C') ? findRun(folder) : undefined))
    const early = start.ended.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))
    early.catch(() => {})
    started = await Promise.race([up, early])
  })
  afterAll(async () => {
    if (start !== undefined && (await isAlive(start.pid))) {
      await stopProcess({ pid: start.pid, startTime: undefined, signal: 'SIGTERM', timeoutMs: 20_000 })
    }
  })

  const address = (name: string): string => started.addresses[name] ?? ''
  const fubTasks = async () =>
    ((await askJson(`${address('followUpBoss')}/__sim/state`)) as { tasks: FubTask[] }).tasks
  const items = async () =>
    ((await askJson(`${address('todoist')}/__sim/state`)) as { items: Item[] }).items.filter(
      (item) => !item.is_deleted,
    )
  const counterparts = async (id: number) =>
    (await items()).filter(({ description }) => description.includes(`follow-up-boss/task/${id}`))

  it('settles: every open task of the agent is in the task app, once', async () => {
    const status = ended(0, await run(folder, ['status', '--wait', '--timeout', '40', '--json']))
    expect(JSON.parse(status.stdout)).toMatchObject({
      settled: true,
      routes: [{ route: 'main', state: 'active', pending: 0, waiting: 0, failed: 0 }],
      connections: [
        { connection: 'follow-up-boss', state: 'ok' },
        { connection: 'todoist', state: 'ok' },
      ],
    })
    const open = (await fubTasks()).filter((task) => !task.isCompleted && task.assignedUserId === 1)
    const markers = (await items()).flatMap(
      ({ description }) => /follow-up-boss\/task\/(\d+)/.exec(description)?.[1] ?? [],
    )
    expect(open.length).toBeGreaterThan(100)
    expect(markers.map(Number).sort()).toEqual(open.map((task) => task.id).sort())
    expect((await fetch(`${address('api')}/health`)).status).toBe(200)
  })

  it('tells where everything is', () => {
    for (const name of ['followUpBoss', 'todoist', 'api', 'temporalUi']) {
      expect(start.said()).toContain(address(name))
    }
    expect(start.said()).toContain(`kill -9 ${started.pids.worker}`)
  })

  it('carries what the user does on one side to the other', async () => {
    const fub = `${address('followUpBoss')}/v1/tasks`
    const todoist = `${address('todoist')}/api/v1/tasks`
    const [known] = await fubTasks()
    const key = `Basic ${Buffer.from('demo-owner:').toString('base64')}`
    const made = (await askJson(
      fub,
      asUser('POST', key, { personId: known?.personId, name: 'Bring the keys', type: 'Call' }),
    )) as FubTask
    const item = await until('the new task', async () => (await counterparts(made.id))[0])
    expect(item.content).toBe('Bring the keys')

    await askJson(`${todoist}/${item.id}`, asUser('POST', 'Bearer demo', { content: 'Bring all keys' }))
    const seen = (change: Partial<FubTask>) => async () =>
      (await fubTasks()).find(
        (one) =>
          one.id === made.id &&
          Object.entries(change).every(([name, value]) => one[name as keyof FubTask] === value),
      )
    await until('the new title', seen({ name: 'Bring all keys' }))
    await askJson(`${todoist}/${item.id}/close`, asUser('POST', 'Bearer demo'))
    await until('the completion', seen({ name: 'Bring all keys', isCompleted: 1 }))

    const other = (await fubTasks()).find((task) => !task.isCompleted && task.assignedUserId === 1)
    await askJson(`${fub}/${other?.id}`, asUser('DELETE', key))
    await until('the deletion', async () =>
      (await counterparts(other?.id ?? 0)).length === 0 ? true : undefined,
    )
  })

  it('is in step: a sync writes nothing, and neither would a plan', async () => {
    ended(0, await run(folder, ['status', '--wait', '--timeout', '40']))
    const nothing = { created: 0, updated: 0, completed: 0, deleted: 0 }
    const [sync, plan] = await Promise.all([
      run(folder, ['sync-once', '--json']),
      run(folder, ['plan', '--json']),
    ])
    expect(JSON.parse(ended(0, sync).stdout)).toMatchObject({
      settled: true,
      routes: [{ route: 'main', left: nothing, right: nothing, waiting: 0, failed: 0, ambiguous: 0 }],
      requests: { 'follow-up-boss': { write: 0 }, todoist: { write: 0 } },
    })
    const everyTask = [...(await fubTasks()), ...(await items())].length
    const found = JSON.parse(ended(0, plan).stdout)
    expect(found).toMatchObject({ writes: [], linked: 0, ambiguous: [], lossy: {} })
    expect(found.outOfScope).toBeGreaterThan(0)
    expect(found.outOfScope).toBeLessThan(everyTask)
  })

  it('refuses a second start, and knows which connections there are', async () => {
    const [second, list, retry] = await Promise.all([
      run(folder, ['start']),
      run(folder, ['connect', 'list', '--json']),
      run(folder, ['connect', 'retry', 'nobody']),
    ])
    expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining(`process ${start.pid}`) })
    expect(JSON.parse(list.stdout)).toMatchObject({
      connections: [{ connection: 'follow-up-boss' }, { connection: 'todoist' }],
    })
    expect(retry).toMatchObject({ code: 2, stderr: expect.stringContaining('follow-up-boss, todoist') })
    ended(0, await run(folder, ['connect', 'add', 'mine', '--provider', 'local']))
  })

  it('leaves nothing running after SIGTERM', async () => {
    const pids = Object.values((await findRun(folder))?.pids ?? {})
    expect(pids).toHaveLength(6)
    process.kill(start.pid, 'SIGTERM')
    expect(await start.ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/Stopped\.\n$/) })
    expect((await Promise.all(pids.map(isAlive))).filter(Boolean)).toEqual([])
    expect(await run(folder, ['status'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('dealbridge start'),
    })
  })
})

describe("a folder that holds a demo's record", () => {
  it('keeps it for whoever has connected something in it', async () => {
    const answer = await run(demoFolder, ['start', '--no-demo'])
    expect(answer).toMatchObject({ code: 2, stdout: '' })
    expect(answer.stderr).toContain('it holds what you have connected (mine). Nothing was changed.')
    expect(answer.stderr).toContain(`e.g. ${demoFolder}-mine`)
  })

  it('is refused for real accounts by all but a start, before these are asked anything', async () => {
    const answer = await run(demoFolder, ['plan'], {
      FUB_API_KEY: 'real',
      FUB_BASE_URL: 'http://127.0.0.1:9/v1',
      TODOIST_API_TOKEN: 'real',
      TODOIST_BASE_URL: 'http://127.0.0.1:9',
    })
    expect(answer).toMatchObject({ code: 2, stdout: '' })
    expect(answer.stderr).toContain("holds the demo's record")
    expect(answer.stderr).toContain(`Set DEALBRIDGE_DATA_DIR to another folder, e.g. ${demoFolder}-live`)
  })
})

describe('accounts in the environment', () => {
  const TASKS = 3
  let folder: string
  let fub: RunningSim
  let todoist: RunningSim
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    folder = newFolder()
    const common = { port: 0, data: TASKS, seed: 1, keys: ['good'] }
    fub = await startFollowUpBoss(common)
    todoist = await startTodoist(common)
    env = {
      FUB_API_KEY: 'good',
      FUB_BASE_URL: `${fub.url}/v1`,
      TODOIST_API_TOKEN: 'good',
      TODOIST_BASE_URL: todoist.url,
    }
  })
  afterAll(async () => {
    await Promise.all([fub, todoist].map((sim) => sim?.close()))
  })

  const stateOfBoth = () =>
    Promise.all([fub, todoist].map(async ({ url }) => (await fetch(`${url}/__sim/state`)).text()))

  it('with a key that is refused: said by name, and nothing is written', async () => {
    const before = await stateOfBoth()
    const refused = await run(folder, ['start'], { ...env, TODOIST_API_TOKEN: 'revoked' })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('TODOIST_API_TOKEN is refused')
    expect(refused.stderr).not.toContain('revoked')
    expect(await stateOfBoth()).toEqual(before)
  })

  it('are looked at by a start, planned, and asked about before the first write', async () => {
    const before = await stateOfBoth()
    const start = begin(folder, ['start'], env)
    try {
      await until('the question', async () => (start.said().includes('is not confirmed') ? true : undefined))
      const plan = ended(0, await run(folder, ['plan', '--json'], env))
      expect(JSON.parse(plan.stdout).writes).toHaveLength(TASKS)
      const unasked = ended(3, await run(folder, ['sync-once'], env))
      expect(unasked.stderr).toContain('sync-once --yes')
      expect(await stateOfBoth()).toEqual(before)
      const confirmed = ended(0, await run(folder, ['sync-once', '--yes', '--json'], env))
      expect(JSON.parse(confirmed.stdout)).toMatchObject({
        settled: true,
        routes: [{ right: { created: TASKS } }],
      })
    } finally {
      process.kill(start.pid, 'SIGTERM')
      await start.ended
    }
  })

  it('are in step for a sync that has to bring up everything itself', async () => {
    const again = ended(0, await run(folder, ['sync-once', '--json'], env))
    expect(JSON.parse(again.stdout)).toMatchObject({
      settled: true,
      routes: [{ right: { created: 0, updated: 0 } }],
      requests: { todoist: { write: 0 }, 'follow-up-boss': { write: 0 } },
    })
  })

  it.each([
    [{ FUB_POLL_INTERVAL_SECONDS: '-3' }, 'FUB_POLL_INTERVAL_SECONDS must be seconds'],
    [{ DEALBRIDGE_PORT: '1' }, 'DEALBRIDGE_PORT is not an option'],
  ])('that make no sense are refused by name: %j', async (absurd, complaint) => {
    const answer = await run(folder, ['start'], { ...env, ...absurd })
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringContaining(complaint) })
  })
})
