import { expect, test } from 'vitest'
import { TestTimers } from '../../test/receiver/test-timers.ts'
import { createLog } from '../config/log.ts'
import { ConnectionSignals } from './connection-signals.ts'

function setUp(initial: { waiting?: string[]; away?: string[]; recordAway?: boolean } = {}) {
  const timers = new TestTimers()
  const world = {
    waiting: new Set(initial.waiting),
    away: new Set(initial.away),
    recordAway: initial.recordAway ?? false,
    tries: [] as string[],
    reached: [] as string[],
  }
  const signals = new ConnectionSignals({
    timers,
    log: createLog({ level: 'silent', format: 'json' }),
    waiting: async () => {
      if (world.recordAway) throw new Error('the record is away')
      return [...world.waiting]
    },
    signal: async (id) => {
      world.tries.push(id)
      if (world.away.has(id)) throw new Error('nobody there')
      world.reached.push(id)
    },
  })
  return { timers, world, signals }
}

test('at the start, whoever has deliveries waiting is signalled', async () => {
  const { world, signals } = setUp({ waiting: ['1', '2'] })
  await signals.start()
  expect(world.reached).toEqual(['1', '2'])
})

test('a start without the record looks again until it is there', async () => {
  const { timers, world, signals } = setUp({ waiting: ['1'], recordAway: true })
  await signals.start()
  await timers.pass(3_000)
  expect(world.tries).toEqual([])
  world.recordAway = false
  await timers.pass(5_000)
  expect(world.reached).toEqual(['1'])
})

test('a signal that fails is repeated, at growing intervals, until it arrives', async () => {
  const { timers, world, signals } = setUp({ away: ['1'] })
  await signals.start()
  world.waiting.add('1')
  signals.nudge('1')
  await timers.pass(60_000)
  // At 0, 250, 750, 1750, 3750, 7750 ms and then every 5 s.
  expect(world.tries).toHaveLength(6 + 10)
  world.away.clear()
  await timers.pass(5_000)
  expect(world.reached).toEqual(['1'])
  await timers.pass(60_000)
  expect(world.reached).toEqual(['1'])
})

test('the next outage begins with short intervals again', async () => {
  const { timers, world, signals } = setUp({ away: ['1'], waiting: ['1'] })
  await signals.start()
  await timers.pass(30_000)
  world.away.clear()
  await timers.pass(5_000)
  world.away.add('1')
  world.tries = []
  signals.nudge('1')
  await timers.pass(250)
  expect(world.tries).toHaveLength(2)
})

test('it is left alone when a pull has taken its deliveries in meanwhile', async () => {
  const { timers, world, signals } = setUp({ away: ['1'], waiting: ['1'] })
  await signals.start()
  await timers.pass(30_000)
  world.waiting.clear()
  world.tries = []
  await timers.pass(60_000)
  expect(world.tries).toEqual([])
  // That outage is over: the next one begins with short intervals.
  world.waiting.add('1')
  signals.nudge('1')
  await timers.pass(250)
  expect(world.tries).toEqual(['1', '1'])
})

test('one that cannot be reached does not have the others signalled again', async () => {
  const { timers, world, signals } = setUp({ away: ['1'], waiting: ['1', '2'] })
  await signals.start()
  await timers.pass(10_000)
  expect(world.reached).toEqual(['2'])
  expect(world.tries.filter((id) => id === '1').length).toBeGreaterThan(3)
})

test('draining sends what waits and tries nothing again', async () => {
  const { timers, world, signals } = setUp({ away: ['1'] })
  await signals.start()
  world.waiting.add('1')
  signals.nudge('1')
  signals.nudge('2')
  signals.nudge('2')
  await signals.drain()
  expect(world.reached).toEqual(['2', '2'])
  world.tries = []
  await timers.pass(60_000)
  expect(world.tries).toEqual([])
})
