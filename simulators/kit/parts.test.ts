import { describe, expect, test } from 'vitest'
import { SimClock } from './clock.ts'
import { KeyRing, parseKeys } from './keys.ts'
import { opaqueIds, SeededRandom, seededUuid } from './random.ts'
import { RecentPast } from './recent-past.ts'
import { SlidingWindow } from './sliding-window.ts'

describe('keys', () => {
  test('any, a list, a table', () => {
    const ring = new KeyRing(null)
    expect([ring.owner('x', 1), ring.owner('', 1)]).toEqual([1, undefined])
    ring.replace(['a'])
    expect([ring.owner('a', 1), ring.owner('b', 1)]).toEqual([1, undefined])
    ring.replace({ a: 7 })
    expect([ring.owner('a', 1), ring.owner('b', 1), ring.owner('toString', 1)]).toEqual([
      7,
      undefined,
      undefined,
    ])
    ring.reset()
    expect(ring.owner('b', 1)).toBe(1)
  })

  test('as the command line writes them', () => {
    expect(parseKeys(undefined, 1)).toBeNull()
    expect(parseKeys('a, b', 1)).toEqual(['a', 'b'])
    expect(parseKeys('a=7,b', 1)).toEqual({ a: '7', b: 1 })
  })
})

describe('random', () => {
  test('is seeded', () => {
    const draw = (seed: number) => {
      const random = new SeededRandom(seed)
      return [random.int(1, 6), random.pick(['a', 'b', 'c']), seededUuid(random), opaqueIds(random)()]
    }
    expect(draw(4)).toEqual(draw(4))
    expect(draw(4)).not.toEqual(draw(5))
  })

  test('opaque ids are 16 characters and never repeat', () => {
    const next = opaqueIds(new SeededRandom(1))
    const ids = Array.from({ length: 2000 }, next)
    expect(new Set(ids).size).toBe(2000)
    expect(ids.every((id) => /^[2-9A-Za-z]{16}$/.test(id))).toBe(true)
  })
})

test('the recent past is what was before the changes of the last so many milliseconds', () => {
  const clock = new SimClock()
  const past = new RecentPast<number, string>(clock)
  past.note(1, undefined)
  clock.advance(1000)
  past.note(1, 'one')
  past.note(2, undefined)
  clock.advance(1000)
  past.note(1, 'uno')
  expect(past.view(0).size).toBe(0)
  expect([...past.view(500)]).toEqual([[1, 'uno']])
  expect([...past.view(1500)].toSorted()).toEqual([
    [1, 'one'],
    [2, undefined],
  ])
  expect(past.view(5000).get(1)).toBeUndefined()
  clock.advance(-50_000)
  expect([...past.view(500)]).toEqual([[1, 'uno']])
})

test('a window slides: places come free one by one', () => {
  const clock = new SimClock()
  const window = new SlidingWindow(clock, 10_000)
  expect(window.take(2)).toMatchObject({ ok: true, remaining: 1 })
  clock.advance(6000)
  expect(window.take(2)).toMatchObject({ ok: true, remaining: 0 })
  const refused = window.take(2)
  expect(refused.ok).toBe(false)
  expect(Math.round(refused.retryAfterMs / 1000)).toBe(4)
  clock.advance(4001)
  expect([window.take(2).ok, window.take(2).ok]).toEqual([true, false])
})
