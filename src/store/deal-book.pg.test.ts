import { afterAll, beforeAll, expect, test } from 'vitest'
import { addTestRoute, openTestRecord, START, type TestRecord } from '../../test/store/record.ts'
import type { Deal } from '../core/deal.ts'
import { inTransaction, onTrial } from './database.ts'
import { dealBookOf } from './deal-book.ts'
import { saveDeals } from './deals.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

const deal = (name: string): Deal => ({
  id: '1',
  name,
  status: 'active',
  pipeline: '1',
  stage: '11',
  people: [],
  price: null,
  closesOn: null,
  enteredStageAt: null,
  values: {},
})

/** A number that a transaction has taken is never given again, whatever becomes of it. */
test('what was read of deals in a transaction that came to nothing is not taken for what was stored since', async () => {
  const { db } = record
  const { left } = await addTestRoute(db)
  const nameNow = async (sql: Parameters<typeof dealBookOf>[0]) =>
    (await dealBookOf(sql, left)).deals.get('1')?.name
  await inTransaction(db, (tx) => saveDeals(tx, left, START, [deal('First')]))
  expect(await nameNow(db)).toBe('First')
  const tried = await onTrial(db, async (tx) => {
    await saveDeals(tx, left, START, [deal('On trial')])
    return nameNow(tx)
  })
  expect(tried).toBe('On trial')
  expect(await nameNow(db)).toBe('First')
  await inTransaction(db, (tx) => saveDeals(tx, left, START, [deal('Second')]))
  expect(await nameNow(db)).toBe('Second')
  // Of another connection, with the same deal.
  const other = await addTestRoute(db)
  await inTransaction(db, (tx) => saveDeals(tx, other.left, START, [deal('Elsewhere')]))
  expect((await dealBookOf(db, other.left)).deals.get('1')?.name).toBe('Elsewhere')
  expect(await nameNow(db)).toBe('Second')
})
