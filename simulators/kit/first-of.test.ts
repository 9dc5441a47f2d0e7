import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstOf } from './first-of.ts'

const ascending = (a: number, b: number) => a - b

test('is what sorting everything and cutting it gives', () => {
  const numbers = fc.uniqueArray(fc.integer(), { maxLength: 200 })
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 60 }), (all, count) => {
      expect(firstOf(all, count, ascending)).toEqual([...all].sort(ascending).slice(0, count))
    }),
  )
})

test('of nothing is nothing', () => {
  expect(firstOf([], 5, ascending)).toEqual([])
})
