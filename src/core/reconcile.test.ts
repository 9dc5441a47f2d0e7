import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyView, GONE, NONE, pairView, present, UNKNOWN } from '../../test/core/pair-view.ts'
import { EXACT, modes, policy } from '../../test/core/rules.ts'
import type { Decision, PairView, SideView } from './decision.ts'
import { type DELETE_RULES, otherSide, SIDES, type Side } from './policy.ts'
import { MEMORIES, type Memory, PRESENCES, type Presence } from './presence-table.ts'
import { reconcile } from './reconcile.ts'
import { BLANK_TASK, FIELDS } from './task.ts'

const REST = {
  state: 'ok',
  reason: null,
  reads: [],
  writes: [],
  agreed: [],
  conflicts: [],
  abandon: null,
  decrees: [],
  occurrences: null,
}

/** The same view with left and right exchanged. */
function mirrored<T>(given: Partial<Record<Side, T>>, at: Side): Partial<Record<Side, T>> {
  if (at === 'left') return given
  return Object.fromEntries(SIDES.flatMap((side) => (given[side] ? [[otherSide(side), given[side]]] : [])))
}

/** A pair whose `at` side is gone, and what is left on the other. */
const leftOver = (at: Side, left: SideView, given: Partial<PairView> = {}) =>
  pairView({ ...mirrored<SideView>({ left: GONE, right: left }, at), ...given })

const rules = (deletes: (typeof DELETE_RULES)[number]) =>
  policy({ deletes: { left: deletes, right: deletes } })

it('a task that is gone with its whole project is unlinked, whatever the delete rule: it was one change', () => {
  const view = leftOver('right', present(), { policy: rules('propagate') })
  const withHome = { ...view, right: { presence: 'gone', withHome: true } } as const
  expect(reconcile(withHome)).toMatchObject({ memory: 'unlinked', reason: 'home-gone', writes: [] })
})

describe('each situation', () => {
  const SIDE: Readonly<Record<Presence, SideView>> = {
    none: NONE,
    present: present(),
    gone: GONE,
    unknown: UNKNOWN,
  }

  /** What is done, in a word, where both tasks are equal, confirmed, in scope and deletions are carried over. */
  const DONE: Readonly<Record<Memory, string>> = {
    new: `
      error  create  close   read
      create link    unlink  read
      close  unlink  close   read
      read   read    read    read`,
    linked: `
      error  error   error   error
      error  rest    delete  read
      error  delete  close   read
      error  read    read    read`,
    ending: `
      error  error   close   read
      error  link    delete  read
      close  delete  close   read
      read   read    read    read`,
    unlinked: `
      rest   rest    close   rest
      rest   rest    rest    rest
      close  rest    close   rest
      rest   rest    rest    rest`,
    closed: `
      rest   rest    rest    rest
      rest   rest    rest    rest
      rest   rest    rest    rest
      rest   rest    rest    rest`,
  }

  function inAWord({ memory, state, reads, writes }: Decision, before: Memory): string {
    if (state === 'error') return 'error'
    if (reads.length > 0) return 'read'
    if (writes[0] !== undefined) return writes[0].verb
    if (memory === before) return 'rest'
    return { new: 'new', linked: 'link', ending: 'ending', unlinked: 'unlink', closed: 'close' }[memory]
  }

  const cells = MEMORIES.flatMap((memory) => {
    const words = DONE[memory].trim().split(/\s+/u)
    return PRESENCES.flatMap((left, row) =>
      PRESENCES.map((right, column) => ({ memory, left, right, done: words[row * 4 + column] })),
    )
  })

  it.each(cells)('$memory, left $left, right $right: $done', ({ memory, left, right, done }) => {
    const decision = reconcile(
      pairView({ memory, left: SIDE[left], right: SIDE[right], policy: rules('propagate') }),
    )
    expect(inAWord(decision, memory)).toBe(done)
  })

  it('that is not known on both sides asks for both', () => {
    expect(reconcile(pairView({ left: UNKNOWN, right: UNKNOWN })).reads).toEqual(['left', 'right'])
    expect(reconcile(pairView({ left: UNKNOWN })).reads).toEqual(['left'])
  })
})

