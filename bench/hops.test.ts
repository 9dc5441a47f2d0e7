import { expect, test } from 'vitest'
import { type Arrived, hopsOf, splitByHop } from './hops.ts'

const change: Arrived = {
  direction: 'leftToRight',
  acknowledgedAt: 1_000,
  hops: {
    webhookStored: null,
    pullBegun: 1_020,
    inRecord: 1_040,
    dispatched: null,
    targetRead: 1_070,
    planned: 1_080,
    sent: 1_085,
    written: 1_090,
    confirmed: 1_150,
  },
}

test('a hop takes the time since the last one that is known, and all of them add up', () => {
  const took = hopsOf(change)
  expect([...took]).toEqual([
    ['pullBegun', 20],
    ['inRecord', 20],
    ['targetRead', 30],
    ['planned', 10],
    ['sent', 5],
    ['written', 5],
    ['confirmed', 60],
  ])
  expect([...took.values()].reduce((sum, ms) => sum + ms, 0)).toBe(150)
})

test('each direction is split by itself, and what no change has is left out', () => {
  const other: Arrived = {
    ...change,
    direction: 'rightToLeft',
    hops: { ...change.hops, webhookStored: 1_010 },
  }
  expect(splitByHop([change, other], 'leftToRight')).not.toHaveProperty('webhookStored')
  expect(splitByHop([change, other], 'rightToLeft')).toMatchObject({
    webhookStored: { p50: 10, n: 1 },
    pullBegun: { p50: 10, n: 1 },
  })
})
