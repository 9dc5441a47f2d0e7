import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMigratedDatabase, type TestDatabase } from '../../test/support/database.ts'
import { openProgramStand, type ProgramStand } from '../../test/support/program-stand.ts'
import { clearNamespace, testTemporal } from '../../test/support/temporal.ts'
import { findRun } from './run-file.ts'

let database: TestDatabase
let stand: ProgramStand

// Over the run's Postgres and Temporal: which accounts there are is asked here, not what a start brings up (start.e2e).
beforeAll(async () => {
  const { address, namespace } = testTemporal()
  const connection = await Connection.connect({ address })
  await clearNamespace(new Client({ connection, namespace })).finally(() => connection.close())
  database = await openMigratedDatabase()
  stand = await openProgramStand({
    keys: { fub: 'good', todoist: 'good' },
    data: 3,
    env: ({ folder }) => ({
      DATABASE_URL: database.url,
      DEALBRIDGE_SECRET_KEY: 'a secret key for tests',
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      DEALBRIDGE_DATA_DIR: folder,
    }),
  })
}, 180_000)
afterAll(async () => {
  await stand?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

// Many commands, each a process: on a busy machine that takes its time.
describe('a start without both accounts of the first route', { timeout: 150_000 }, () => {
  it('with Todoist alone, then with none, then with both: runs, and goes on with what is connected', async () => {
    const { begin, run, beside, folder } = stand
    const todoist = { TODOIST_API_TOKEN: 'good', TODOIST_BASE_URL: stand.todoist.url }

    // It says how to connect more, and keeps it in step with lists of our own.
    const said = await beside(begin(['start'], todoist), 'connect add <name>', async () => {
      // Its key goes where the environment says, and to nobody else.
      const credentials = join(folder, 'credentials.json')
      writeFileSync(credentials, '{"token":"good"}')
      const again = begin(
        ['connect', 'add', 'office', '--provider', 'todoist', '--credentials', credentials],
        { TODOIST_BASE_URL: stand.todoist.url },
      )
      expect((await again.ended).stderr).toContain('This account is connected already, as todoist.')
      await run(['connect', 'add', 'mine', '--provider', 'local'])
      await run(['route', 'add', 'main', 'mine', 'todoist'])
      await run(['map', 'add', 'main', 'Tasks', 'Inbox'])
      await run(['tasks', 'add', 'Water the plants'])
      await run(['route', 'start', 'main', '--yes'])
      await run(['status', '--wait', '--timeout', '40'])
    })
    expect(said).toContain('connected: todoist')
    const state = (await (await fetch(`${stand.todoist.url}/__sim/state`)).json()) as {
      items: { content: string; is_deleted: boolean }[]
    }
    expect(state.items.filter(({ content }) => content === 'Water the plants')).toHaveLength(1)

    // With none in the environment it goes on with what the record holds, and a demo is refused there.
    await beside(begin(['start']), 'Ctrl-C', async () => {
      expect((await findRun(folder))?.mode).toBe('live')
      const { stdout } = await run(['status', '--wait', '--timeout', '40', '--json'])
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

    // With both, their route stands beside the one that has its name.
    const both = { ...todoist, FUB_API_KEY: 'good', FUB_BASE_URL: `${stand.fub.url}/v1` }
    await beside(begin(['start'], both), 'is not confirmed', async () => {
      const { stdout } = await run(['route', 'list', '--json'])
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
    await using nothing = await openMigratedDatabase()
    const start = stand.begin(['start', '--no-demo'], {
      DEALBRIDGE_DATA_DIR: empty,
      DATABASE_URL: nothing.url,
    })
    const said = await stand
      .beside(start, 'Nothing is connected yet', async () =>
        expect((await findRun(empty))?.mode).toBe('live'),
      )
      .finally(() => rmSync(empty, { recursive: true, force: true }))
    expect(said).not.toContain('as a demo')
  })
})
