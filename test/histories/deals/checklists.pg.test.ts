import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMigratedDatabase, type TestDatabase } from '../../support/database.ts'
import { type Lab, openLab } from '../services/lab.ts'
import { playChecklists } from './play-checklists.ts'

const SEEDS = [1, 1 + (Date.now() % 1_000_000_000)]

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

test.each(SEEDS)('each entry has its checklist once, under faults and deaths (seed %i)', async (seed) => {
  const { failures, story } = await playChecklists(lab, seed)
  if (failures.length > 0) expect.fail([`seed ${seed}:`, ...failures, '', ...story].join('\n'))
})
