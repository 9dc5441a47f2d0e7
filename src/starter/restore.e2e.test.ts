import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { beginCommand, buildCommand } from '../../test/support/built-command.ts'
import { temporalForTests } from '../../test/support/temporal-binary.ts'
import { createLog } from '../config/log.ts'
import { waitFor } from './process/wait.ts'
import { findRun } from './run-file.ts'

const SECRETS = {
  FUB_API_KEY: 'telltale-fub-key',
  FUB_SYSTEM_KEY: 'telltale-system-key',
  TODOIST_API_TOKEN: 'telltale-todoist-token',
  TODOIST_WEBHOOK_SECRET: 'telltale-webhook-secret',
  API_TOKEN: 'telltale-api-token-of-32-letters',
}
/** What a person typed, or is. */
const PERSONAL = ['Telltale', 'telltale@example.com', '5550177']

let temporal: string
let folder: string
let fub: RunningSim
let todoist: RunningSim

beforeAll(async () => {
  temporal = await temporalForTests(createLog({ level: 'warn', format: 'json' }))
  await buildCommand()
  folder = mkdtempSync(join(tmpdir(), 'dealbridge-restore-'))
  // As root the embedded Postgres is another user, who must get there.
  chmodSync(folder, 0o755)
  const common = { port: 0, data: 3, seed: 1 }
  fub = await startFollowUpBoss({ ...common, keys: [SECRETS.FUB_API_KEY] })
  todoist = await startTodoist({ ...common, keys: [SECRETS.TODOIST_API_TOKEN] })
}, 180_000)
afterAll(async () => {
  await Promise.all([fub, todoist].map((sim) => sim?.close()))
  rmSync(folder, { recursive: true, force: true })
})

function begin(place: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return beginCommand(args, folder, {
    ...SECRETS,
    FUB_SYSTEM_NAME: 'Tests',
    FUB_BASE_URL: `${fub.url}/v1`,
    TODOIST_BASE_URL: todoist.url,
    DEALBRIDGE_DATA_DIR: join(folder, place),
    TEMPORAL_CLI_PATH: temporal,
    API_PORT: '0',
    LOG_LEVEL: 'warn',
    ...env,
  })
}

async function run(place: string, ...args: readonly string[]): Promise<unknown> {
  const answer = await begin(place, args).ended
  expect(`${args.join(' ')}: exit ${answer.code}\n${answer.stderr}`).toMatch(/: exit 0\n/)
  return JSON.parse(answer.stdout)
}

const asUser = () => ({
  fub: simClient(fub.url, { ...AS_USER, authorization: `Basic ${btoa(`${SECRETS.FUB_API_KEY}:`)}` }),
  todoist: simClient(todoist.url, { ...AS_USER, authorization: `Bearer ${SECRETS.TODOIST_API_TOKEN}` }),
})

/** Tasks as users see them at both services. */
async function shown() {
  const { fub, todoist } = asUser()
  const left = (await fub.call<{ tasks: Record<string, unknown>[] }>('GET', '/v1/tasks?limit=100')).body.tasks
  const right = (await todoist.call<{ results: Record<string, unknown>[] }>('GET', '/api/v1/tasks?limit=200'))
    .body.results
  return {
    left: left.map(({ id, name, isCompleted, dueDate }) => [id, name, isCompleted, dueDate]),
    right: right.map(({ id, content, checked, section_id }) => [id, content, checked, section_id]),
  }
}

async function histories(address: string): Promise<string> {
  const connection = await Connection.connect({ address })
  try {
    const client = new Client({ connection })
    const texts: string[] = []
    for await (const { workflowId, runId } of client.workflow.list()) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
      texts.push(JSON.stringify(history), ...payloads(history))
    }
    return texts.join('\n')
  } finally {
    await connection.close()
  }
}

/** What a history carries, in clear. */
function payloads(history: unknown): string[] {
  return [...JSON.stringify(history).matchAll(/"data":"([\w+/=]+)"/g)].map(([, data]) =>
    Buffer.from(data ?? '', 'base64').toString('utf8'),
  )
}

function filesIn(place: string): string {
  const logs = join(folder, place, 'logs')
  return readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'utf8'))
    .join('\n')
}

