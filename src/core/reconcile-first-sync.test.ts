import { describe, expect, it } from 'vitest'
import { GONE, NONE, pairView, present, UNKNOWN } from '../../test/core/pair-view.ts'
import { EMPTY_BASE } from './base.ts'
import type { PairView } from './decision.ts'
import { day } from './due.ts'
import { reconcile } from './reconcile.ts'

const was = present().task

describe('a task that a first sync left as it was', () => {
  const known = (given: Partial<PairView> = {}) =>
    pairView({
      memory: 'unlinked',
      reason: 'known-before',
      base: EMPTY_BASE,
      known: was,
      left: present(),
      right: NONE,
      ...given,
    })

  it.each([
    ['as it was', present()],
    ['ticked off', present({ completed: true })],
    ['out of scope, and edited', present({ title: 'Other' }, { outside: 'out-of-scope' })],
    ['labelled as none of our business, and edited', present({ title: 'Other' }, { outside: 'no-sync' })],
    ['moved on by its repetition', present({ due: day('2027-01-04') }, { recurs: true })],
    ['not known', UNKNOWN],
  ])('rests when it is %s', (_what, left) => {
    expect(reconcile(known({ left }))).toMatchObject({
      memory: 'unlinked',
      state: 'ok',
      reason: 'known-before',
      writes: [],
      reads: [],
    })
  })

  it.each([
    ['title', { title: 'Other' }],
    ['due', { due: day('2027-01-04') }],
    ['notes, which the other side cannot hold', { notes: 'Gate code 12' }],
  ])('comes in by an edit of its %s', (_what, edit) => {
    const decision = reconcile(known({ left: present(edit) }))
    expect(decision).toMatchObject({ memory: 'new', writes: [{ side: 'right', verb: 'create' }] })
  })

  it('that is edited is treated as any new one', () => {
    const edited = present({ title: 'Other' })
    expect(reconcile(known({ left: NONE, right: edited, hasPerson: false }))).toMatchObject({
      memory: 'new',
      state: 'waiting',
      reason: 'needs-person',
    })
  })

  it('and of which nobody knows how it was rests', () => {
    expect(reconcile(known({ known: null, left: present({ title: 'Other' }) }))).toMatchObject({
      memory: 'unlinked',
      writes: [],
    })
  })

  it('that is deleted is over', () => {
    expect(reconcile(known({ left: GONE })).memory).toBe('closed')
  })
})

describe('a task that could be several', () => {
  const asked = (given: Partial<PairView> = {}) =>
    pairView({ memory: 'new', reason: 'ambiguous', base: EMPTY_BASE, right: NONE, ...given })

  it.each([
    ['as it was', present()],
    ['edited', present({ title: 'Other' })],
    ['ticked off', present({ completed: true })],
    ['out of scope', present({}, { outside: 'out-of-scope' })],
    ['repeating', present({}, { recurs: true })],
    ['not known', UNKNOWN],
  ])('waits for an answer when it is %s', (_what, left) => {
    expect(reconcile(asked({ left }))).toMatchObject({
      memory: 'new',
      state: 'waiting',
      reason: 'ambiguous',
      writes: [],
      reads: [],
    })
  })

  it('waits no more when it is deleted, or has found its other side', () => {
    expect(reconcile(asked({ left: GONE })).memory).toBe('closed')
    expect(reconcile(asked({ right: present() })).memory).toBe('linked')
  })
})
