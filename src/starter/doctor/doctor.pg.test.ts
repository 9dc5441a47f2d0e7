import { chmod, mkdtemp, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plainDeps } from '../../../test/activities/in-world.ts'
import { makeWorld, type World } from '../../../test/histories/world.ts'
import { openTestRecord, SECRET, type TestRecord } from '../../../test/store/record.ts'
import { UserError } from '../../config/errors.ts'
import { readConfig } from '../../config/parse.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { look, writeTests } from '../commands/doctor.ts'
import { DOCUMENTS } from '../documents/index.ts'
import { doctorLines } from './doctor-lines.ts'
import { examinationOutcome, examine } from './examine.ts'
import type { Patient } from './patient.ts'

let record: TestRecord
let world: World
let dataDir: string

beforeAll(async () => {
  record = await openTestRecord()
  world = await makeWorld(record.db, record.clock)
  dataDir = await mkdtemp(join(tmpdir(), 'dealbridge-doctor-'))
})
afterAll(() => record[Symbol.asyncDispose]())

const NO_TEMPORAL = {
  error: new UserError({
    code: 'AWAY',
    message: 'Temporal does not answer',
    hints: ['Start it.'],
    exitCode: 4,
  }),
}

function patientOf(given: Partial<Patient> & { readonly env?: NodeJS.ProcessEnv } = {}): Patient {
  const { env = {}, ...parts } = given
  return {
    config: readConfig({ env, cwd: dataDir }),
    problems: [],
    dataDir,
    run: undefined,
    record: { value: record.db },
    temporal: NO_TEMPORAL,
    providers: plainDeps(world).providers,
    secretKey: SECRET,
    signal: new AbortController().signal,
    ...parts,
  }
}

async function findingsOf(check: string, patient: Patient) {
  return (await examine(patient, { fix: false })).filter((one) => one.check === check)
}

