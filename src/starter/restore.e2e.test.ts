import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import { openProgramStand, type ProgramStand } from '../../test/support/program-stand.ts'
import { temporalForTests } from '../../test/support/temporal-binary.ts'
import { createLog } from '../config/log.ts'
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

let stand: ProgramStand

beforeAll(async () => {
  const temporal = await temporalForTests(createLog({ level: 'warn', format: 'json' }))
  stand = await openProgramStand({
    keys: { fub: SECRETS.FUB_API_KEY, todoist: SECRETS.TODOIST_API_TOKEN },
    data: 3,
    env: ({ fub, todoist }) => ({
      ...SECRETS,
      FUB_SYSTEM_NAME: 'Tests',
      FUB_BASE_URL: `${fub.url}/v1`,
      TODOIST_BASE_URL: todoist.url,
      TEMPORAL_CLI_PATH: temporal,
    }),
  })
}, 180_000)
afterAll(() => stand?.[Symbol.asyncDispose]())

const inPlace = (place: string) => ({ DEALBRIDGE_DATA_DIR: join(stand.folder, place) })

function begin(place: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return stand.begin(args, { ...inPlace(place), ...env })
}

async function run(place: string, ...args: readonly string[]): Promise<unknown> {
  return JSON.parse((await stand.run(args, inPlace(place))).stdout)
}

const asUser = () => ({
  fub: simClient(stand.fub.url, { ...AS_USER, authorization: `Basic ${btoa(`${SECRETS.FUB_API_KEY}:`)}` }),
  todoist: simClient(stand.todoist.url, { ...AS_USER, authorization: `Bearer ${SECRETS.TODOIST_API_TOKEN}` }),
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
  const logs = join(stand.folder, place, 'logs')
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
    await stand.beside(start, 'all in step', async () => {
      // A refusal and an outage, so that errors are told, too.
      await crm.call('POST', '/__sim/faults', [
        { match: 'PUT /v1/tasks', nth: 1, do: 'status:400' },
        { match: 'GET /v1/tasks', nth: 1, do: 'status:500' },
      ])
      const item = (await shown()).right.find(([, content]) => content === 'Telltale title')
      await app.call('POST', `/api/v1/tasks/${String(item?.[0])}`, { content: 'Telltale, edited' })
      await begin('old', ['sync-once', '--json']).ended
      const asked = [
        ['status', '--json'],
        ['connect', 'list', '--json'],
        ['log', '--json'],
        ['conflicts', '--all', '--json'],
        ['explain', String(item?.[0]), '--json'],
        ['keys', 'rotate', '--dry-run', '--json'],
      ]
      const answers = await Promise.all(asked.map((args) => begin('old', args).ended))
      for (const [nth, { stdout, stderr }] of answers.entries()) {
        spoken.push(stdout)
        expect(found(stderr, PERSONAL), asked[nth]?.join(' ')).toEqual([])
      }
      await run('old', 'backup', '--out', join(stand.folder, 'kept.backup'), '--json')
      await run('old', 'keys', 'rotate', '--json')
      const address = (await findRun(join(stand.folder, 'old')))?.addresses.temporal ?? ''
      const told = [start.said(), filesIn('old'), await histories(address)].join('\n')
      // Of debug lines, and of payloads in histories.
      expect(found(told, ['"level":20', '{"connectionId":"1"}'])).toHaveLength(2)
      expect(found(told, PERSONAL)).toEqual([])
      spoken.push(told)
      // A user goes on meanwhile, and the machine is lost then.
      await crm.call('POST', '/v1/tasks', {
        personId: made.id,
        assignedUserId: 1,
        name: 'Added later',
        type: 'Call',
      })
      await run('old', 'sync-once', '--json')
    })
    const key = readFileSync(join(stand.folder, 'old', 'secret-key'), 'utf8').trim()
    expect(found(spoken.join('\n'), [...Object.values(SECRETS), key])).toEqual([])

    const before = await shown()

    const refused = await begin('new', ['restore', join(stand.folder, 'kept.backup')]).ended
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('another key') })
    const restored = begin('new', ['restore', join(stand.folder, 'kept.backup'), '--other-key', '--json'])
    expect(await restored.ended).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('"withoutCredentials"'),
    })
    const again = await begin('new', ['restore', join(stand.folder, 'kept.backup'), '--other-key']).ended
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('There is a record here') })
    expect(await run('new', 'sync-once', '--json')).toMatchObject({
      settled: true,
      routes: [{ right: { created: 0, updated: 0 }, left: { created: 0, updated: 0 } }],
    })
    expect(await shown()).toEqual(before)
    expect(before.right.filter(([, content]) => content === 'Added later')).toHaveLength(1)
  })
})
