import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { beginCommand, buildCommand, builtCommand } from '../../test/support/built-command.ts'
import { openMigratedDatabase, type TestDatabase } from '../../test/support/database.ts'
import { PYTHON } from '../../test/support/python-packages.ts'
import { SPARE_NAMESPACES, testTemporal } from '../../test/support/temporal.ts'
import { temporalForTests } from '../../test/support/temporal-binary.ts'
import { createLog } from '../config/log.ts'
import { TASK_QUEUE } from '../config/temporal-names.ts'
import { openDatabase } from '../store/database.ts'
import { freePort } from './process/ports.ts'
import { stopProcess } from './process/stop.ts'
import { waitSettled } from './settled.ts'

const DATA = { tasks: 5, deals: 2 }
const AT_TERMINAL = fileURLToPath(new URL('../../test/support/at-terminal.py', import.meta.url))
/** What readline writes to place the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for.
const CURSOR = /\u001b\[[0-9;]*[A-Za-z]/gu

let temporal: string
beforeAll(async () => {
  temporal = await temporalForTests(createLog({ level: 'warn', format: 'json' }))
  await buildCommand()
}, 180_000)

/** An office of its own: accounts, a record, and where the commands find them. */
type Office = {
  readonly env: NodeJS.ProcessEnv
  readonly folder: string
  readonly database: TestDatabase
  readonly todoist: RunningSim
}