describe('the doctor', () => {
  it('reports all that it can see while Temporal is away, and ends with 4', async () => {
    const examined = await examine(patientOf(), { fix: false })
    const checks = [...new Set(examined.map(({ check }) => check))]
    expect(checks).toEqual(
      expect.arrayContaining([
        'node',
        'options',
        'postgres',
        'schema',
        'secret key',
        'temporal',
        'connections',
        'routes',
      ]),
    )
    expect(examined.find(({ check }) => check === 'temporal')).toMatchObject({
      state: 'problem',
      todo: 'Start it.',
    })
    expect(examinationOutcome(examined)).toBe(4)
  })

  it('reports what it can see while Postgres is away', async () => {
    const away = { error: new UserError({ code: 'AWAY', message: 'Postgres does not answer', exitCode: 4 }) }
    const examined = await examine(patientOf({ record: away }), { fix: false })
    expect(examined.filter(({ state }) => state === 'problem').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['postgres', 'temporal']),
    )
    expect(examined.map(({ check }) => check)).not.toContain('connections')
  })

  it('goes on when a check fails', async () => {
    const checks = [
      { name: 'one', check: () => Promise.reject(new Error('broken')) },
      { name: 'two', check: async () => [{ check: 'two', about: '', state: 'ok' as const, found: 'fine' }] },
    ]
    const examined = await examine(patientOf(), { fix: false, checks })
    expect(examined.map(({ check, state }) => `${check} ${state}`)).toEqual(['one problem', 'two ok'])
    expect(examined[0]?.found).toContain('broken')
  })

  it('says of each account whose key it is, and what is left of its requests', async () => {
    const found = (await findingsOf('connections', patientOf())).map(({ found: words }) => words)
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(/^its key works: user /u)]))
    expect(found.some((words) => /of a burst of \d+ free/u.test(words))).toBe(true)
  })

  it('tells a refused key from a service that does not answer', async () => {
    const check = (kind: 'auth' | 'transient') => {
      const failing = [...plainDeps(world).providers].map(([name, provider]) => {
        const error = new ProviderError({ kind, provider: name, message: 'no' })
        return [name, { ...provider, check: () => Promise.reject(error) }] as const
      })
      return findingsOf('connections', patientOf({ providers: new Map(failing) }))
    }
    const exits = async (kind: 'auth' | 'transient') =>
      (await check(kind)).filter(({ state }) => state === 'problem').map(({ exit }) => exit)
    expect(await exits('auth')).toEqual([2, 2])
    expect(await exits('transient')).toEqual([4, 4])
  })

  it('finds credentials that were sealed with another key', async () => {
    const found = await findingsOf('secret key', patientOf({ secretKey: 'another' }))
    expect(found.map(({ state, exit }) => [state, exit])).toEqual([
      ['problem', 2],
      ['problem', 2],
    ])
    expect(await findingsOf('secret key', patientOf())).toMatchObject([{ state: 'ok' }])
  })

  it('finds accounts that nobody looks at', async () => {
    await record.db`update connection set last_pull_at = clock() - interval '1 hour', last_complete_at = clock() - interval '1 day'`
    const found = await findingsOf('looks', patientOf())
    expect(found.filter(({ state }) => state === 'warning')).toHaveLength(4)
    await record.db`update connection set last_pull_at = clock(), last_complete_at = clock()`
    expect((await findingsOf('looks', patientOf())).map(({ state }) => state)).toEqual(['ok', 'ok'])
  })

  it('finds a route that is stopped', async () => {
    await record.db`update route set state = 'stopped' where id = ${world.routeId}`
    expect(await findingsOf('routes', patientOf())).toMatchObject([{ state: 'problem' }])
    await record.db`update route set state = 'active' where id = ${world.routeId}`
    expect(await findingsOf('routes', patientOf())).toMatchObject([{ state: 'ok' }])
  })

  it('finds options that contradict each other, and tells of those that are wrong', async () => {
    const env = { FUB_SYSTEM_NAME: 'Mine', PUBLIC_URL: 'http://example.com', FUB_POLL_INTERVAL: '3' }
    const problems = [{ name: 'LOG_LEVEL', message: 'must be one of ...' }]
    const found = await findingsOf('options', patientOf({ env, problems }))
    expect(found.map(({ about, state }) => `${about} ${state}`)).toEqual([
      'LOG_LEVEL problem',
      'FUB_POLL_INTERVAL warning',
      'FUB_SYSTEM_NAME warning',
      'FUB_SYSTEM_NAME warning',
      'PUBLIC_URL warning',
    ])
    expect(await findingsOf('options', patientOf())).toMatchObject([{ state: 'ok' }])
  })

  it('looks at no disk of another Postgres', async () => {
    const [here] = await findingsOf('disk', patientOf())
    expect(here?.found).not.toContain('elsewhere')
    const env = { DATABASE_URL: 'postgres://elsewhere.example/record', DEALBRIDGE_SECRET_KEY: SECRET }
    expect(await findingsOf('disk', patientOf({ env }))).toMatchObject([
      { state: 'ok', found: expect.stringContaining('the record lies elsewhere') },
    ])
  })

  it('mends with --fix alone: a secret that others can read', async () => {
    const path = join(dataDir, 'secret-key')
    await writeFile(path, 'key')
    await chmod(path, 0o644)
    const of = async (fix: boolean) =>
      (await examine(patientOf(), { fix })).find(
        ({ check, about }) => check === 'data folder' && about === path,
      )
    expect(await of(false)).toMatchObject({ state: 'problem', mendable: true, mended: null })
    expect((await stat(path)).mode & 0o777).toBe(0o644)
    expect(await of(true)).toMatchObject({ state: 'ok', mended: 'only its owner can read it now' })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('says in full what is wrong, however narrow the terminal', async () => {
    const examined = await examine(patientOf(), { fix: false })
    const lines = doctorLines(examined, { width: 50, colours: false })
    expect(lines).toEqual(
      expect.arrayContaining(['problem  temporal: Temporal does not answer', '    Start it.']),
    )
    expect(lines.at(-1)).toMatch(/^\d+ problems?, \d+ warnings?, \d+ in order\./u)
  })

  it('holds no secret in what it says', async () => {
    const { json, lines } = await look(patientOf(), {})
    expect(`${JSON.stringify(json)}${lines.join()}`).not.toContain(SECRET)
    expect(DOCUMENTS.doctor?.safeParse(json).error).toBeUndefined()
  })
})

describe('a write test', () => {
  it('is refused where tasks belong to people and none was named, before anything is written', async () => {
    await expect(writeTests(patientOf(), { writeTest: true })).rejects.toMatchObject({
      code: 'WHICH_PERSON',
      exitCode: 2,
    })
    await expect(writeTests(patientOf(), { writeTest: 'nobody' })).rejects.toMatchObject({ exitCode: 2 })
  })
})
