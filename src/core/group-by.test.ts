import { expect, it } from 'vitest'
import { groupBy } from './group-by.ts'

it('items of one key are together, and everything stays in its order', () => {
  const groups = groupBy(['bb', 'a', 'cc', 'd', 'ee'], (word) => word.length)
  expect([...groups]).toEqual([
    [2, ['bb', 'cc', 'ee']],
    [1, ['a', 'd']],
  ])
  expect(groupBy([], String)).toEqual(new Map())
})
