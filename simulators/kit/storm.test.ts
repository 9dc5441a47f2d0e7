import { describe, expect, test } from 'vitest'
import { Faults, faultSchema } from './faults.ts'
import { storm } from './storm.ts'

const SEEDS = Array.from({ length: 50 }, (_, at) => at * 97)

test('the same seed gives the same storm, another seed another', () => {
  for (const seed of SEEDS) expect(storm(seed)).toEqual(storm(seed))
  expect(new Set(SEEDS.map((seed) => JSON.stringify(storm(seed)))).size).toBe(SEEDS.length)
})

test.each([{}, { strength: 100, times: 3, waitSeconds: 60 }, { waitSeconds: null }])(
  'every fault of it exists, with %j',
  (options) => {
    for (const seed of SEEDS) {
      for (const fault of storm(seed, options)) expect(faultSchema.safeParse(fault).error).toBeUndefined()
    }
  },
)

test('each fault has a seed of its own', () => {
  const seeds = SEEDS.flatMap((seed) => storm(seed).map((fault) => fault.seed))
  expect(new Set(seeds).size).toBe(seeds.length)
})

describe('what it hits', () => {
  const requests = (seed: number, options: Parameters<typeof storm>[1], n = 600) => {
    const faults = new Faults()
    faults.replace(storm(seed, options))
    const fired = Array.from({ length: n }, () => faults.onRequest('GET', '/x').fired)
    const deliveries = Array.from({ length: n }, () => faults.onDelivery('changed'))
    return { fired, deliveries, list: faults.list() }
  }

  test('every kind of fault strikes, most requests pass, and some meet several at once', () => {
    const { fired, deliveries, list } = requests(1, {})
    expect(list.filter((fault) => fault.fired === 0)).toEqual([])
    expect(fired.filter((words) => words.length === 0).length).toBeGreaterThan(300)
    expect(fired.filter((words) => words.length > 1).length).toBeGreaterThan(10)
    expect(deliveries.some((one) => one.lost) && deliveries.some((one) => one.twice)).toBe(true)
    expect(deliveries.some((one) => one.twice && one.lateMs > 0)).toBe(true)
  })

  test('only what matches; nothing at strength 0; no more often than `times`', () => {
    expect(requests(1, { match: 'POST *', events: 'other' }).list.every(({ seen }) => seen === 0)).toBe(true)
    expect(requests(1, { strength: 0 }).list.every((fault) => fault.fired === 0)).toBe(true)
    expect(requests(1, { times: 2, strength: 50 }).list.map((fault) => fault.fired)).toEqual(
      storm(1).map(() => 2),
    )
  })

  test.each([
    [7, 'status:429-wait:7'],
    [null, 'status:429-bare'],
    [undefined, 'status:429-wait:1'],
  ])('a 429 with the wait %s is %s', (waitSeconds, word) => {
    const options = waitSeconds === undefined ? {} : { waitSeconds }
    const words = storm(1, options).map((fault) => fault.do)
    expect(words.filter((one) => one.startsWith('status:429'))).toEqual([word])
  })
})
