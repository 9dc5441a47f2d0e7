import { describe, expect, test } from 'vitest'
import type { Exchange } from '../../test/histories/services/journal.ts'
import { attemptsOf } from './looks.ts'

const asked: Exchange = {
  count: 0,
  worker: '',
  began: 0,
  side: 'left',
  method: 'GET',
  path: '/v1/tasks/7',
  body: '',
  status: 200,
  answer: '{"id":7,"name":"T1"}',
  writes: false,
  stale: false,
  heard: true,
}
const look = (count: number, more: Partial<Exchange> = {}): Exchange => ({ ...asked, count, ...more })
const write = (count: number, more: Partial<Exchange> = {}): Exchange => ({
  ...asked,
  count,
  method: 'PUT',
  writes: true,
  ...more,
})

/** Counts are milliseconds here. The look of each write, null where it has none. */
function looksOf(exchanges: readonly Exchange[], deaths: readonly number[] = []): (number | null)[] {
  const attempts = attemptsOf({ exchanges, timeOf: (count) => count, deaths })
  return attempts
    .filter((one) => one.writes)
    .map(({ began }) => attempts.find((one) => one.began === began && !one.writes)?.count ?? null)
}

describe('the look of a write', () => {
  test('is the last one that its plan can have known', () => {
    expect(looksOf([look(1_000), look(3_000), look(4_500), write(5_000)])).toEqual([3_000])
  })

  test('is what there is, where all came shortly before', () => {
    expect(looksOf([look(4_500), look(4_800), write(5_000)])).toEqual([4_500])
  })

  test('is of the same life of the worker', () => {
    expect(looksOf([look(1_000), write(5_000)], [2_000])).toEqual([null])
    expect(looksOf([look(1_000), look(3_000), write(5_000)], [2_000])).toEqual([3_000])
    // It was on its way when its process was killed.
    expect(looksOf([look(1_000), write(5_000)], [4_900])).toEqual([1_000])
    expect(looksOf([look(1_000), write(5_000)], [6_000])).toEqual([1_000])
  })

  test('has no answer that a process lived to hear when that was killed meanwhile', () => {
    const heardOf = (deaths: readonly number[]) =>
      attemptsOf({ exchanges: [write(5_000)], timeOf: (count) => count, deaths })[0]?.heard
    expect(heardOf([])).toBe(true)
    expect(heardOf([5_100])).toBe(false)
    expect(heardOf([4_900])).toBe(false)
    expect(heardOf([3_000])).toBe(true)
    expect(heardOf([7_000])).toBe(true)
  })

  test('is at its task, on its side, and has an answer', () => {
    const others = [
      look(1_000, { path: '/v1/tasks/77', answer: '{"id":77,"name":"T2"}' }),
      look(1_100, { side: 'right', path: '/api/v1/sync' }),
      look(1_200, { status: 503 }),
      look(1_300, { path: '/v1/people', answer: '{"id":7,"name":"Tom"}' }),
    ]
    expect(looksOf([...others, write(5_000)])).toEqual([null])
    expect(
      looksOf([look(900, { path: '/v1/tasks?limit=100', answer: '{"id":7,"name":"T1"}' }), write(5_000)]),
    ).toEqual([900])
  })

  test('is one of its own for each command of a request', () => {
    const commands = ['a', 'b'].map((id) => ({ type: 'item_update', args: { id } }))
    const right = { side: 'right', path: '/api/v1/sync' } as const
    const attempts = attemptsOf({
      exchanges: [look(1_000, right), write(5_000, { ...right, body: JSON.stringify({ commands }) })],
      timeOf: (count) => count,
      deaths: [],
    })
    expect(attempts.map(({ began, writes, body }) => [began, writes, body.includes('"id":"b"')])).toEqual([
      [0, false, false],
      [0, true, false],
      [1, false, false],
      [1, true, true],
    ])
  })
})
