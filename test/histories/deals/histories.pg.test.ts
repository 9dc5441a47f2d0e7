import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMigratedDatabase, type TestDatabase } from '../../support/database.ts'
import { type Lab, openLab } from '../services/lab.ts'
import { playDeals } from './play.ts'

let database: TestDatabase
let lab: Lab

beforeAll(async () => {
  database = await openMigratedDatabase()
  lab = await openLab(database.url)
})
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

/** Many more: `npm run soak -- --deals N`. */
const FIRST = Number(process.env.SEED ?? 1)
const SEEDS = Array.from({ length: Number(process.env.N ?? 4) }, (_, n) => FIRST + n)

test.each(SEEDS)(
  'a hundred stage moves with faults and deaths leave every task in its deal’s section (seed %i)',
  async (seed) => {
    const { failures, story } = await playDeals(lab, seed)
    if (failures.length > 0)
      expect.fail(`${failures.join('\n')}\n\n${process.env.STORY === undefined ? '' : story.join('\n')}`)
  },
)
