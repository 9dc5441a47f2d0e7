import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMigratedDatabase, type TestDatabase } from '../../support/database.ts'
import { explain } from './explain.ts'
import { scriptOf } from './generate.ts'
import { runScript, runSeed } from './history.ts'
import { type Lab, openLab } from './lab.ts'
import { REGRESSIONS } from './regressions.ts'
import { RULES } from './rules.ts'
import type { Script } from './script.ts'

/** The first seeds, and one that is new with every run. Many more: `npm run soak`. */
const FIXED = 15
const PER_GROUP = 5
const FRESH = 1 + (Date.now() % 1_000_000_000)

let database: TestDatabase
let lab: Lab

beforeAll(async () => {
  database = await openMigratedDatabase()
  lab = await openLab(database.url)
})
/** One after another, also where a test has given up waiting for its history. */
let last: Promise<unknown> = Promise.resolve()
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const next = last.then(work)
  last = next.catch(() => undefined)
  return next
}
afterAll(async () => {
  await last
  await lab?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

async function expectSound(script: Script): Promise<void> {
  const explained = await inTurn(async () => {
    const outcome = await runScript(lab, script)
    return outcome.failures.length === 0
      ? null
      : explain('services', script, outcome, (one) => runScript(lab, one))
  })
  if (explained !== null) expect.fail(explained)
}

describe('histories over both services', () => {
  it.each(Array.from({ length: FIXED / PER_GROUP }, (_, n) => 1 + n * PER_GROUP))(
    `of ${PER_GROUP} seeds from %i on lose, double and leave nothing`,
    async (first) => {
      for (let seed = first; seed < first + PER_GROUP; seed += 1) await expectSound(scriptOf(seed))
    },
  )

  it(`of a new seed, ${FRESH}, too`, () => expectSound(scriptOf(FRESH)))

  it.each(RULES)('keep the rule: $rule', ({ script }) => expectSound(script))

  it.each(REGRESSIONS)('do not fail again: $why', ({ script }) => expectSound(script))

  // What an earlier history leaves behind would turn a later one off its course.
  it.each([7, 8, 12])('take the same course every time, in a new lab and in a used one (seed %i)', (seed) =>
    inTurn(async () => {
      await using empty = await openMigratedDatabase()
      await using unused = await openLab(empty.url)
      expect(await courseOf(lab, seed)).toEqual(await courseOf(unused, seed))
    }),
  )
})

async function courseOf(of: Lab, seed: number) {
  const { story } = await runSeed(of, seed)
  const requests = of.journal.exchanges.map(({ worker, method, path, status }) => [
    worker,
    method,
    path,
    status,
  ])
  return { story, requests }
}
