import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMigratedDatabase, type TestDatabase } from '../../support/database.ts'
import { explain } from '../services/explain.ts'
import { scriptOf } from './generate.ts'
import { runScript } from './history.ts'
import { type Lab, openLab } from './lab.ts'
import { PAIRS } from './pairs.ts'
import { REGRESSIONS } from './regressions.ts'
import type { Script } from './script.ts'

/** The first seeds; a real server takes its time. Many more, new ones too: `npm run soak -- --pair`. */
const FIXED = [1, 3]

describe.each(PAIRS)('histories of lists, %s,', (pair) => {
  let database: TestDatabase
  let lab: Lab
  beforeAll(async () => {
    database = await openMigratedDatabase()
    lab = await openLab(pair, database.url)
  }, 300_000)
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  async function expectSound(script: Script): Promise<void> {
    const outcome = await runScript(lab, script)
    if (outcome.failures.length === 0) return
    expect.fail(await explain('lists', script, outcome, (one) => runScript(lab, one)))
  }

  it.each(FIXED)(
    'seed %i loses, doubles and leaves nothing',
    (seed) => expectSound(scriptOf(pair, seed)),
    300_000,
  )

  const kept = REGRESSIONS.filter(({ script }) => script.pair === pair)
  if (kept.length > 0) it.each(kept)('do not fail again: $why', ({ script }) => expectSound(script), 300_000)
})
