import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { explain } from './explain.ts'
import { scriptOf } from './generate.ts'
import { runScript, runSeed } from './history.ts'
import { type Lab, openLab } from './lab.ts'
import { REGRESSIONS } from './regressions.ts'
import type { Script } from './script.ts'

/** The first seeds, and one that is new with every run. Many more: `npm run soak`. */
const FIXED = 40
const FRESH = 1 + (Date.now() % 1_000_000_000)

let database: TestDatabase
let lab: Lab

beforeAll(async () => {
  database = await openTestDatabase()
  lab = await openLab(database.url)
})
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

async function expectSound(script: Script): Promise<void> {
  const outcome = await runScript(lab, script)
  if (outcome.failures.length > 0) expect.fail(await explain(lab, script, outcome))
}

describe('histories over both services', () => {
  it(`of the seeds 1 to ${FIXED} lose, double and leave nothing`, async () => {
    for (let seed = 1; seed <= FIXED; seed += 1) await expectSound(scriptOf(seed))
  })

  it(`of a new seed, ${FRESH}, too`, () => expectSound(scriptOf(FRESH)))

  it('that failed once do not fail again', async () => {
    for (const { script } of REGRESSIONS) await expectSound(script)
  })

  it('take the same course every time', async () => {
    for (const seed of [7, 8, 12]) {
      const { story } = await runSeed(lab, seed)
      const requests = lab.journal.exchanges.map(({ worker, method, path, status }) => [
        worker,
        method,
        path,
        status,
      ])
      expect((await runSeed(lab, seed)).story).toEqual(story)
      expect(
        lab.journal.exchanges.map(({ worker, method, path, status }) => [worker, method, path, status]),
      ).toEqual(requests)
    }
  })
})
