import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { beginCommand, buildCommand, type RunningCommand } from '../../test/support/built-command.ts'
import { openMigratedDatabase, type TestDatabase } from '../../test/support/database.ts'
import { testTemporal } from '../../test/support/temporal.ts'
import { parseReadyLine } from '../config/ready.ts'
import { waitFor } from './process/wait.ts'

const PERSON = 5001
/** So many tasks are edited in the CRM, and as many others in Todoist. */
const EACH = 10

let folder: string
let database: TestDatabase
let fub: RunningSim
let todoist: RunningSim
const running: RunningCommand[] = []

beforeAll(async () => {
  await buildCommand()
  folder = mkdtempSync(join(tmpdir(), 'dealbridge-two-'))
  database = await openMigratedDatabase()
  // Ids of workflows are new on a server that several files share.
  for (const table of ['connection', 'route', 'pair'])
    await database.sql`select setval(${`dealbridge.${table}_id_seq`}, ${Date.now() % 1_000_000_000})`
  const common = { port: 0, data: 'empty', seed: 1, keys: ['good'] } as const
  fub = await startFollowUpBoss(common)
  todoist = await startTodoist(common)
}, 180_000)
afterAll(async () => {
  for (const one of running) end(one, 'SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await Promise.all([fub, todoist].map((sim) => sim?.close()))
  await database?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

function begin(...args: readonly string[]): RunningCommand {
  const { address, namespace } = testTemporal()
  const command = beginCommand(args, folder, {
    DATABASE_URL: database.url,
    DEALBRIDGE_SECRET_KEY: 'a key of the tests',
    DEALBRIDGE_DATA_DIR: join(folder, 'data'),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    FUB_API_KEY: 'good',
    FUB_SYSTEM_NAME: 'Tests',
    FUB_SYSTEM_KEY: 'system',
    FUB_USE_WEBHOOKS: 'true',
    FUB_BASE_URL: `${fub.url}/v1`,
    TODOIST_API_TOKEN: 'good',
    TODOIST_WEBHOOK_SECRET: 'secret',
    TODOIST_USE_WEBHOOKS: 'true',
    TODOIST_BASE_URL: todoist.url,
    STALE_READ_SECONDS: '0.5',
    API_PORT: '0',
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
  })
  running.push(command)
  return command
}

function end({ pid }: RunningCommand, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone.
  }
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const found = await waitFor(look, { timeoutMs: 60_000, everyMs: 50 })
  if (found === undefined)
    throw new Error(`${what}: it did not come\n${running.map((one) => one.said()).join('\n')}`)
  return found
}

type Task = { readonly id: number; readonly name: string; readonly isCompleted: number }
type Item = { readonly id: string; readonly content: string; readonly project_id: string }

const crm = () => simClient(fub.url, { ...AS_USER, authorization: `Basic ${btoa('good:')}` })
const app = () => simClient(todoist.url, { ...AS_USER, authorization: 'Bearer good' })
const tasks = async () => (await crm().call<{ tasks: Task[] }>('GET', '/v1/tasks?limit=100')).body.tasks
const items = async () =>
  (await app().call<{ results: Item[] }>('GET', '/api/v1/tasks?limit=200')).body.results
const confirmed = async () =>
  database.sql<{ subject: string; verb: string; n: number }[]>`
    select subject_id::text as subject, verb, count(*)::int as n from dealbridge.op
    where subject = 'pair' and status = 'confirmed' group by 1, 2`

describe('two workers and two receivers on one record', { timeout: 240_000 }, () => {
  it('write each change once, whoever of them is killed', async () => {
    for (let n = 0; n < EACH * 2; n += 1) {
      const task = { personId: PERSON, assignedUserId: 1, type: 'Call', name: `Task ${n}` }
      await crm().call('POST', '/v1/tasks', task)
    }
    const first = await begin('sync-once', '--yes', '--json').ended
    expect(first.code, first.stderr).toBe(0)
    await database.sql`delete from dealbridge.op`

    const workers = [begin('worker'), begin('worker')]
    const receivers = [begin('receiver'), begin('receiver')]
    const urls = await Promise.all(
      receivers.map((one) => until('a receiver', async () => parseReadyLine(one.printed())?.api)),
    )
    for (const url of urls) {
      await crm().call('POST', '/__sim/webhooks', {
        url: `${url}/webhook/fub`,
        secret: 'system',
        events: ['*'],
      })
      await app().call('POST', '/__sim/webhooks', {
        url: `${url}/webhook/todoist`,
        secret: 'secret',
        events: ['*'],
      })
    }
    for (const sim of [crm(), app()])
      await sim.call('POST', '/__sim/faults', [
        { match: 'webhook', probability: 0.5, seed: 1, do: 'webhook-twice' },
      ])

    const [before, there] = [await tasks(), await items()]
    const number = (name: string) => Number(name.replace(/\D/gu, ''))
    await Promise.all([
      ...before
        .filter(({ name }) => number(name) < EACH)
        .map(({ id, name }) => crm().call('PUT', `/v1/tasks/${id}`, { name: `${name}, edited left` })),
      ...there
        .filter(({ content }) => number(content) >= EACH)
        .map(({ id, content }) =>
          app().call('POST', `/api/v1/tasks/${id}`, { content: `${content}, edited right` }),
        ),
    ])
    const written = async (atLeast: number) =>
      until(`${atLeast} writes`, async () => ((await confirmed()).length >= atLeast ? true : undefined))
    const [one, other] = workers
    await written(3)
    if (one !== undefined) end(one, 'SIGKILL')
    await written(EACH)
    workers.push(begin('worker'))
    if (other !== undefined) end(other, 'SIGKILL')
    await written(EACH * 2)
    const settled = await begin('status', '--wait', '--timeout', '60', '--json').ended
    expect(settled.code, settled.stdout).toBe(0)

    const names = Array.from(
      { length: EACH * 2 },
      (_, n) => `Task ${n}, edited ${n < EACH ? 'left' : 'right'}`,
    ).sort()
    expect((await tasks()).map(({ name }) => name).sort()).toEqual(names)
    expect((await items()).map(({ content }) => content).sort()).toEqual(names)
    expect((await confirmed()).filter(({ n, verb }) => n !== 1 || verb !== 'update')).toEqual([])
    for (const sim of [crm(), app()]) {
      const { body } = await sim.call<{ rateLimited: { client: number } }>('GET', '/__sim/requests')
      expect(body.rateLimited.client).toBe(0)
    }
  })
})
