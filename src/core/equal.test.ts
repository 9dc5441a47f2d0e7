import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameValue } from './equal.ts'

/** Deep copy with the keys of every object in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, turned(one)]),
  )
}

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)

describe('the same value', () => {
  it('is the same in whatever order its keys come', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(sameValue(value, turned(value))).toBe(true)
      }),
    )
  })

  it('is never another one', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(sameValue(one, other)).toBe(isDeepStrictEqual(one, other))
        expect(sameValue(other, one)).toBe(sameValue(one, other))
        expect(sameValue({ a: [one] }, { a: [other] })).toBe(isDeepStrictEqual(one, other))
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    [null, {}],
    [[], {}],
    [null, undefined],
    [{ a: undefined }, { b: undefined }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    ['1', 1],
    ['', null],
  ])('%j is not %j', (one, other) => {
    expect([sameValue(one, other), sameValue(other, one)]).toEqual([false, false])
  })
})