describe('a task on one side', () => {
  it('is made on the other, with the fields that may go there', () => {
    const left = present({ title: 'Call Tom', notes: 'Gate code 12', priority: 1, completed: false })
    const decision = reconcile(
      pairView({
        memory: 'new',
        base: { left: {}, right: {} },
        left,
        right: NONE,
        rules: {
          left: { ...EXACT, needsPerson: true, guardsWrites: false },
          right: {
            ...EXACT,
            modes: modes({ notes: 'none', priority: 'readOnly', assignee: 'createOnly' }),
            needsPerson: false,
            guardsWrites: false,
          },
        },
        policy: policy({ fields: { labels: 'toLeft' } }),
      }),
    )
    const fields = FIELDS.filter((field) => !['notes', 'priority', 'labels'].includes(field))
    expect(decision).toMatchObject({
      memory: 'new',
      writes: [{ side: 'right', verb: 'create', cause: 'new-task' }],
    })
    expect(Object.keys(decision.writes[0]?.fields ?? {})).toEqual(fields)
    expect(decision.writes[0]?.fields).toMatchObject({ title: 'Call Tom', assignee: null })
    // What is left out is known of the source all the same, so that a blank there is no edit.
    const known = FIELDS.filter((field) => field !== 'notes')
    expect(Object.keys(decision.writes[0]?.sources ?? {})).toEqual(known)
    expect(decision.writes[0]?.sources).toMatchObject({ ...decision.writes[0]?.fields, priority: 1 })
  })

  it('is made with its title, whichever way titles flow, and made open', () => {
    const view = pairView({
      memory: 'new',
      reason: 'deleted-there',
      left: present({ completed: true }),
      right: NONE,
      policy: policy({ fields: { title: 'off' } }),
    })
    expect(reconcile(view).writes).toMatchObject([
      { side: 'right', fields: { title: 'Call Tom', completed: false }, cause: 'edit-beats-delete' },
    ])
  })

  it('gets the zone of the route with a time that has none', () => {
    const due = { kind: 'fixed', at: '2027-01-04T20:30:00Z', zone: null } as const
    const decision = reconcile(pairView({ memory: 'new', left: present({ due }), right: NONE }))
    expect(decision.writes[0]?.fields.due).toEqual({ ...due, zone: 'America/New_York' })
    expect(decision.writes[0]?.sources.due).toEqual(due)
  })

  it.each([
    [
      'was completed before',
      { left: present({ completed: true }) },
      { state: 'ok', reason: 'completed-before-link' },
    ],
    ['must not go there', { policy: policy({ direction: 'toLeft' }) }, { state: 'ok', reason: 'direction' }],
    [
      'is not the business of the route',
      { left: present({}, { outside: 'out-of-scope' }) },
      { state: 'ok', reason: 'out-of-scope' },
    ],
  ] as const)('that %s is left alone', (_what, given, wanted) => {
    const decision = reconcile(pairView({ memory: 'new', left: present(), right: NONE, ...given }))
    expect(decision).toEqual({ ...REST, memory: 'new', ...wanted })
  })

  it('waits for its person where tasks belong to people', () => {
    const view = pairView({ memory: 'new', left: NONE, right: present(), hasPerson: false })
    expect(reconcile(view)).toEqual({ ...REST, memory: 'new', state: 'waiting', reason: 'needs-person' })
    expect(reconcile({ ...view, hasPerson: true }).writes).toMatchObject([{ side: 'left', verb: 'create' }])
  })

  it('needs no person where tasks belong to nobody', () => {
    const view = pairView({ memory: 'new', left: present(), right: NONE, hasPerson: false })
    expect(reconcile(view).writes).toMatchObject([{ side: 'right', verb: 'create' }])
  })

  it('that was deleted before it was made on the other is forgotten', () => {
    expect(reconcile(pairView({ memory: 'new', left: GONE, right: NONE }))).toEqual({
      ...REST,
      memory: 'closed',
    })
  })
})

