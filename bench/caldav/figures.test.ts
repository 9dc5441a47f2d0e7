import { expect, test } from 'vitest'
import { figuresOf, medianOf, ratioOf } from './figures.ts'
import type { Part, ProgramName, Run } from './parts.ts'

const run = (program: ProgramName, part: Part, seconds: number): Run => ({
  part,
  program,
  seconds,
  served: { read: 3, write: 2, seconds: seconds / 2 },
})

test('a median is in the middle', () => {
  expect(medianOf([9, 1, 2])).toBe(2)
  expect(medianOf([4, 1, 2, 9])).toBe(3)
})

test('the ratio is that of the medians, part by part', () => {
  const ours = [3, 1, 90].map((seconds) => run('dealbridge', 'firstSync', seconds))
  const theirs = [6, 5, 60].map((seconds) => run('vdirsyncer', 'firstSync', seconds))
  const passes = (['edits', 'empty'] as const).flatMap((part) => [
    run('dealbridge', part, 1),
    run('vdirsyncer', part, 4),
  ])
  const figures = figuresOf([...ours, ...theirs, ...passes])
  expect(figures.dealbridge.firstSync).toEqual({
    seconds: 3,
    serverSeconds: 1.5,
    requests: { read: 3, write: 2 },
  })
  expect(ratioOf(figures)).toEqual({ firstSync: 0.5, edits: 0.25, empty: 0.25 })
})
