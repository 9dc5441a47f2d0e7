import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { makeWorld } from '../../../test/histories/world.ts'
import { openTestRecord } from '../../../test/store/record.ts'
import { testTemporal } from '../../../test/support/temporal.ts'
import { UserError } from '../../config/errors.ts'
import { readConfig } from '../../config/parse.ts'
import { workflowIds } from '../../config/temporal-names.ts'
import { stopConnection } from '../../worker/workflow-calls.ts'
import { checkTemporal } from './checks/temporal.ts'
import { checkWorkflows } from './checks/workflows.ts'
import { examine } from './examine.ts'
import type { Patient } from './patient.ts'

let connection: Connection
const { address, namespace } = testTemporal()

beforeAll(async () => {
  connection = await Connection.connect({ address })
})
afterAll(() => connection.close())

const away = { error: new UserError({ code: 'AWAY', message: 'away' }) }
const patientIn = (name: string): Patient => ({
  config: readConfig({ env: {}, cwd: '/' }),
  problems: [],
  dataDir: '/',
  run: undefined,
  record: away,
  temporal: { value: new Client({ connection, namespace: name }) },
  providers: new Map(),
  secretKey: undefined,
  signal: new AbortController().signal,
})

const look = async (name: string, fix = false) =>
  (await examine(patientIn(name), { fix, checks: [{ name: 'temporal', check: checkTemporal }] })).map(
    ({ about, state, mended }) => ({ about, state, mended: mended !== null }),
  )

it('finds the version of the server, its namespace and our search attributes', async () => {
  expect(await look(namespace)).toEqual([
    { about: '', state: 'ok', mended: false },
    { about: namespace, state: 'ok', mended: false },
    { about: 'search attributes', state: 'ok', mended: false },
  ])
})

it('makes a namespace that is missing, then what is missing in it; without --fix neither', async () => {
  const missing = `doctor-${randomUUID()}`
  expect((await look(missing)).at(-1)).toEqual({ about: missing, state: 'problem', mended: false })
  expect((await look(missing)).at(-1)).toEqual({ about: missing, state: 'problem', mended: false })
  expect((await look(missing, true)).at(-1)).toEqual({ about: missing, state: 'ok', mended: true })
  // A server takes its time until a namespace can be used.
  await vi.waitUntil(async () => (await look(missing, true)).at(-1)?.mended === true, {
    timeout: 60_000,
    interval: 500,
  })
  expect((await look(missing)).at(-1)).toEqual({ about: 'search attributes', state: 'ok', mended: false })
})

it('starts with --fix what should run and does not; else it says so', async () => {
  await using record = await openTestRecord()
  const world = await makeWorld(record.db, record.clock)
  const client = new Client({ connection, namespace })
  const ids = [world.leftId, world.rightId]
  for (const id of ids) await stopConnection(client, id)
  const patient = { ...patientIn(namespace), record: { value: record.db } }
  const missing = async (fix: boolean) =>
    (await examine(patient, { fix, checks: [{ name: 'workflows', check: checkWorkflows }] }))
      .filter(
        ({ about, found }) =>
          ids.some((id) => about === workflowIds.connection(id)) && found.includes('does not run'),
      )
      .map(({ mended }) => mended)
  try {
    expect(await missing(false)).toEqual([null, null])
    expect(await missing(true)).toEqual(['started', 'started'])
    expect(await missing(false)).toEqual([])
  } finally {
    for (const id of ids) await stopConnection(client, id)
  }
})
