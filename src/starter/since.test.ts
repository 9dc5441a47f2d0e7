import { describe, expect, it } from 'vitest'
import { momentOf, sinceFlag } from './since.ts'

const NOW = '2026-12-01T12:00:00.000000Z'

describe('a moment from the command line', () => {
  it.each([
    ['30s', '2026-12-01T11:59:30.000000Z'],
    ['10m', '2026-12-01T11:50:00.000000Z'],
    ['2h', '2026-12-01T10:00:00.000000Z'],
    ['1d', '2026-11-30T12:00:00.000000Z'],
    ['2026-11-21T08:00:00Z', '2026-11-21T08:00:00.000000Z'],
    ['2026-11-21T08:00:00+02:00', '2026-11-21T06:00:00.000000Z'],
  ])('%s', (text, moment) => {
    expect(momentOf(sinceFlag(text), NOW)).toBe(moment)
  })

  it.each(['10', 'yesterday', '1w', '2026-99-01'])('%s is refused with what is allowed', (text) => {
    expect(() => sinceFlag(text)).toThrow(/10m, 2h, 1d/)
  })
})
