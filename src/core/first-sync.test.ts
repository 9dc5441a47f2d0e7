import { describe, expect, it } from 'vitest'
import { day, fixed, floating } from './due.ts'
import { letsIn } from './first-sync.ts'
import type { FirstSyncRule } from './policy.ts'

const zone = 'America/New_York'
/** 22:30 of 20 November in New York, and already the 21st elsewhere. */
const NOW = '2026-11-21T03:30:00.000000Z'
const within = (firstSync: FirstSyncRule, due: ReturnType<typeof day> | null) =>
  letsIn({ firstSync, zone }, { due }, NOW)

describe('a first sync', () => {
  it.each([
    ['open', true],
    ['none', false],
  ] as const)('of policy %s heeds no dates', (kind, expected) => {
    expect(within({ kind }, day('1999-01-01'))).toBe(expected)
    expect(within({ kind }, null)).toBe(expected)
  })

  it.each([
    [null, true],
    [day('2026-12-24'), true],
    [day('2026-11-20'), true],
    [day('2026-11-13'), true],
    [day('2026-11-12'), false],
    [floating('2026-11-12T23:59'), false],
    // 23:30 of the 12th in New York.
    [fixed('2026-11-13T04:30:00Z', null), false],
    [fixed('2026-11-13T05:30:00Z', null), true],
  ])('of those due since 7 days: %j is in: %s', (due, expected) => {
    expect(within({ kind: 'dueSince', days: 7 }, due)).toBe(expected)
  })

  it('of those due since today leaves out yesterday’s', () => {
    expect(within({ kind: 'dueSince', days: 0 }, day('2026-11-20'))).toBe(true)
    expect(within({ kind: 'dueSince', days: 0 }, day('2026-11-19'))).toBe(false)
  })
})