describe('two tasks that were matched', () => {
  it('are linked: what is equal is agreed upon, what differs goes by the conflict rule', () => {
    const decision = reconcile(
      pairView({
        memory: 'new',
        base: { left: {}, right: {} },
        left: present({ title: 'L' }),
        right: present({ title: 'R' }),
        policy: policy({ conflicts: 'left' }),
      }),
    )
    expect(decision).toMatchObject({
      memory: 'linked',
      writes: [
        { side: 'right', verb: 'update', fields: { title: 'L' }, sources: { title: 'L' }, cause: 'change' },
      ],
      conflicts: [{ field: 'title', winner: 'left' }],
    })
    expect(decision.agreed).toEqual(FIELDS.filter((field) => field !== 'title'))
  })

  it('of which one is completed are linked too', () => {
    const decision = reconcile(
      pairView({ memory: 'new', base: { left: {}, right: {} }, right: present({ completed: true }) }),
    )
    expect(decision).toMatchObject({ memory: 'linked', conflicts: [{ field: 'completed' }] })
  })
})

describe('a change', () => {
  it('is written from a fresh look at the target, and from nothing else', () => {
    const stale = pairView({
      left: present({ title: 'L' }, { fresh: false }),
      right: present({}, { fresh: false }),
    })
    expect(reconcile(stale)).toEqual({ ...REST, memory: 'linked', reads: ['right'] })
    const looked = reconcile({ ...stale, right: present() })
    expect(looked).toMatchObject({
      reads: [],
      writes: [{ side: 'right', verb: 'update', fields: { title: 'L' } }],
    })
  })

  it('is written at once where the service itself writes over nothing that its user has typed meanwhile', () => {
    const stale = pairView({
      left: present({ title: 'L' }, { fresh: false }),
      right: present({}, { fresh: false }),
    })
    const guards = { ...stale.rules, right: { ...stale.rules.right, guardsWrites: true } }
    expect(reconcile({ ...stale, rules: guards })).toMatchObject({ reads: [], writes: [{ side: 'right' }] })
    const onlyLeft = { ...stale.rules, left: { ...stale.rules.left, guardsWrites: true } }
    expect(reconcile({ ...stale, rules: onlyLeft })).toMatchObject({ reads: ['right'], writes: [] })
  })

  it('of each side in another field makes one write for each', () => {
    const decision = reconcile(pairView({ left: present({ title: 'L' }), right: present({ priority: 1 }) }))
    expect(decision.writes).toMatchObject([
      { side: 'left', fields: { priority: 1 } },
      { side: 'right', fields: { title: 'L' } },
    ])
  })

  it('that a person must decide is a conflict, and nothing is written', () => {
    const decision = reconcile(
      pairView({
        left: present({ title: 'L' }),
        right: present({ title: 'R' }),
        policy: policy({ conflicts: 'manual' }),
      }),
    )
    expect(decision).toMatchObject({ state: 'conflict', writes: [], conflicts: [{ winner: null }] })
  })

  it('made equal on both sides needs no look and no write', () => {
    const decision = reconcile(
      pairView({
        left: present({ title: 'X' }, { fresh: false }),
        right: present({ title: 'X' }, { fresh: false }),
      }),
    )
    expect(decision).toEqual({ ...REST, memory: 'linked', agreed: ['title'] })
  })
})

