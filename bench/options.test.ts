import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('each benchmark has a size of its own', () => {
  expect(readOptions(['first-sync'])).toMatchObject({ name: 'first-sync', size: 1000, json: false, seed: 1 })
  expect(readOptions(['latency'])).toMatchObject({ size: 100, every: 2_000 })
  expect(readOptions(['restart'])).toMatchObject({ size: 500 })
  expect(readOptions(['simulators'])).toMatchObject({ size: 20_000 })
})

test('options stand before or behind the name', () => {
  const expected = { name: 'latency', size: 5, every: 200, seed: 9, json: true }
  expect(readOptions(['latency', '--size', '5', '--every=200', '--seed', '9', '--json'])).toMatchObject(
    expected,
  )
  expect(readOptions(['--json', '--seed', '9', '--every=200', '--size', '5', 'latency'])).toMatchObject(
    expected,
  )
})

test('help needs no name', () => {
  expect(readOptions(['--help'])).toMatchObject({ help: true })
})

test.each([
  [[], 'Name a benchmark'],
  [['frist-sync'], 'no benchmark "frist-sync"'],
  [['toString'], 'no benchmark'],
  [['latency', 'restart'], 'One benchmark at a time'],
  [['latency', '--size', '0'], '--size'],
  [['latency', '--size', 'many'], '--size'],
  [['latency', '--size', '1e3'], '--size'],
  [['latency', '--every', '-1'], '--every'],
  [['latency', '--seed', '1.5'], '--seed'],
  [['latency', '--sise', '5'], '--sise'],
])('%j is refused', (args, complaint) => {
  expect(readOptions(args)).toContain(complaint)
})
