import { describe, expect, it } from 'vitest'
import { EMPTY_BASE, moveBase } from './base.ts'

const NOW = '2027-01-04T10:00:00.000000Z'

describe('a move of the base', () => {
  it('sets the fields that are confirmed and leaves the others', () => {
    const base = { left: { title: 'A', priority: 1 }, right: { title: 'A', priority: 1 } } as const
    const move = { left: { title: 'Bcd' }, right: { title: 'B' } }
    expect(moveBase(base, move, NOW)).toEqual({
      base: { left: { title: 'Bcd', priority: 1 }, right: { title: 'B', priority: 1 } },
      trail: [
        { side: 'left', field: 'title', value: 'A', leftAt: NOW },
        { side: 'right', field: 'title', value: 'A', leftAt: NOW },
      ],
    })
    expect(base.left.title).toBe('A')
  })

  it('remembers what it left on the side where it left something, null too', () => {
    const base = { left: { due: null, labels: ['a'] }, right: { due: null, labels: ['a'] } }
    const due = { kind: 'day', day: '2027-01-04' } as const
    const move = { left: { due, labels: ['a'] }, right: { due: null, labels: ['a'] } }
    expect(moveBase(base, move, NOW).trail).toEqual([
      { side: 'left', field: 'due', value: null, leftAt: NOW },
    ])
  })

  it('from nothing leaves no trail', () => {
    const values = { title: 'A', due: null }
    expect(moveBase(EMPTY_BASE, { left: values, right: values }, NOW)).toEqual({
      base: { left: values, right: values },
      trail: [],
    })
  })
})
