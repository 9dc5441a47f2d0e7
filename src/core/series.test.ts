import { describe, expect, it } from 'vitest'
import { GONE, NONE, pairView, present } from '../../test/core/pair-view.ts'
import { EXACT, modes, policy } from '../../test/core/rules.ts'
import type { PairView, SideView } from './decision.ts'
import { day } from './due.ts'
import { reconcile } from './reconcile.ts'
import { accountedOccurrences, seriesSide } from './series.ts'
import { BLANK_TASK } from './task.ts'

/** A CRM on the left that knows no repetition, a task app on the right that drives it. */
const PLAIN = { ...EXACT, modes: modes({ recurrence: 'none' }), needsPerson: true, guardsWrites: false }
const OWNER = { ...EXACT, modes: modes({ recurrence: 'readOnly' }), needsPerson: false, guardsWrites: false }
const MONDAY = { ...BLANK_TASK, title: 'Report', due: day('2026-12-07') }
const NEXT = { ...MONDAY, due: day('2026-12-14') }

const repeats = (task = MONDAY, completions = 3, given = {}) =>
  present(task, { recurs: true, completions, ...given })

/** A series with three completions, all accounted for. */
const series = (given: Partial<PairView> = {}) =>
  pairView({
    rules: { left: PLAIN, right: OWNER },
    base: { left: MONDAY, right: MONDAY },
    occurrences: 3,
    left: present(MONDAY),
    right: repeats(),
    ...given,
  })

describe('the side that drives a series', () => {
  it('is the one that can hold a repetition where the other cannot', () => {
    const plain = { left: present(), right: present() }
    expect(seriesSide({ rules: { left: PLAIN, right: OWNER }, ...plain })).toBe('right')
    expect(seriesSide({ rules: { left: OWNER, right: PLAIN }, ...plain })).toBe('left')
    expect(seriesSide({ rules: { left: PLAIN, right: PLAIN }, ...plain })).toBeNull()
  })

  it('is, of two that each have words of their own for it, the one where the task repeats', () => {
    const rules = { left: OWNER, right: OWNER }
    expect(seriesSide({ rules, left: present(), right: repeats() })).toBe('right')
    expect(seriesSide({ rules, left: repeats(), right: present() })).toBe('left')
    expect(seriesSide({ rules, left: repeats(), right: NONE })).toBe('left')
    expect(seriesSide({ rules, left: present(), right: present() })).toBeNull()
    expect(seriesSide({ rules, left: repeats(), right: repeats() })).toBeNull()
  })

  it('is none where both share the repetition', () => {
    const shared = { ...OWNER, modes: modes({ recurrence: 'rw' }) }
    expect(
      seriesSide({ rules: { left: shared, right: shared }, left: repeats(), right: present() }),
    ).toBeNull()
  })
})

describe('a series in step', () => {
  it('needs nothing', () => {
    expect(reconcile(series())).toMatchObject({ writes: [], abandon: null, occurrences: 3 })
  })

  it('carries the current occurrence to a new plain task', () => {
    const decision = reconcile(series({ memory: 'new', left: NONE, occurrences: null }))
    expect(decision).toMatchObject({
      occurrences: 3,
      writes: [{ side: 'left', verb: 'create', fields: { title: 'Report', due: day('2026-12-07') } }],
    })
  })

  it('carries nothing of occurrences that were closed while there was no plain task', () => {
    const waiting = series({ memory: 'new', left: NONE, right: repeats(NEXT, 5) })
    expect(reconcile(waiting)).toMatchObject({
      occurrences: 5,
      writes: [{ side: 'left', verb: 'create', fields: { due: day('2026-12-14') } }],
    })
    const nobodys = reconcile({ ...waiting, hasPerson: false })
    expect(nobodys).toMatchObject({ reason: 'needs-person', occurrences: 5 })
  })

  it.each(['newest', 'left', 'right'] as const)(
    'keeps its rule when its date is cleared on the plain side (%s): the date goes back there',
    (conflicts) => {
      const cleared = { ...MONDAY, due: null }
      const noted = { field: 'due', left: null, winner: 'right' }
      expect(reconcile(series({ policy: policy({ conflicts }), left: present(cleared) }))).toMatchObject({
        writes: [{ side: 'left', fields: { due: MONDAY.due } }],
        conflicts: [{ ...noted, right: MONDAY.due }],
      })
      const moved = series({ policy: policy({ conflicts }), left: present(cleared), right: repeats(NEXT) })
      expect(reconcile(moved)).toMatchObject({
        writes: [{ side: 'left', fields: { due: NEXT.due } }],
        conflicts: [{ ...noted, right: NEXT.due }],
      })
    },
  )

  it('keeps its rule also where a person decreed that there be no date', () => {
    const decree = {
      kind: 'field',
      field: 'due',
      left: null,
      right: null,
      expects: { left: MONDAY.due, right: MONDAY.due },
      cause: 'undo',
    } as const
    expect(reconcile(series({ decrees: [decree] }))).toMatchObject({
      writes: [],
      decrees: [],
      conflicts: [{ field: 'due', winner: 'right' }],
    })
  })

  it('leaves to its next plain task what a person keeps apart there, but for the date', () => {
    const former = { ...MONDAY, title: 'In my words' }
    const view = series({
      memory: 'new',
      reason: 'next-occurrence',
      left: NONE,
      right: repeats(NEXT),
      overrides: ['title', 'due'],
      former,
    })
    expect(reconcile(view)).toMatchObject({
      writes: [{ verb: 'create', fields: { title: 'In my words', due: NEXT.due } }],
    })
  })

  it('whose date is moved on the plain side moves this occurrence', () => {
    const moved = { ...MONDAY, due: day('2026-12-09') }
    expect(reconcile(series({ left: present(moved) })).writes).toMatchObject([
      { side: 'right', verb: 'update', fields: { due: day('2026-12-09') }, cause: 'change' },
    ])
  })

  it('whose date is moved on its own side, without a completion, moves the plain task', () => {
    expect(reconcile(series({ right: repeats(NEXT, 3) })).writes).toMatchObject([
      { side: 'left', verb: 'update', fields: { due: NEXT.due } },
    ])
  })

  it('counts anew when a user takes a completion back', () => {
    expect(reconcile(series({ right: repeats(MONDAY, 2) })).occurrences).toBe(2)
  })
})

