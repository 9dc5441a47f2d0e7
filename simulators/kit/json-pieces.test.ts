import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gathered, jsonPieces } from './json-pieces.ts'

test('together they are the JSON of the value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: 95, max: 205 }), (value, rows) => {
      const whole = { value, rows: Array.from({ length: rows }, () => value), none: {}, empty: [] }
      expect([...jsonPieces(whole)].join('')).toBe(JSON.stringify(whole))
    }),
  )
})

test('what JSON cannot say is left out as it leaves it out', () => {
  const value = { a: undefined, b: { c: undefined }, d: [undefined], at: new Date(0), f: () => 1, g: null }
  expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value))
})

test('long lists are cut wherever they lie', () => {
  const rows = Array.from({ length: 20_000 }, (_, n) => ({ id: n, name: `task ${n}` }))
  const longest = Math.max(...[...jsonPieces({ own: { account: { rows } } })].map((piece) => piece.length))
  expect(longest).toBeLessThan(10_000)
})

test('short ones are put together again', () => {
  expect([...gathered(['ab', 'c', 'defg', 'h'], 3)]).toEqual(['abc', 'defg', 'h'])
  expect([...gathered([], 3)]).toEqual([])
})
