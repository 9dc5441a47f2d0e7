import { afterAll, beforeAll, expect, it } from 'vitest'
import { addConnection, openTestRecord, type TestRecord } from '../../test/store/record.ts'
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
  remoteIds: [],
  deleted: false,
  ...given,
})

it('a delivery that comes again, or twice at once, is stored once', async () => {
  const connection = await addConnection(record.db, 'repeats')
  const given = delivery(connection, 'd1', { remoteIds: ['1'] })
  const stored = await Promise.all([1, 2, 3].map(() => storeDelivery(record.db, given)))
  expect(stored.filter(Boolean)).toHaveLength(1)
  expect(await storeDelivery(record.db, { ...given, remoteIds: ['2'] })).toBe(false)
  expect((await waitingDeliveries(record.db, connection)).named).toEqual(['1'])
})

it('the same name of two connections are two deliveries', async () => {
  const [one, other] = [await addConnection(record.db, 'one'), await addConnection(record.db, 'other')]
  expect(await storeDelivery(record.db, delivery(one, 'd'))).toBe(true)
  expect(await storeDelivery(record.db, delivery(other, 'd'))).toBe(true)
})

it('what waits tells each task once, those called deleted, and whether anything else changed', async () => {
  const connection = await addConnection(record.db, 'waits')
  const nothing = { naming: [], general: [], named: [], deleted: new Set() }
  expect(await waitingDeliveries(record.db, connection)).toEqual(nothing)
  await storeDelivery(record.db, delivery(connection, 'a', { remoteIds: ['1', '2'] }))
  await storeDelivery(record.db, delivery(connection, 'b', { remoteIds: ['2', '3'], deleted: true }))
  const waiting = await waitingDeliveries(record.db, connection)
  expect(waiting).toMatchObject({ named: ['1', '2', '3'], deleted: new Set(['2', '3']), general: [] })
  expect(waiting.naming).toHaveLength(2)
  await storeDelivery(record.db, delivery(connection, 'c'))
  expect((await waitingDeliveries(record.db, connection)).general).toHaveLength(1)
})

it('what was consumed waits no more, what came meanwhile does, and a repetition of it is still known', async () => {
  const connection = await addConnection(record.db, 'consumed')
  await storeDelivery(record.db, delivery(connection, 'a', { remoteIds: ['1'] }))
  const { naming } = await waitingDeliveries(record.db, connection)
  await storeDelivery(record.db, delivery(connection, 'b', { remoteIds: ['2'] }))
  await inTransaction(record.db, (tx) => consumeDeliveries(tx, naming))
  expect((await waitingDeliveries(record.db, connection)).named).toEqual(['2'])
  expect(await storeDelivery(record.db, delivery(connection, 'a', { remoteIds: ['1'] }))).toBe(false)
  expect(await connectionsWithDeliveries(record.db)).toContain(connection)

  const rest = await waitingDeliveries(record.db, connection)
  await inTransaction(record.db, (tx) => consumeDeliveries(tx, rest.naming))
  expect(await connectionsWithDeliveries(record.db)).not.toContain(connection)
  await inTransaction(record.db, (tx) => consumeDeliveries(tx, []))
})

it('a transaction that fails consumes nothing', async () => {
  const connection = await addConnection(record.db, 'rolled back')
  await storeDelivery(record.db, delivery(connection, 'a', { remoteIds: ['1'] }))
  const { naming } = await waitingDeliveries(record.db, connection)
  const failing = inTransaction(record.db, async (tx) => {
    await consumeDeliveries(tx, naming)
    throw new Error('the pull failed')
  })
  await expect(failing).rejects.toThrow('the pull failed')
  expect((await waitingDeliveries(record.db, connection)).named).toEqual(['1'])
})
