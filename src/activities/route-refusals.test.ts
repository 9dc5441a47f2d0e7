import { expect, it } from 'vitest'
import { noSuchRoute } from './route-refusals.ts'

it('who has no route yet is told how any two connections get one', () => {
  expect(noSuchRoute('mine', []).hints.join()).toContain('route add <name> <left> <right>')
  expect(noSuchRoute('mine', [{ name: 'lists' }, { name: 'deals' }]).hints).toEqual([
    'There are: lists, deals.',
  ])
})
