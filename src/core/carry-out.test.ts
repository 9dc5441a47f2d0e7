import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GONE, NONE, pairView, present, UNKNOWN } from '../../test/core/pair-view.ts'
import { EXACT, modes, policy } from '../../test/core/rules.ts'
import type { Decree } from './decree.ts'
import { reconcile } from './reconcile.ts'

const MADE = { title: 'Call Tom' }
const remove: Decree = { kind: 'remove', side: 'right', after: MADE }
const remake = { kind: 'remake', side: 'right', fields: MADE, own: {} } as const

describe('a task that we made and are to take away', () => {
  it('is deleted from a fresh look, and its pair unlinked when it is gone', () => {
    const stale = pairView({ decrees: [remove], right: present({}, { fresh: false }) })
    expect(reconcile(stale)).toMatchObject({ reads: ['right'], writes: [] })
    expect(reconcile(pairView({ decrees: [remove] }))).toMatchObject({
      memory: 'linked',
      writes: [{ side: 'right', verb: 'delete', cause: 'undo' }],
      decrees: [remove],
    })
    expect(reconcile(pairView({ decrees: [remove], right: GONE }))).toMatchObject({
      memory: 'unlinked',
      reason: 'undone',
      writes: [],
      decrees: [],
    })
  })

  it('stays when somebody has edited it since, and the edit is carried on', () => {
    const edited = present({ title: 'Call Tom twice' })
    expect(reconcile(pairView({ decrees: [remove], right: edited }))).toMatchObject({
      memory: 'linked',
      writes: [{ side: 'left', fields: { title: 'Call Tom twice' } }],
      conflicts: [{ field: 'title', winner: 'right' }],
      decrees: [],
    })
  })

  it('goes with its other task, where we made both, and with neither once one is edited', () => {
    const both: Decree[] = [remove, { ...remove, side: 'left' }]
    expect(reconcile(pairView({ decrees: both }))).toMatchObject({
      memory: 'linked',
      writes: [
        { side: 'right', verb: 'delete' },
        { side: 'left', verb: 'delete' },
      ],
      decrees: both,
    })
    const stale = pairView({ decrees: both, left: present({}, { fresh: false }) })
    expect(reconcile(stale)).toMatchObject({ reads: ['left'], writes: [], decrees: both })
    expect(reconcile(pairView({ decrees: both, right: GONE }))).toMatchObject({
      memory: 'linked',
      writes: [{ side: 'left', verb: 'delete' }],
      decrees: both,
    })
    expect(reconcile(pairView({ decrees: both, right: GONE, left: GONE }))).toMatchObject({
      memory: 'unlinked',
      reason: 'undone',
      decrees: [],
    })
    const edited = present({ title: 'Call Tom twice' })
    expect(reconcile(pairView({ decrees: both, left: edited }))).toMatchObject({
      writes: [{ side: 'right', verb: 'update', fields: { title: 'Call Tom twice' } }],
      conflicts: [{ field: 'title', winner: 'left' }],
      decrees: [],
    })
  })

  it('waits while it cannot be seen, and while what it shows is doubted', () => {
    expect(reconcile(pairView({ decrees: [remove], right: UNKNOWN }))).toMatchObject({
      reads: ['right'],
      writes: [],
      decrees: [remove],
    })
    const doubted = present({ title: 'Call Tom twice' }, { doubted: new Set(['title'] as const) })
    expect(reconcile(pairView({ decrees: [remove], right: doubted }))).toMatchObject({
      writes: [],
      decrees: [remove],
    })
  })
})