describe.each(SIDES)('a task deleted on the %s', (at) => {
  const side = otherSide(at)

  it.each([
    ['propagate', { side, verb: 'delete', fields: {}, sources: {}, cause: 'deletion' }],
    [
      'complete',
      { side, verb: 'update', fields: { completed: true }, sources: { completed: true }, cause: 'deletion' },
    ],
  ] as const)('by rule %s ends the other', (deletes, write) => {
    const decision = reconcile(leftOver(at, present(), { policy: rules(deletes) }))
    expect(decision).toEqual({ ...REST, memory: 'ending', writes: [write] })
  })

  it('by rule unlink leaves the other as it is', () => {
    const decision = reconcile(
      leftOver(at, present({ title: 'Edited' }, { fresh: false }), { policy: rules('unlink') }),
    )
    expect(decision).toEqual({ ...REST, memory: 'unlinked', reason: 'deleted-there' })
  })

  it('goes by the rule of the side on which it was deleted', () => {
    const deletes = { left: 'unlink', right: 'unlink', [at]: 'propagate' } as const
    expect(reconcile(leftOver(at, present(), { policy: policy({ deletes }) })).writes).toHaveLength(1)
    const opposite = { left: 'propagate', right: 'propagate', [at]: 'unlink' } as const
    expect(reconcile(leftOver(at, present(), { policy: policy({ deletes: opposite }) })).writes).toEqual([])
  })

  it.each(['off', side === 'left' ? 'toRight' : 'toLeft'] as const)(
    'does not reach the other on a route that flows %s',
    (direction) => {
      const view = leftOver(at, present(), { policy: { ...rules('propagate'), direction } })
      expect(reconcile(view)).toEqual({ ...REST, memory: 'unlinked', reason: 'deleted-there' })
    },
  )

  it.each(['propagate', 'complete'] as const)('by rule %s is looked at once more first', (deletes) => {
    const decision = reconcile(leftOver(at, present({}, { fresh: false }), { policy: rules(deletes) }))
    expect(decision).toEqual({ ...REST, memory: 'linked', reads: [side] })
  })

  it.each(['propagate', 'complete'] as const)(
    'and edited on the other is made again, by rule %s',
    (deletes) => {
      const decision = reconcile(leftOver(at, present({ title: 'Edited' }), { policy: rules(deletes) }))
      expect(decision).toEqual({ ...REST, memory: 'new', reason: 'deleted-there', abandon: at })
      const next = reconcile({
        ...leftOver(at, present({ title: 'Edited' }), { policy: rules(deletes) }),
        ...mirrored<SideView>({ left: NONE }, at),
        memory: decision.memory,
        reason: decision.reason,
        base: { left: {}, right: {} },
      })
      expect(next.writes).toMatchObject([
        { side: at, verb: 'create', cause: 'edit-beats-delete', fields: { title: 'Edited' } },
      ])
    },
  )

  it('and edited on the other is only unlinked where it cannot be made again', () => {
    const noPerson = {
      hasPerson: false,
      rules: {
        left: { ...EXACT, needsPerson: true, guardsWrites: false },
        right: { ...EXACT, needsPerson: true, guardsWrites: false },
      },
    }
    const oneWay = {
      policy: { ...rules('propagate'), direction: at === 'left' ? 'toRight' : 'toLeft' },
    } as const
    for (const given of [{ policy: rules('propagate'), ...noPerson }, oneWay]) {
      expect(reconcile(leftOver(at, present({ title: 'Edited' }), given))).toEqual({
        ...REST,
        memory: 'unlinked',
        state: 'waiting',
        reason: 'deleted-there',
      })
    }
  })

  it('and completed on the other was not edited there', () => {
    const completed = present({ completed: true })
    expect(reconcile(leftOver(at, completed, { policy: rules('propagate') }))).toMatchObject({
      memory: 'ending',
      writes: [{ verb: 'delete' }],
    })
    expect(reconcile(leftOver(at, completed, { policy: rules('complete') }))).toEqual({
      ...REST,
      memory: 'closed',
    })
  })

  it('while the other was being ended is ended again, unless a person edited the other meanwhile', () => {
    const ending = { memory: 'ending', policy: rules('propagate') } as const
    expect(reconcile(leftOver(at, present(), ending)).writes).toMatchObject([{ side, verb: 'delete' }])
    expect(reconcile(leftOver(at, present({ title: 'Edited' }), ending))).toMatchObject({
      memory: 'new',
      abandon: at,
      writes: [],
    })
  })
})