const found = (text: string, words: readonly string[]) => words.filter((word) => text.includes(word))

describe('a record on a new machine', { timeout: 240_000 }, () => {
  it('goes on from a backup, with a new Temporal; and no secret was told on the way', async () => {
    const { fub: crm, todoist: app } = asUser()
    const person = {
      firstName: 'Telltale',
      lastName: 'Person',
      emails: [{ value: 'telltale@example.com' }],
      phones: [{ value: '5550177' }],
    }
    const { body: made } = await crm.call<{ id: number }>('POST', '/v1/people', person)
    await crm.call('POST', '/v1/tasks', {
      personId: made.id,
      assignedUserId: 1,
      name: 'Telltale title',
      type: 'Call',
    })
    const spoken: string[] = []

    const start = begin('old', ['start', '--yes'], { LOG_LEVEL: 'trace', LOG_FORMAT: 'json' })
    try {
      const early = start.ended.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))
      early.catch(() => {})
      const up = waitFor(async () => (start.said().includes('all in step') ? true : undefined), {
        timeoutMs: 90_000,
        everyMs: 100,
      })
      expect(await Promise.race([up, early]), start.said()).toBe(true)
      // A refusal and an outage, so that errors are told, too.
      await crm.call('POST', '/__sim/faults', [
        { match: 'PUT /v1/tasks', nth: 1, do: 'status:400' },
        { match: 'GET /v1/tasks', nth: 1, do: 'status:500' },
      ])
      const item = (await shown()).right.find(([, content]) => content === 'Telltale title')
      await app.call('POST', `/api/v1/tasks/${String(item?.[0])}`, { content: 'Telltale, edited' })
      await begin('old', ['sync-once', '--json']).ended
      for (const args of [
        ['status', '--json'],
        ['connect', 'list', '--json'],
        ['log', '--json'],
        ['conflicts', '--all', '--json'],
        ['explain', String(item?.[0]), '--json'],
        ['keys', 'rotate', '--dry-run', '--json'],
      ]) {
        const { stdout, stderr } = await begin('old', args).ended
        spoken.push(stdout)
        expect(found(stderr, PERSONAL), args.join(' ')).toEqual([])
      }
      await run('old', 'backup', '--out', join(folder, 'kept.backup'), '--json')
      await run('old', 'keys', 'rotate', '--json')
      const address = (await findRun(join(folder, 'old')))?.addresses.temporal ?? ''
      const told = [start.said(), filesIn('old'), await histories(address)].join('\n')
      // Of debug lines, and of payloads in histories.
      expect(found(told, ['"level":20', '{"connectionId":"1"}'])).toHaveLength(2)
      expect(found(told, PERSONAL)).toEqual([])
      spoken.push(told)
    } finally {
      // It may have ended by itself, which was told above.
      try {
        process.kill(start.pid, 'SIGTERM')
      } catch {
        // So it has.
      }
      await start.ended
    }
    const key = readFileSync(join(folder, 'old', 'secret-key'), 'utf8').trim()
    expect(found(spoken.join('\n'), [...Object.values(SECRETS), key])).toEqual([])

    // A user goes on meanwhile.
    await crm.call('POST', '/v1/tasks', {
      personId: made.id,
      assignedUserId: 1,
      name: 'Added later',
      type: 'Call',
    })
    await run('old', 'sync-once', '--json')
    const before = await shown()

    const refused = await begin('new', ['restore', join(folder, 'kept.backup')]).ended
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('another key') })
    const restored = begin('new', ['restore', join(folder, 'kept.backup'), '--other-key', '--json'])
    expect(await restored.ended).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('"withoutCredentials"'),
    })
    const again = await begin('new', ['restore', join(folder, 'kept.backup'), '--other-key']).ended
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('There is a record here') })
    expect(await run('new', 'sync-once', '--json')).toMatchObject({
      settled: true,
      routes: [{ right: { created: 0, updated: 0 }, left: { created: 0, updated: 0 } }],
    })
    expect(await shown()).toEqual(before)
    expect(before.right.filter(([, content]) => content === 'Added later')).toHaveLength(1)
  })
})
