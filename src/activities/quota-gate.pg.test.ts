import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addConnection, openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { createLog } from '../config/log.ts'
import type { QuotaGate } from '../providers/contract.ts'
import { createTodoist } from '../providers/todoist/index.ts'
import { gateOf, writingGateOf } from './quota-gate.ts'

/** The burst is 5, then one comes every 10 s / 88. */
const provider = {
  ...createTodoist(),
  quota: [{ context: 'short', limit: 100, windowMs: 10_000 }],
}
const BURST = 5
const SPACING_MS = 10_000 / 88

let record: TestRecord
let connectionId: string
let connections = 0

beforeAll(async () => {
  record = await openTestRecord()
})
beforeEach(async () => {
  connections += 1
  connectionId = await addConnection(record.db, `connection-${connections}`)
})
afterAll(() => record[Symbol.asyncDispose]())

const deps = () => ({ db: record.db, log: createLog({ level: 'silent', format: 'json' }) })
const gate = (signal?: AbortSignal) =>
  gateOf(deps(), provider, {
    connectionId,
    priority: 'change',
    ...(signal === undefined ? {} : { signal }),
  })
const takeMany = async (from: QuotaGate, count: number) => {
  for (let taken = 0; taken < count; taken += 1) await from.take('short')
}
const refused = { name: 'ProviderError', kind: 'rate-limited' }

test('an attempt does not wait for its first slot', async () => {
  await takeMany(gate(), BURST)
  await expect(gate().take('short')).rejects.toMatchObject(refused)
})

test('one that has asked for something waits for its next slots, one after another', async () => {
  const own = gate()
  await takeMany(own, BURST)
  const order: number[] = []
  const waiting = [1, 2].map(async (number) => {
    await own.take('short')
    order.push(number)
  })
  await record.clock.advance(Math.ceil(2 * SPACING_MS))
  await Promise.all(waiting)
  expect(order).toEqual([1, 2])
  await expect(gate().take('short')).rejects.toMatchObject(refused)
})

test('it does not wait for long', async () => {
  const own = gate()
  await takeMany(own, 1)
  await record.db`update quota set blocked_until = clock() + interval '1 minute' where connection_id = ${connectionId}`
  await expect(own.take('short')).rejects.toMatchObject({ ...refused, retryAfterMs: 60_000 })
})

test('a wait ends with its activity', async () => {
  const stopping = new AbortController()
  const own = gate(stopping.signal)
  await takeMany(own, BURST)
  const waiting = own.take('short')
  stopping.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
})

test('a write does not wait', async () => {
  const own = writingGateOf(deps(), provider, { connectionId, priority: 'change' })
  await takeMany(own, BURST)
  await expect(own.take('short')).rejects.toMatchObject(refused)
})