describe('the scope', () => {
  const outside = present({}, { outside: 'out-of-scope' })

  it('left by a task of a pair unlinks it and deletes nothing, also when the other is gone', () => {
    const wanted = { ...REST, memory: 'unlinked', reason: 'out-of-scope' }
    expect(reconcile(pairView({ right: outside }))).toEqual(wanted)
    expect(reconcile(pairView({ left: GONE, right: outside, policy: rules('propagate') }))).toEqual(wanted)
  })

  it('left by a task that was about to be ended keeps it', () => {
    const left = present({}, { outside: 'no-sync' })
    const view = pairView({ memory: 'ending', left, right: GONE })
    expect(reconcile(view)).toMatchObject({ memory: 'unlinked', reason: 'no-sync', writes: [] })
  })

  it('entered again by both links the same pair with its base', () => {
    const view = pairView({ memory: 'unlinked', reason: 'out-of-scope', left: present({ title: 'L' }) })
    expect(reconcile(view)).toMatchObject({
      memory: 'linked',
      reason: null,
      writes: [{ side: 'right', fields: { title: 'L' } }],
    })
    expect(reconcile({ ...view, right: outside })).toEqual({
      ...REST,
      memory: 'unlinked',
      reason: 'out-of-scope',
    })
  })

  it('does not bring back what was unlinked for another reason', () => {
    const view = pairView({ memory: 'unlinked', reason: 'deleted-there', left: present({ title: 'L' }) })
    expect(reconcile(view)).toEqual({ ...REST, memory: 'unlinked', reason: 'deleted-there' })
  })
})

describe('any decision', () => {
  const always = (check: (view: PairView, decision: Decision) => void) =>
    fc.assert(
      fc.property(anyView, (view) => {
        check(view, reconcile(view))
      }),
      { numRuns: 200 },
    )

  it('is the same again for the same view', () => {
    always((view, decision) => expect(reconcile(structuredCloneView(view))).toEqual(decision))
  })

  it('deletes only where the other side is gone, and the look at the task is fresh', () => {
    always((view, { writes }) => {
      for (const { side } of writes.filter(({ verb }) => verb === 'delete')) {
        expect(view[otherSide(side)].presence).toBe('gone')
        expect(view[side]).toMatchObject({ presence: 'present', fresh: true })
        expect(['linked', 'ending']).toContain(view.memory)
      }
    })
  })

  it('edits only what was looked at in this attempt, or is looked at by the write itself, and makes only what is not there', () => {
    always((view, { writes }) => {
      for (const { side, verb } of writes) {
        if (verb === 'create') expect(view[side].presence).toBe('none')
        else if (verb === 'update' && view.rules[side].guardsWrites)
          expect(view[side]).toMatchObject({ presence: 'present' })
        else expect(view[side]).toMatchObject({ presence: 'present', fresh: true })
      }
    })
  })

  it('reads first and writes nothing while it does not know enough', () => {
    always((view, { reads, writes, agreed, conflicts }) => {
      if (reads.length > 0) expect([writes, agreed, conflicts]).toEqual([[], [], []])
      if (view.left.presence === 'unknown' || view.right.presence === 'unknown') expect(writes).toEqual([])
    })
  })

  it('touches nothing out of scope, and nothing of a pair that has ended', () => {
    always((view, { writes }) => {
      const outside = SIDES.some((side) => view[side].presence === 'present' && !scoped(view[side]))
      if ((outside && view.memory !== 'ending') || view.memory === 'closed') expect(writes).toEqual([])
    })
  })

  it('goes only where the route flows', () => {
    always((view, { writes }) => {
      const { direction } = view.policy
      for (const { side } of writes)
        expect(['both', side === 'left' ? 'toLeft' : 'toRight']).toContain(direction)
    })
  })
})

function scoped(side: SideView): boolean {
  return side.presence === 'present' && side.outside === null
}

/** The same view, built anew: nothing may depend on who holds it. */
function structuredCloneView(view: PairView): PairView {
  const copy = (side: SideView): SideView =>
    side.presence === 'present'
      ? { ...side, task: { ...BLANK_TASK, ...side.task }, doubted: new Set(side.doubted) }
      : { ...side }
  return { ...view, base: structuredClone(view.base), left: copy(view.left), right: copy(view.right) }
}
