import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { GENERAL, makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { standingStill } from '../store/waiting.ts'
import { explainPair, showPairs } from './standstill.ts'

let record: TestRecord
let world: World

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

/** One task that is settled, and one that names nobody; their pairs, the latter last. */
async function settledAndWaiting(): Promise<string[]> {
  addLeft(world, 'Call Ann')
  world.right.create({
    fields: { title: 'Secret words' },
    person: null,
    container: world.right.container(GENERAL),
    marker: null,
    madeBy: 'user',
  })
  await settleIn(world, record.clock)
  const rows = await record.db<{ id: string }[]>`
    select id from pair where route_id = ${world.routeId} order by state = 'waiting', id`
  return rows.map(({ id }) => id)
}

it('says why a pair stands still and what to do, without a word of it', async () => {
  const [settled = '', waiting = ''] = await settledAndWaiting()
  const { details } = await explainPair(plainDeps(world), { pairId: waiting })
  expect(details).toMatch(/^Waits: it names no contact/u)
  expect(details).toContain(`dealbridge explain pair/${waiting}`)
  expect(details).not.toContain('Secret')
  await record.db`update pair set state = 'error', reason = null, last_error = 'No room' where id = ${waiting}`
  expect((await explainPair(plainDeps(world), { pairId: waiting })).details).toMatch(
    /^Failed: the service refused.*It says: No room\./su,
  )
  expect(await explainPair(plainDeps(world), { pairId: '0' })).toEqual({ details: '' })
  expect(settled).not.toBe('')
})

it('has those of a batch shown that stand still, unless very many do', async () => {
  const pairs = await settledAndWaiting()
  const shown: string[] = []
  const deps = {
    ...plainDeps(world),
    wakeTasks: async (ids: readonly string[]) => {
      shown.push(...ids)
    },
  }
  await showPairs(deps, { pairIds: pairs })
  expect(shown).toEqual(pairs.slice(-1))
  expect(await standingStill(record.db, pairs, 0)).toEqual([])
})
