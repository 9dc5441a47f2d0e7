import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMigratedDatabase, type TestDatabase } from '../../support/database.ts'
import { openPlayer } from './player.ts'

/**
 * One in which no task comes along with its section, one in which some do, and one in which all do, that is new with every run. Many
 * more, and longer ones: `npm run soak -- --deals N`.
 */
const SEEDS = [205, 206, 3 * (1 + (Date.now() % 300_000_000))]
const STAGE_MOVES = 20

let database: TestDatabase
let player: Awaited<ReturnType<typeof openPlayer>>

beforeAll(async () => {
  database = await openMigratedDatabase()
  player = await openPlayer(database.url, STAGE_MOVES)
})
afterAll(async () => {
  await player?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

test.each(SEEDS)(
  'stage moves with faults and deaths leave each task in its deal’s section (seed %i)',
  async (seed) => {
    const outcome = await player.play(seed)
    if (outcome.failures.length > 0) expect.fail(await player.explain(seed, outcome))
  },
)
