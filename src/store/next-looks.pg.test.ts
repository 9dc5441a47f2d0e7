import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  addOps,
  addPair,
  addTestRoute,
  allDecided,
  newOp,
  openTestRecord,
  type TestRecord,
  type TestRoute,
} from '../../test/store/record.ts'
import { nextLooks } from './next-looks.ts'

let record: TestRecord
let route: TestRoute
let pairId: string

beforeAll(async () => {
  record = await openTestRecord()
})

/** One pair about which everything is decided. */
beforeEach(async () => {
  route = await addTestRoute(record.db)
  pairId = await addPair(record.db, route, { left: '1', right: 'r1' })
  await record.db`update pair set memory = 'linked' where id = ${pairId}`
  await allDecided(record.db)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const change = (side: 'left' | 'right') =>
  record.db`
    update remote_task set changed_seq = changed_seq + 1
    where connection_id = ${route[side]} and remote_id = ${side === 'left' ? '1' : 'r1'}`
const looks = async () => (await nextLooks(record.db, [pairId])).map(({ connectionId }) => connectionId)

it.each(['left', 'right'] as const)('news of the %s side has the other one looked at', async (side) => {
  await change(side)
  expect(await looks()).toEqual([side === 'left' ? route.right : route.left])
})

it('a deletion, too', async () => {
  await change('left')
  await record.db`update remote_task set presence = 'gone' where connection_id = ${route.left}`
  expect(await looks()).toEqual([route.right])
})

it.each<[string, () => Promise<unknown>]>([
  ['there is no news', async () => undefined],
  ['both sides have news', () => Promise.all([change('left'), change('right')])],
  [
    'nobody knows whether the task with the news is there',
    async () => {
      await change('left')
      await record.db`update remote_task set presence = 'unknown' where connection_id = ${route.left}`
    },
  ],
  [
    'the other task is gone',
    async () => {
      await change('left')
      await record.db`update remote_task set presence = 'gone' where connection_id = ${route.right}`
    },
  ],
  [
    'the other task must be looked at itself',
    async () => {
      await change('left')
      await record.db`update remote_task set look_again = true where connection_id = ${route.right}`
    },
  ],
  [
    'a write is under way',
    async () => {
      await change('left')
      await addOps(record.db, newOp(route, pairId))
    },
  ],
  [
    'it waits for a person',
    async () => {
      await change('left')
      await record.db`update pair set state = 'waiting' where id = ${pairId}`
    },
  ],
])('it is for a plan to say what is looked at when %s', async (_, given) => {
  await given()
  expect(await looks()).toEqual([])
})
