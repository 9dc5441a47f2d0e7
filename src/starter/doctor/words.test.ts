import { expect, it } from 'vitest'
import { skewWords } from './skew.ts'
import { sizeWords, spanWords } from './words.ts'

it('tells of a clock that is off, and not of the time that a question takes', () => {
  const asked = { before: 10_000, after: 11_000 }
  expect(skewWords({ ...asked, told: 10_500 })).toBeNull()
  expect(skewWords({ ...asked, told: 9_000 })).toBeNull()
  expect(skewWords({ ...asked, told: 311_000 })).toBe('5 min ahead of this machine')
  expect(skewWords({ ...asked, told: 5_000 })).toBe('5.0 s behind this machine')
  // One that tells whole seconds may be almost a second further.
  expect(skewWords({ ...asked, told: 7_500 }, 1_000)).toBeNull()
})

it('tells sizes and spans as people read them', () => {
  expect([512, 1_500, 16_000_000, 2_300_000_000].map(sizeWords)).toEqual([
    '512 bytes',
    '1.5 kB',
    '16 MB',
    '2.3 GB',
  ])
  expect([0.5, 40, 900, 10_800, 172_800].map(spanWords)).toEqual(['0.5 s', '40 s', '15 min', '3 h', '2 days'])
})
