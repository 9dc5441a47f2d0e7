import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { openMigratedDatabase, type TestDatabase } from '../support/database.ts'
import { runHistory } from './history.ts'
import { TestClock } from './world.ts'

/** 50 histories, in groups so that a failure names its seed at once. */
const GROUPS = 2
const PER_GROUP = 25

let database: TestDatabase
let db: Db
let clock: TestClock

beforeAll(async () => {
  database = await openMigratedDatabase()
  db = openDatabase({ url: database.url })
  clock = new TestClock(db, Date.parse('2026-11-21T10:00:00Z'))
  await clock.install()
})

afterAll(async () => {
  await db.end()
  await database[Symbol.asyncDispose]()
})

describe('seeded histories of two users, two workers, lost replies and kills', () => {
  it.each(Array.from({ length: GROUPS }, (_, n) => n))(
    'group %i loses, doubles and leaves nothing',
    async (group) => {
      for (let n = 0; n < PER_GROUP; n += 1) {
        const seed = group * PER_GROUP + n + 1
        const { lost, doubled, unsettled, idleWrites } = await runHistory(db, clock, seed).catch(
          (error: unknown) => {
            throw new Error(`seed ${seed} failed`, { cause: error })
          },
        )
        expect({ seed, lost, doubled, unsettled, idleWrites }).toEqual({
          seed,
          lost: [],
          doubled: [],
          unsettled: [],
          idleWrites: 0,
        })
      }
      await db`truncate connection cascade`
    },
  )
})
