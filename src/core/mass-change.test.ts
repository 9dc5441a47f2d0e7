import { expect, it } from 'vitest'
import { endingLimit } from './mass-change.ts'

it.each([
  [0, 10],
  [99, 10],
  [100, 10],
  [119, 11],
  [200, 20],
  [500, 50],
  [20_000, 50],
])('of %i pairs %i may end in one go', (pairs, wanted) => {
  expect(endingLimit(pairs)).toBe(wanted)
})
