import { expect, test } from 'vitest'
import { percentilesOf } from './percentiles.ts'

test('by nearest rank, in whatever order the values come', () => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at)
  expect(percentilesOf(values)).toEqual({ p50: 50, p95: 95, p99: 99, n: 100 })
})

test('of a few, the higher ones are the highest', () => {
  expect(percentilesOf([30, 10, 20])).toEqual({ p50: 20, p95: 30, p99: 30, n: 3 })
  expect(percentilesOf([7])).toEqual({ p50: 7, p95: 7, p99: 7, n: 1 })
})

test('one slow value in a hundred shows in none but p99 of fewer', () => {
  const values = Array.from({ length: 100 }, (_, at) => (at === 0 ? 9_000 : 5))
  expect(percentilesOf(values).p99).toBe(5)
  expect(percentilesOf(values.slice(0, 99)).p99).toBe(9_000)
})

test('the order is that of numbers, and the values stay as they were', () => {
  const values = [100, 9, 20]
  expect(percentilesOf(values).p50).toBe(20)
  expect(values).toEqual([100, 9, 20])
})

test('of none, zero', () => {
  expect(percentilesOf([])).toEqual({ p50: 0, p95: 0, p99: 0, n: 0 })
})
