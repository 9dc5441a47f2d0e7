import { afterAll, beforeAll, expect, it } from 'vitest'
import { addConnection, openTestRecord, START, type TestRecord } from '../../test/store/record.ts'
import { cursorOf, moveCursor } from './cursors.ts'
import { inTransaction } from './database.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

async function walk(name: string) {
  const connectionId = await addConnection(record.db, name)
  const stream = 'tasks'
  return {
    cursor: (of = stream) => cursorOf(record.db, connectionId, of),
    move: (from: string | null, to: string, of = stream) =>
      inTransaction(record.db, (tx) =>
        moveCursor(tx, { connectionId, stream: of }, { from, to, askedAt: START }),
      ),
  }
}

it('a cursor moves from where it was', async () => {
  const { cursor, move } = await walk('moves')
  expect(await cursor()).toBeNull()
  expect([await move(null, 'a'), await move('a', 'b')]).toEqual([true, true])
  expect(await cursor()).toBe('b')
})

it('a cursor that somebody else moved stays where they put it', async () => {
  const { cursor, move } = await walk('stays')
  await move(null, 'a')
  expect([await move(null, 'late'), await move('older', 'late')]).toEqual([false, false])
  expect(await cursor()).toBe('a')
})

it('of many walks that end at once, one moves the cursor', async () => {
  const { cursor, move } = await walk('one')
  for (const round of ['a', 'b']) {
    const from = await cursor()
    const ends = ['1', '2', '3', '4'].map((walk) => `${round}${walk}`)
    const moved = await Promise.all(ends.map((to) => move(from, to)))
    expect(moved.filter(Boolean)).toHaveLength(1)
    expect(await cursor()).toBe(ends[moved.indexOf(true)])
  }
})

it('each stream has a cursor of its own', async () => {
  const { cursor, move } = await walk('streams')
  await move(null, 'a')
  expect(await cursor('deals')).toBeNull()
  await move(null, 'd', 'deals')
  expect([await cursor(), await cursor('deals')]).toEqual(['a', 'd'])
})
