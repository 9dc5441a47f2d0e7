import { afterAll, beforeAll, expect, it } from 'vitest'
import { addConnection, openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { clockNow } from './clock.ts'
import { inTransaction } from './database.ts'
import {
  connectionsWithDeliveries,
  consumeDeliveries,
  type NewDelivery,
  storeDelivery,
  waitingDeliveries,
} from './deliveries.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const delivery = (
  connectionId: string,
  deliveryId: string,
  given: Partial<NewDelivery> = {},
): NewDelivery => ({
  connectionId,
  deliveryId,
  about: 'tasks',
  remoteIds: [],
  made: false,
  deleted: false,
  ...given,
})

const waiting = async (connection: string) =>
  (await waitingDeliveries(record.db, connection)).map(({ id }) => id)
const named = async (connection: string) =>
  (await waitingDeliveries(record.db, connection)).map(({ remoteIds }) => remoteIds)

it('a delivery that comes again, or twice at once, is stored once', async () => {
  const connection = await addConnection(record.db, 'repeats')
  const given = delivery(connection, 'd1', { remoteIds: ['1'] })
  const stored = await Promise.all([1, 2, 3].map(() => storeDelivery(record.db, given)))
  expect(stored.filter(Boolean)).toHaveLength(1)
  expect(await storeDelivery(record.db, { ...given, remoteIds: ['2'] })).toBe(false)
  expect(await named(connection)).toEqual([['1']])
})

it('the same name of two connections are two deliveries', async () => {
  const [one, other] = [await addConnection(record.db, 'one'), await addConnection(record.db, 'other')]
  expect(await storeDelivery(record.db, delivery(one, 'd'))).toBe(true)
  expect(await storeDelivery(record.db, delivery(other, 'd'))).toBe(true)
})

it('what waits is told as it came, oldest first', async () => {
  const connection = await addConnection(record.db, 'waits')
  expect(await waitingDeliveries(record.db, connection)).toEqual([])
  await storeDelivery(record.db, delivery(connection, 'a', { remoteIds: ['1', '2'], made: true }))
  await storeDelivery(record.db, delivery(connection, 'b', { remoteIds: ['2', '3'], deleted: true }))
  await storeDelivery(record.db, delivery(connection, 'c', { about: 'deals' }))
  expect(await waitingDeliveries(record.db, connection)).toMatchObject([
    { about: 'tasks', remoteIds: ['1', '2'], made: true, deleted: false },
    { about: 'tasks', remoteIds: ['2', '3'], made: false, deleted: true },
    { about: 'deals', remoteIds: [], made: false, deleted: false, receivedAt: await clockNow(record.db) },
  ])
})

it('what was consumed waits no more, what came meanwhile does, and a repetition of it is still known', async () => {
  const connection = await addConnection(record.db, 'consumed')
  await storeDelivery(record.db, delivery(connection, 'a', { remoteIds: ['1'] }))
  const first = await waiting(connection)
  await storeDelivery(record.db, delivery(connection, 'b', { remoteIds: ['2'] }))
  await inTransaction(record.db, (tx) => consumeDeliveries(tx, first))
  expect(await named(connection)).toEqual([['2']])
  expect(await storeDelivery(record.db, delivery(connection, 'a', { remoteIds: ['1'] }))).toBe(false)
  expect(await connectionsWithDeliveries(record.db)).toContain(connection)

  const rest = await waiting(connection)
  await inTransaction(record.db, (tx) => consumeDeliveries(tx, rest))
  expect(await connectionsWithDeliveries(record.db)).not.toContain(connection)
  await inTransaction(record.db, (tx) => consumeDeliveries(tx, []))
})

it('a transaction that fails consumes nothing', async () => {
  const connection = await addConnection(record.db, 'rolled back')
  await storeDelivery(record.db, delivery(connection, 'a', { remoteIds: ['1'] }))
  const first = await waiting(connection)
  const failing = inTransaction(record.db, async (tx) => {
    await consumeDeliveries(tx, first)
    throw new Error('the pull failed')
  })
  await expect(failing).rejects.toThrow('the pull failed')
  expect(await named(connection)).toEqual([['1']])
})