/** Runs one way of setting up in an office of its own, and tells how that ended. Nothing of it runs on. */
async function endOf(way: (office: Office) => Promise<void>, at: number): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'dealbridge-setup-'))
  const sims = { port: 0, data: DATA, seed: 1, keys: ['good'] }
  const fub = await startFollowUpBoss(sims)
  const todoist = await startTodoist({ ...sims, data: 'empty' })
  await using database = await openMigratedDatabase()
  const env = {
    DATABASE_URL: database.url,
    DEALBRIDGE_SECRET_KEY: 'a secret key for tests',
    DEALBRIDGE_DATA_DIR: folder,
    TEMPORAL_ADDRESS: testTemporal().address,
    TEMPORAL_NAMESPACE: SPARE_NAMESPACES[at],
    FUB_BASE_URL: `${fub.url}/v1`,
    TODOIST_BASE_URL: todoist.url,
    LOG_LEVEL: 'error',
  }
  try {
    await way({ env, folder, database, todoist })
    return await stateOf({ database, todoist })
  } finally {
    await fub.close()
    await todoist.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Item = { id: string; content: string; project_id: string; section_id: string | null }
type Named = { id: string; name: string }

/** The record's route, accounts and homes, and what a user sees in the task app. */
async function stateOf({
  database: { sql },
  todoist,
}: Pick<Office, 'database' | 'todoist'>): Promise<unknown> {
  const state = (await (await fetch(`${todoist.url}/__sim/state`)).json()) as {
    items: Item[]
    projects: Named[]
    sections: Named[]
    labels: Named[]
  }
  const nameOf = (all: readonly Named[], id: string | null) => all.find((one) => one.id === id)?.name ?? null
  return {
    routes: await sql`select name, state, policy, filled_at is not null as filled from dealbridge.route`,
    connections: await sql`select name, provider, state from dealbridge.connection order by id`,
    homes:
      await sql`select role, subject, name, state from dealbridge.container order by role, subject, name`,
    labels: state.labels.map(({ name }) => name).sort(),
    tasks: state.items
      .map(({ content, project_id, section_id }) =>
        [nameOf(state.projects, project_id), nameOf(state.sections, section_id), content].join(' / '),
      )
      .sort(),
  }
}

/** Types the answers, each when its question has come. */
async function answer(
  { env, folder }: Office,
  answers: readonly (readonly [RegExp, string])[],
): Promise<{ readonly code: number | null; readonly unasked: number; readonly shown: string }> {
  const child = spawn(PYTHON, [AT_TERMINAL, process.execPath, builtCommand, 'setup'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let shown = ''
  const left = [...answers]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    const [question, typed] = left[0] ?? []
    const plain = shown.replace(CURSOR, '')
    if (question === undefined || !question.test(plain)) return
    left.shift()
    shown = ''
    child.stdin.write(`${typed}\r`)
  })
  // What it shows then says where it hangs.
  const stuck = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(stuck)
  return { code, unasked: left.length, shown }
}

/** The keys are typed, one wrong first; one question is gone back to, and a sign-in is given up while it waits. */
async function byWizard(office: Office): Promise<void> {
  // The receiver that a sign-in comes back to is the wizard's own.
  const port = await freePort()
  const env = { ...office.env, PUBLIC_URL: `http://127.0.0.1:${port}`, API_PORT: String(port) }
  const ended = await answer({ ...office, env }, [
    [/API key .*: $/u, 'wrong'],
    [/refuses this key[\s\S]*API key .*: $/u, 'good'],
    [/Which task app .*\[todoist\]: $/u, ''],
    [/API token .*: $/u, 'good'],
    [/Which have projects .*: $/u, ''],
    [/ok when it is right \[ok\]: $/u, 'b'],
    [/Which have projects .*: $/u, ''],
    [/ok when it is right \[ok\]: $/u, ''],
    [/without a deal \[.*\]: $/u, ''],
    [/ok when right \[ok\]: $/u, ''],
    [/Make them .*: $/u, ''],
    [/Whose tasks .*: $/u, ''],
    [/Which \[open\]: $/u, ''],
    [/name and key now .*: $/u, ''],
    [/sign in by it now .*: $/u, 'y'],
    [/Client id .*: $/u, 'app'],
    [/Client secret .*: $/u, 'a-secret'],
    [/^(?![\s\S]*(?:a-secret|is not reached))[\s\S]*client_id=app[\s\S]*b gives it up\.\s*$/u, 'b'],
    [/Given up[\s\S]*sign in by it now .*: $/u, ''],
    [/Begin the first sync now .*: $/u, 'y'],
  ])
  expect(ended).toMatchObject({ code: 0, unasked: 0 })
}

async function byFile({ env, folder }: Office): Promise<void> {
  const file = join(folder, 'setup.yaml')
  writeFileSync(
    file,
    `left: {provider: follow-up-boss, credentials: {apiKey: {env: CRM_KEY}}}
right: {provider: todoist, credentials: {token: {file: ${join(folder, 'token')}}}}
firstSync: open
`,
  )
  writeFileSync(join(folder, 'token'), 'good\n')
  const { code, stdout, stderr } = await beginCommand(
    ['setup', '--config', file, '--yes', '--json'],
    folder,
    {
      ...env,
      CRM_KEY: 'good',
    },
  ).ended
  expect(`exit ${code}\n${stderr}`).toMatch(/^exit 0\n/u)
  expect(JSON.parse(stdout)).toMatchObject({ route: 'main', state: 'active', settled: true })
}

/** A worker alone has the keys; Temporal's own command does the rest. */
async function byTemporal({ env, folder, database }: Office): Promise<void> {
  const worker = beginCommand(['worker'], folder, { ...env, FUB_API_KEY: 'good', TODOIST_API_TOKEN: 'good' })
  const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace = '' } = env
  const run = async (...args: readonly string[]) =>
    (await promisify(execFile)(temporal, [...args, '--address', address, '--namespace', namespace])).stdout
  try {
    const id = ['--workflow-id', 'setup/main']
    await run('workflow', 'start', '--type', 'setup', '--task-queue', TASK_QUEUE, ...id, '--input', '{}')
    await run(
      'workflow',
      'update',
      'execute',
      ...id,
      '--name',
      'configure',
      '--input',
      '{"firstSync": "open"}',
    )
    expect(await run('workflow', 'query', ...id, '--type', 'status')).toContain('"stage":"proposed"')
    await run('workflow', 'update', 'execute', ...id, '--name', 'confirm')
    expect(await run('workflow', 'result', ...id)).toContain('"stage":"done"')
    const db = openDatabase({ url: database.url })
    await waitSettled(db, { signal: AbortSignal.timeout(40_000) }).finally(() => db.end())
    expect(await database.sql`select from dealbridge.setup where confirmed_at is not null`).toHaveLength(1)
  } finally {
    await stopProcess({ pid: worker.pid, startTime: undefined, signal: 'SIGTERM', timeoutMs: 20_000 })
    await worker.ended
  }
}

it('by wizard, by file and by Temporal’s own command, a set-up ends in the same state', async () => {
  // Beside each other: most of their time they wait.
  const [wizard, file, command] = await Promise.all([byWizard, byFile, byTemporal].map(endOf))
  expect(wizard).toMatchObject({
    routes: [{ name: 'main', state: 'active', filled: true }],
    connections: [
      { name: 'follow-up-boss', state: 'ok' },
      { name: 'todoist', state: 'ok' },
    ],
    labels: expect.arrayContaining(['crm', 'buyer']),
    tasks: expect.arrayContaining([expect.stringMatching(/ \/ .* \/ /u)]),
  })
  expect(file).toEqual(wizard)
  expect(command).toEqual(wizard)
}, 180_000)
