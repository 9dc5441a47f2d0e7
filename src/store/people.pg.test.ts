import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  addPair,
  addTestRoute,
  openTestRecord,
  type TestRecord,
  type TestRoute,
} from '../../test/store/record.ts'
import { inTransaction } from './database.ts'
import { peopleOfPairs, savePeople } from './people.ts'

let record: TestRecord
let route: TestRoute

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  route = await addTestRoute(record.db)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const TOM = { name: 'Tom', phone: null, email: 't@example.com', url: null }
const save = (person: string, facts: typeof TOM | null) =>
  inTransaction(record.db, (tx) => savePeople(tx, route.left, [{ person, facts }]))

async function pairOf(person: string | null, seen: string | null): Promise<string> {
  const id = await addPair(record.db, route, { left: '1' })
  await record.db`update pair set person = ${person} where id = ${id}`
  await record.db`
    update remote_task set seen = jsonb_set(seen, '{person}', ${seen === null ? 'null' : JSON.stringify(seen)}::text::jsonb)
    where connection_id = ${route.left}`
  return id
}

const known = async (pairId: string) => (await peopleOfPairs(record.db, [pairId]))[0]

it('tells of the person whom a task itself names, else of the pair’s', async () => {
  const id = await pairOf('p1', 'p2')
  expect(await known(id)).toEqual({ pairId: id, connectionId: route.left, person: 'p2', known: null })
})

it('tells of the pair’s person where the task names none, and of nobody without one', async () => {
  const id = await pairOf('p1', null)
  expect(await known(id)).toMatchObject({ person: 'p1' })
  await record.db`update pair set person = null where id = ${id}`
  expect(await peopleOfPairs(record.db, [id])).toEqual([])
  expect(await peopleOfPairs(record.db, [])).toEqual([])
})

it('keeps what was known when nothing is told, and says when it was last asked', async () => {
  const id = await pairOf('p1', null)
  await save('p1', null)
  expect((await known(id))?.known?.facts).toBeNull()
  await record.clock.advance(1_000)
  await save('p1', TOM)
  const told = (await known(id))?.known
  expect(told).toMatchObject({ facts: TOM, seenAt: told?.triedAt })
  await record.clock.advance(1_000)
  await save('p1', null)
  const asked = (await known(id))?.known
  expect(asked).toMatchObject({ facts: TOM, seenAt: told?.seenAt })
  expect(asked?.triedAt).not.toBe(told?.triedAt)
})
