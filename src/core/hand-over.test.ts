import { describe, expect, it } from 'vitest'
import { GONE, NONE, pairView, present, UNKNOWN } from '../../test/core/pair-view.ts'
import type { PairView } from './decision.ts'
import { reconcile } from './reconcile.ts'

const ONE = present({ title: 'One' }).task
/** The left task lies in a list of another route. */
const moved = (given: Parameters<typeof present>[1] = {}) =>
  present({ title: 'One' }, { outside: 'handed-over', ...given })
const view = (given: Partial<PairView> = {}) =>
  pairView({
    base: { left: ONE, right: ONE },
    left: moved(),
    right: present({ title: 'One' }),
    ...given,
  })

describe('a task that was moved into a list of another route', () => {
  it('stays in step here until it was taken over', () => {
    expect(reconcile(view())).toMatchObject({ memory: 'linked', writes: [] })
    expect(reconcile(view({ left: moved({ task: { ...ONE, title: 'Two' } }) }))).toMatchObject({
      memory: 'linked',
      writes: [{ side: 'right', verb: 'update', fields: { title: 'Two' } }],
    })
  })

  it('makes room when it was, on a fresh look', () => {
    const left = moved({ takenOver: true })
    const stale = present({ title: 'One' }, { fresh: false })
    expect(reconcile(view({ left, right: stale }))).toMatchObject({ reads: ['right'], writes: [] })
    const unsure = moved({ takenOver: true, fresh: false })
    expect(reconcile(view({ left: unsure }))).toMatchObject({ reads: ['left'], writes: [] })
    expect(reconcile(view({ left }))).toMatchObject({
      memory: 'unlinked',
      reason: 'handed-over',
      writes: [{ side: 'right', verb: 'delete', cause: 'hand-over' }],
    })
  })

  it('takes along what was typed into the old one meanwhile', () => {
    const right = present({ title: 'Two' })
    expect(reconcile(view({ left: moved({ takenOver: true }), right }))).toMatchObject({
      memory: 'linked',
      writes: [{ side: 'left', verb: 'update', fields: { title: 'Two' } }],
    })
  })

  it('is not deleted because the old one is gone', () => {
    const left = moved({ takenOver: true })
    expect(reconcile(view({ left, right: GONE }))).toMatchObject({
      memory: 'unlinked',
      reason: 'handed-over',
      writes: [],
    })
    expect(reconcile(view({ memory: 'unlinked', reason: 'handed-over', left, right: GONE }))).toMatchObject({
      memory: 'unlinked',
      writes: [],
    })
  })

  it('is no task of this route before it was linked here', () => {
    expect(reconcile(view({ memory: 'new', right: NONE }))).toMatchObject({ memory: 'new', writes: [] })
  })

  it('waits while nobody knows of the old one', () => {
    expect(reconcile(view({ left: moved({ takenOver: true }), right: UNKNOWN })).writes).toEqual([])
  })
})

describe('one that is moved back', () => {
  const handed = { memory: 'unlinked', reason: 'handed-over', left: present({ title: 'One' }) } as const

  it('is linked again where the old one is still there', () => {
    expect(reconcile(view(handed))).toMatchObject({ memory: 'linked', writes: [] })
  })

  it('is made anew where it is gone, and never deleted', () => {
    expect(reconcile(view({ ...handed, right: GONE }))).toMatchObject({
      memory: 'new',
      abandon: 'right',
      writes: [],
    })
  })
})

describe('one that is assigned to somebody for whom no route is', () => {
  const away = present({ title: 'One' }, { outside: 'reassigned' })

  it('is left in the task app, and never deleted', () => {
    expect(reconcile(view({ left: away }))).toMatchObject({
      memory: 'unlinked',
      reason: 'reassigned',
      writes: [],
    })
    expect(reconcile(view({ memory: 'new', left: away, right: NONE }))).toMatchObject({
      memory: 'new',
      reason: 'reassigned',
      writes: [],
    })
  })

  const left = { memory: 'unlinked', reason: 'reassigned' } as const

  it.each([
    ['edited', present({ title: 'Two' })],
    ['completed', present({ title: 'One', completed: true })],
    ['deleted', GONE],
  ])('and there it may be %s', (_, right) => {
    expect(reconcile(view({ ...left, left: away, right }))).toMatchObject({ memory: 'unlinked', writes: [] })
    const handed = moved({ takenOver: true })
    expect(reconcile(view({ ...left, left: handed, right }))).toMatchObject({
      memory: 'unlinked',
      writes: [],
    })
  })

  it('is linked again when it is assigned back', () => {
    expect(reconcile(view({ ...left, left: present({ title: 'One' }) }))).toMatchObject({
      memory: 'linked',
      writes: [],
    })
  })

  it.each([
    ['completed', present({ title: 'One', completed: true })],
    ['deleted', GONE],
  ])('is made anew where its task was %s, and is not completed by that', (_, right) => {
    expect(reconcile(view({ ...left, left: present({ title: 'One' }), right }))).toMatchObject({
      memory: 'new',
      abandon: 'right',
      writes: [],
    })
  })

  it('is as it was where both were completed', () => {
    const done = present({ title: 'One', completed: true })
    expect(reconcile(view({ ...left, left: done, right: done })).abandon).toBeNull()
  })
})