describe('an occurrence closed on the plain side', () => {
  const closed = { ...MONDAY, completed: true }

  it('is closed once on the other', () => {
    expect(reconcile(series({ left: present(closed) })).writes).toMatchObject([
      { side: 'right', verb: 'update', fields: { completed: true } },
    ])
  })

  it('makes room for the next one when the series has moved on', () => {
    expect(reconcile(series({ left: present(closed), right: repeats(NEXT, 4) }))).toMatchObject({
      memory: 'new',
      reason: 'next-occurrence',
      abandon: 'left',
      occurrences: 4,
      writes: [],
    })
  })

  it('is not closed again where somebody has closed it on both sides', () => {
    const decision = reconcile(series({ left: present(closed), right: repeats(NEXT, 4) }))
    expect(decision.writes).toEqual([])
  })

  it('makes no room while its own value is doubted', () => {
    const doubted = present(closed, { doubted: new Set(['completed'] as const) })
    expect(reconcile(series({ left: doubted, right: repeats(NEXT, 4) }))).toMatchObject({
      abandon: null,
      writes: [],
      occurrences: 3,
    })
  })
})

describe('an occurrence closed where the series is', () => {
  it('completes its plain task and leaves its date alone, however many were closed meanwhile', () => {
    for (const completions of [4, 9]) {
      const decision = reconcile(series({ right: repeats(NEXT, completions) }))
      expect(decision).toMatchObject({ abandon: null, occurrences: 3 })
      expect(decision.writes).toEqual([
        { side: 'left', verb: 'update', fields: { completed: true }, sources: {}, cause: 'occurrence' },
      ])
    }
  })

  it('carries other edits along before the plain task makes room', () => {
    const renamed = { ...NEXT, title: 'Weekly report' }
    expect(reconcile(series({ right: repeats(renamed, 4) })).writes).toMatchObject([
      { side: 'left', fields: { title: 'Weekly report', completed: true } },
    ])
    const done = present({ ...MONDAY, completed: true, title: 'Typed in the CRM' })
    expect(reconcile(series({ left: done, right: repeats(NEXT, 4) })).writes).toMatchObject([
      { side: 'right', fields: { title: 'Typed in the CRM' } },
    ])
  })

  it('makes a plain task of the next one', () => {
    const view = series({
      memory: 'new',
      reason: 'next-occurrence',
      left: NONE,
      right: repeats(NEXT, 4),
      occurrences: 4,
    })
    expect(reconcile(view).writes).toMatchObject([
      { side: 'left', verb: 'create', fields: { due: NEXT.due, completed: false }, cause: 'next-occurrence' },
    ])
  })

  it('whose plain task is looked at first', () => {
    const old = present(MONDAY, { fresh: false })
    expect(reconcile(series({ left: old, right: repeats(NEXT, 4) }))).toMatchObject({
      reads: ['left'],
      writes: [],
    })
  })

  it('whose plain task was deleted meanwhile has none to complete', () => {
    expect(reconcile(series({ left: GONE, right: repeats(NEXT, 4) }))).toMatchObject({
      memory: 'new',
      reason: 'next-occurrence',
      abandon: 'left',
    })
  })

  it('does not complete a plain task to which nothing may flow', () => {
    const view = series({ right: repeats(NEXT, 4), policy: policy({ direction: 'toRight' }) })
    expect(reconcile(view).writes).toEqual([])
  })
})

describe('a series that ends', () => {
  it('completes its plain task, and makes no other', () => {
    const over = { ...MONDAY, completed: true }
    const decision = reconcile(series({ right: repeats(over, 4) }))
    expect(decision.writes).toMatchObject([{ side: 'left', fields: { completed: true }, cause: 'change' }])
    expect(decision.occurrences).toBe(4)
    const both = reconcile(series({ left: present(over), right: repeats(over, 4) }))
    expect(both).toMatchObject({ abandon: null, writes: [], agreed: ['completed'] })
  })

  it('goes on as a plain task when its repetition is taken away', () => {
    const plain: SideView = present({ ...MONDAY, completed: true }, { completions: 4 })
    expect(reconcile(series({ right: plain })).writes).toMatchObject([
      { side: 'left', fields: { completed: true } },
    ])
  })
})

describe('completions', () => {
  it('of a task that does not repeat are accounted for at once', () => {
    expect(accountedOccurrences(series({ right: present(MONDAY, { completions: 7 }) }))).toBe(7)
  })

  it('stay as they were while nobody can see the series', () => {
    expect(accountedOccurrences(series({ right: GONE }))).toBe(3)
  })
})
