import { expect, it } from 'vitest'
import { areJoined, closesCircle, type Link, type Place } from './list-circle.ts'

const at = (connectionId: string, list: string | null = null): Place => ({ connectionId, list })
const link = (from: Place, to: Place): Link => [from, to]

it('two places that nothing joins close no circle', () => {
  expect(closesCircle([], link(at('a'), at('b')))).toBe(false)
  expect(closesCircle([link(at('a', '1'), at('b', '1'))], link(at('b', '2'), at('a', '2')))).toBe(false)
})

it('a chain may go on, and may not come back, however long it is', () => {
  const chain = [
    link(at('a', '1'), at('b', '1')),
    link(at('c', '1'), at('b', '1')),
    link(at('c', '1'), at('d', null)),
  ]
  expect(closesCircle(chain, link(at('d'), at('e', '1')))).toBe(false)
  expect(closesCircle(chain, link(at('d'), at('a', '1')))).toBe(true)
  expect(closesCircle(chain, link(at('a', '1'), at('d')))).toBe(true)
  expect(closesCircle(chain, link(at('d'), at('a', '2')))).toBe(false)
})

it('a place is never kept in step with itself', () => {
  expect(closesCircle([], link(at('a', '1'), at('a', '1')))).toBe(true)
})

it('places are joined by way of any others', () => {
  const chain = [link(at('b', '1'), at('a', '1')), link(at('b', '1'), at('c', '1'))]
  expect(areJoined([at('a', '1')], [at('d', '1'), at('c', '1')], chain)).toBe(true)
  expect(areJoined([at('a', '1')], [at('c', '2')], chain)).toBe(false)
  expect(areJoined([at('a', '1')], [at('a', '1')], [])).toBe(true)
})
