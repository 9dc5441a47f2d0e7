import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fromTodoist } from '../../test/receiver/running.ts'
import { createLog } from '../config/log.ts'
import { createTodoist } from '../providers/todoist/index.ts'
import { DeliveryIntake } from './delivery-intake.ts'

const ADDRESS = { provider: 'todoist', connection: null }
const TARGET = { connectionId: '5', name: 'mine', provider: 'todoist', secrets: ['shh'], facts: null }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A record that answers when a test says so. */
function setUp() {
  const nudged: string[] = []
  let answer: (isNew: boolean) => void = () => undefined
  const intake = new DeliveryIntake({
    providers: new Map([['todoist', createTodoist()]]),
    targets: { all: async () => [TARGET], forget: () => undefined },
    store: () =>
      new Promise((resolve) => {
        answer = resolve
      }),
    nudge: (id) => nudged.push(id),
    log: createLog({ level: 'silent', format: 'json' }),
  })
  const { body, headers } = fromTodoist('d1')
  const taken = intake.take(ADDRESS, Buffer.from(body), headers)
  return { nudged, taken, answer: (isNew: boolean) => answer(isNew) }
}

test('a delivery is announced once it is stored, and not before', async () => {
  const { nudged, taken, answer } = setUp()
  await vi.advanceTimersByTimeAsync(100)
  expect(nudged).toEqual([])
  answer(true)
  expect(await taken).toBe('taken')
  expect(nudged).toEqual(['5'])
})

test('one that had been stored before is taken and not announced again', async () => {
  const { nudged, taken, answer } = setUp()
  await vi.advanceTimersByTimeAsync(100)
  answer(false)
  expect(await taken).toBe('taken')
  expect(nudged).toEqual([])
})

test('a record that hangs sends the sender away; what it stores afterwards is announced', async () => {
  const { nudged, taken, answer } = setUp()
  await vi.advanceTimersByTimeAsync(9_000)
  expect(await taken).toBe('unavailable')
  answer(true)
  await vi.advanceTimersByTimeAsync(0)
  expect(nudged).toEqual(['5'])
})
