import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { type Answer, beginCommand, buildCommand } from '../../test/support/built-command.ts'
import { temporalForTests } from '../../test/support/temporal-binary.ts'
import { createLog } from '../config/log.ts'
import { waitFor } from './process/wait.ts'
import { findRun } from './run-file.ts'

let temporal: string
let folder: string
let fub: RunningSim
let todoist: RunningSim

beforeAll(async () => {
  temporal = await temporalForTests(createLog({ level: 'warn', format: 'json' }))
  await buildCommand()
  folder = mkdtempSync(join(tmpdir(), 'dealbridge-any-pair-'))
  const common = { port: 0, data: 3, seed: 1, keys: ['good'] }
  fub = await startFollowUpBoss(common)
  todoist = await startTodoist(common)
}, 180_000)
afterAll(async () => {
  await Promise.all([fub, todoist].map((sim) => sim?.close()))
  rmSync(folder, { recursive: true, force: true })
})

function begin(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return beginCommand(args, folder, {
    DEALBRIDGE_DATA_DIR: folder,
    TEMPORAL_CLI_PATH: temporal,
    API_PORT: '0',
    LOG_LEVEL: 'warn',
    ...env,
  })
}

/** What a command answered that had to end well. */
async function run(...args: readonly string[]): Promise<Answer> {
  const answer = await begin(args).ended
  expect(`${args.join(' ')}: exit ${answer.code}\n${answer.stderr}`).toMatch(/: exit 0\n/)
  return answer
}

/** Runs `work` beside a start in this environment, once it has said this; gives back all that the start said. */
async function beside(
  env: NodeJS.ProcessEnv,
  said: string,
  work: () => Promise<void>,
  args: readonly string[] = [],
): Promise<string> {
  const start = begin(['start', ...args], env)
  try {
    const early = start.ended.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))
    early.catch(() => {})
    const up = waitFor(async () => (start.said().includes(said) ? true : undefined), {
      timeoutMs: 40_000,
      everyMs: 50,
    })
    expect(await Promise.race([up, early]), start.said()).toBe(true)
    await work()
  } finally {
    process.kill(start.pid, 'SIGTERM')
    await start.ended
  }
  return start.said()
}

const todoistEnv = () => ({ TODOIST_API_TOKEN: 'good', TODOIST_BASE_URL: todoist.url })

// Many commands, each a process: on a busy machine that takes its time.
describe('a start without both accounts of the first route', { timeout: 150_000 }, () => {
  it('with Todoist alone: runs, says how to connect more, and keeps it in step with lists of our own', async () => {
    const said = await beside(todoistEnv(), 'connect add <name>', async () => {
      // Its key goes where the environment says, and to nobody else.
      const credentials = join(folder, 'credentials.json')
      writeFileSync(credentials, '{"token":"good"}')
      const again = begin(
        ['connect', 'add', 'office', '--provider', 'todoist', '--credentials', credentials],
        { TODOIST_BASE_URL: todoist.url },
      )
      expect((await again.ended).stderr).toContain('This account is connected already, as todoist.')
      await run('connect', 'add', 'mine', '--provider', 'local')
      await run('route', 'add', 'main', 'mine', 'todoist')
      await run('map', 'add', 'main', 'Tasks', 'Inbox')
      await run('tasks', 'add', 'Water the plants')
      await run('route', 'start', 'main', '--yes')
      await run('status', '--wait', '--timeout', '40')
    })
    expect(said).toContain('connected: todoist')
    const state = (await (await fetch(`${todoist.url}/__sim/state`)).json()) as {
      items: { content: string; is_deleted: boolean }[]
    }
    expect(state.items.filter(({ content }) => content === 'Water the plants')).toHaveLength(1)
  })

  it('with none in the environment: goes on with what the record holds, and a demo is refused there', async () => {
    await beside({}, 'Ctrl-C', async () => {
      expect((await findRun(folder))?.mode).toBe('live')
      const { stdout } = await run('status', '--wait', '--timeout', '40', '--json')
      expect(JSON.parse(stdout)).toMatchObject({
        settled: true,
        routes: [{ route: 'main', state: 'active' }],
        connections: [
          { connection: 'todoist', state: 'ok' },
          { connection: 'mine', state: 'ok' },
        ],
      })
    })
    expect(await begin(['start', '--demo']).ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The record holds real accounts'),
    })
  })

  it('with both later: their route stands beside the one that has its name', async () => {
    const both = { ...todoistEnv(), FUB_API_KEY: 'good', FUB_BASE_URL: `${fub.url}/v1` }
    await beside(both, 'is not confirmed', async () => {
      const { stdout } = await run('route', 'list', '--json')
      expect(JSON.parse(stdout)).toMatchObject({
        routes: [
          { route: 'main', state: 'active', left: 'mine' },
          { route: 'main-2', state: 'draft', left: 'follow-up-boss', right: 'todoist' },
        ],
      })
    })
  })

  it('without any, and without the demo: an empty record waits for accounts', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'dealbridge-no-demo-'))
    const said = await beside(
      { DEALBRIDGE_DATA_DIR: empty },
      'Nothing is connected yet',
      async () => expect((await findRun(empty))?.mode).toBe('live'),
      ['--no-demo'],
    ).finally(() => rmSync(empty, { recursive: true, force: true }))
    expect(said).not.toContain('as a demo')
  })
})