describe('a deleted task that is to be made anew', () => {
  it('is made from what it was, though nothing is on either side', () => {
    const view = pairView({ memory: 'new', decrees: [remake], left: NONE, right: NONE })
    expect(reconcile(view)).toMatchObject({
      memory: 'new',
      writes: [{ side: 'right', verb: 'create', fields: MADE, sources: {}, cause: 'undo' }],
      decrees: [remake],
    })
  })

  it('gives the other side its task, with what only that has a field for, and is over when both are there', () => {
    const right = { ...EXACT, modes: modes({ notes: 'none' }), needsPerson: false, guardsWrites: false }
    const view = pairView({
      memory: 'new',
      decrees: [{ ...remake, own: { notes: 'Gate code 12' } }],
      left: NONE,
      right: present(),
      rules: { left: { ...EXACT, needsPerson: true, guardsWrites: false }, right },
    })
    expect(reconcile(view)).toMatchObject({
      writes: [{ side: 'left', verb: 'create', fields: { ...MADE, notes: 'Gate code 12' }, cause: 'undo' }],
      decrees: view.decrees,
    })
    expect(reconcile({ ...view, memory: 'linked', left: present() })).toMatchObject({
      writes: [],
      decrees: [],
    })
  })

  it('is not made a second time when a person deletes it before the other side has its own', () => {
    const view = pairView({ memory: 'new', decrees: [remake], left: NONE, right: GONE })
    expect(reconcile(view)).toMatchObject({ memory: 'closed', writes: [], decrees: [] })
  })

  it('waits for a person where tasks belong to people', () => {
    const onTheLeft: Decree = { ...remake, side: 'left' }
    const view = pairView({ memory: 'new', decrees: [onTheLeft], left: NONE, right: NONE, hasPerson: false })
    expect(reconcile(view)).toMatchObject({ state: 'waiting', reason: 'needs-person', writes: [] })
  })
})

describe('a task of a checklist', () => {
  const stamp: Decree = { kind: 'stamp', side: 'right', fields: { ...MADE, notes: 'Gate code 12' } }
  const view = pairView({ memory: 'new', decrees: [stamp], left: NONE, right: NONE })

  it('is made on its side, with what that has a field for, and then on the other as any other', () => {
    const right = { ...EXACT, modes: modes({ notes: 'none' }), needsPerson: false, guardsWrites: false }
    expect(reconcile({ ...view, rules: { ...view.rules, right } }).writes).toEqual([
      { side: 'right', verb: 'create', fields: MADE, sources: {}, cause: 'checklist' },
    ])
    const made = reconcile({ ...view, right: present() })
    expect(made).toMatchObject({ memory: 'new', writes: [{ side: 'left', cause: 'new-task' }], decrees: [] })
    expect(reconcile({ ...view, right: GONE })).toMatchObject({ memory: 'closed', writes: [], decrees: [] })
    expect(reconcile({ ...view, right: UNKNOWN })).toMatchObject({ writes: [], decrees: [] })
  })

  it('is made on no side, whatever comes later, once one was there', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(NONE, GONE, UNKNOWN, present()),
        anyFound,
        fc.boolean(),
        (left, right, at) => {
          const given = at ? { left, right } : { left: right, right: left }
          const { writes, decrees } = reconcile({ ...view, ...given })
          expect(writes.some(({ cause }) => cause === 'checklist')).toBe(false)
          expect(decrees).toEqual([])
        },
      ),
    )
  })

  it('waits where the route writes nothing there, and for a person where it was refused; given up it is over', () => {
    const oneWay = { ...view, policy: policy({ direction: 'toLeft' }) }
    expect(reconcile(oneWay)).toMatchObject({
      state: 'ok',
      reason: 'direction',
      writes: [],
      decrees: [stamp],
    })
    expect(reconcile({ ...view, reason: 'refused' })).toMatchObject({
      state: 'error',
      reason: 'refused',
      writes: [],
      decrees: [stamp],
    })
    expect(reconcile({ ...view, reason: 'discarded' })).toMatchObject({ memory: 'closed', writes: [] })
    const onTheLeft: Decree = { ...stamp, side: 'left' }
    expect(reconcile({ ...view, decrees: [onTheLeft], hasPerson: false })).toMatchObject({
      state: 'waiting',
      reason: 'needs-person',
      writes: [],
    })
  })
})

const anyFound = fc.constantFrom(GONE, UNKNOWN, present())

it('a pair that is not kept in step keeps no decree', () => {
  const field: Decree = {
    kind: 'field',
    field: 'title',
    left: 'D',
    right: 'D',
    expects: { left: 'Call Tom', right: 'Call Tom' },
    cause: 'undo',
  }
  const view = pairView({ decrees: [field], left: present({}, { outside: 'no-sync' }) })
  expect(reconcile(view)).toMatchObject({ memory: 'unlinked', reason: 'no-sync', decrees: [] })
})
