import { expect, it } from 'vitest'
import { areJoined, circleBy, type Link, type Place } from './list-circle.ts'

const at = (connectionId: string, list: string | null = null): Place => ({ connectionId, list })
const link = (from: Place, to: Place): Link => [from, to]
const named = (name: string, from: Place, to: Place) => ({ name, link: link(from, to) })
const by = (known: Parameters<typeof circleBy<ReturnType<typeof named>>>[0], one: Link) =>
  circleBy(known, one)?.map(({ name }) => name) ?? null

it('two places that nothing joins close no circle', () => {
  expect(by([], link(at('a'), at('b')))).toBeNull()
  expect(by([named('1', at('a', '1'), at('b', '1'))], link(at('b', '2'), at('a', '2')))).toBeNull()
})

it('a chain may go on, and may not come back, however long it is; and says which way it comes', () => {
  const chain = [
    named('cd', at('c', '1'), at('d', null)),
    named('ab', at('a', '1'), at('b', '1')),
    named('aside', at('b', '1'), at('x', '1')),
    named('cb', at('c', '1'), at('b', '1')),
  ]
  expect(by(chain, link(at('d'), at('e', '1')))).toBeNull()
  expect(by(chain, link(at('d'), at('a', '1')))).toEqual(['cd', 'cb', 'ab'])
  expect(by(chain, link(at('a', '1'), at('d')))).toEqual(['ab', 'cb', 'cd'])
  expect(by(chain, link(at('d'), at('a', '2')))).toBeNull()
})

it('a place is never kept in step with itself', () => {
  expect(by([], link(at('a', '1'), at('a', '1')))).toEqual([])
})

it('places are joined by way of any others', () => {
  const chain = [link(at('b', '1'), at('a', '1')), link(at('b', '1'), at('c', '1'))]
  expect(areJoined([at('a', '1')], [at('d', '1'), at('c', '1')], chain)).toBe(true)
  expect(areJoined([at('a', '1')], [at('c', '2')], chain)).toBe(false)
  expect(areJoined([at('a', '1')], [at('a', '1')], [])).toBe(true)
})
