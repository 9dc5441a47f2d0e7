import { afterAll, beforeAll, expect, it } from 'vitest'
import { addConnection, openTestRecord, SECRET, type TestRecord } from '../../test/store/record.ts'
import { retireConnection } from './connections.ts'
import { inTransaction } from './database.ts'
import { formerSecrets, keepFormerSecret, openFormerSecret } from './former-secrets.ts'

let record: TestRecord
let id: string

beforeAll(async () => {
  record = await openTestRecord()
  id = await addConnection(record.db, 'one')
})
afterAll(() => record[Symbol.asyncDispose]())

const keep = (secret: string, ms: number) =>
  inTransaction(record.db, (tx) => keepFormerSecret(tx, id, { secret, ms }, SECRET))
const taken = async () => (await formerSecrets(record.db)).map((one) => openFormerSecret(one, SECRET))

it('one secret before is taken, sealed, until its time is over', async () => {
  expect(await taken()).toEqual([])
  await keep('first', 1_000)
  await keep('second', 1_000)
  expect(await taken()).toEqual(['second'])
  const [row] = await record.db<
    { sealed: string }[]
  >`select former_secret as sealed from connection where id = ${id}`
  expect(row?.sealed).not.toContain('second')
  await record.clock.advance(999)
  expect(await taken()).toEqual(['second'])
  await record.clock.advance(1)
  expect(await taken()).toEqual([])
})

it('nothing is taken of one that has become known, or of a connection that was removed', async () => {
  await keep('known', 60_000)
  await keep('known', 0)
  expect(await taken()).toEqual([])
  await keep('last', 60_000)
  await inTransaction(record.db, (tx) => retireConnection(tx, id, SECRET))
  expect(await record.db`select former_secret from connection`).toEqual([{ former_secret: null }])
})
