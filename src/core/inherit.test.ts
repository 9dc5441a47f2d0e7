import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { task as anyTask } from '../../test/core/arbitraries.ts'
import { pairView, present } from '../../test/core/pair-view.ts'
import { EXACT, LOSSY, modes } from '../../test/core/rules.ts'
import { heldApart, inheritedBy, isCarried, mergeInherited } from './inherit.ts'
import { reconcile } from './reconcile.ts'
import { BLANK_TASK, type CanonicalTask, type FieldValues } from './task.ts'

/** A CRM that has neither notes nor labels nor types of its own, and a task app that has. */
const CRM = {
  ...LOSSY,
  modes: modes({ notes: 'none', labels: 'none', priority: 'none', recurrence: 'none', start: 'none' }),
  keep: ((field, value, context) =>
    field === 'type' && value !== 'Call'
      ? 'Follow Up'
      : LOSSY.keep(field, value, context)) as typeof LOSSY.keep,
}
const APP = { ...EXACT, modes: modes({ recurrence: 'readOnly', start: 'none' }) }
const given = { rules: { left: CRM, right: APP }, policy: { zone: 'UTC' } }
const task = (fields: Partial<CanonicalTask>): CanonicalTask => ({ ...BLANK_TASK, ...fields })
const held = (fields: Partial<CanonicalTask>) => heldApart(task(fields), given, 'right')
const merge = (
  before: FieldValues,
  now: FieldValues,
  here: Partial<CanonicalTask>,
  refused: 'notes'[] = [],
) => mergeInherited('right', { before, now, refused: new Set(refused) }, task(here), given)

describe('what a task holds that the CRM cannot', () => {
  it('is what has no field there, a repetition, and a type that is none there', () => {
    const recurrence = { text: 'every monday', language: 'en' }
    expect(
      held({ title: 'One', notes: 'n', labels: ['a'], priority: 2, recurrence, type: 'Research' }),
    ).toEqual({
      notes: 'n',
      labels: ['a'],
      priority: 2,
      recurrence,
      type: 'Research',
    })
    expect(held({ type: 'Call' })).toMatchObject({ type: null })
  })

  it('goes into the new task, a type only as long as the CRM shows what it makes of it', () => {
    const old = held({ notes: 'n', type: 'Research' })
    expect(inheritedBy('right', old, task({ type: 'Follow Up' }), given)).toMatchObject({
      notes: 'n',
      type: 'Research',
    })
    expect(inheritedBy('right', old, task({ type: 'Call' }), given)).not.toHaveProperty('type')
  })

  it('is in the write that makes it, beside what comes from the CRM', () => {
    const rules = {
      left: { ...CRM, needsPerson: true, guardsWrites: false },
      right: { ...APP, needsPerson: false, guardsWrites: false },
    }
    const left = present({ title: 'One', type: 'Follow Up' })
    const { writes } = reconcile(
      pairView({ memory: 'new', left, right: { presence: 'none' }, rules, inherited: held({ notes: 'n' }) }),
    )
    expect(writes).toMatchObject([{ verb: 'create', fields: { title: 'One', notes: 'n' } }])
    expect(writes[0]?.sources).not.toHaveProperty('notes')
  })
})

describe('what was typed into the old task since', () => {
  it.each([
    ['notes that only it has', { notes: 'a' }, { notes: 'b' }, { notes: 'a' }, { notes: 'b' }],
    ['notes below those of the new one', { notes: 'a' }, { notes: 'b' }, { notes: 'c' }, { notes: 'c\n\nb' }],
    [
      'labels as sets',
      { labels: ['a', 'b'] },
      { labels: ['a', 'c'] },
      { labels: ['b', 'd'] },
      { labels: ['c', 'd'] },
    ],
    ['a priority', { priority: null }, { priority: 1 }, { priority: null }, { priority: 1 }],
  ] as const)('is written: %s', (_, before, now, here, write) => {
    expect(merge(before as FieldValues, now as FieldValues, here as Partial<CanonicalTask>)).toEqual({
      write,
      arrived: {},
      conflicts: [],
    })
  })

  it.each([
    ['is there', { notes: 'a' }, { notes: 'b' }, { notes: 'b' }],
    ['is there with more', { notes: 'a' }, { notes: 'b' }, { notes: 'c\n\nb' }],
    ['was emptied, and the new one has words', { notes: 'a' }, { notes: '' }, { notes: 'c' }],
    ['comes by way of the CRM', { type: 'Research' }, { type: null }, { type: 'Call' }],
  ] as const)('has arrived where it %s', (_, before, now, here) => {
    expect(merge(before as FieldValues, now as FieldValues, here)).toEqual({
      write: {},
      arrived: now,
      conflicts: [],
    })
  })

  it('is noted where both were changed, or the service does not take it', () => {
    expect(merge({ priority: 1 }, { priority: 2 }, { priority: 3 })).toEqual({
      write: {},
      arrived: { priority: 2 },
      conflicts: [{ field: 'priority', base: { left: 1, right: 1 }, left: 2, right: 3, winner: 'right' }],
    })
    expect(merge({ notes: '' }, { notes: 'b' }, { notes: '' }, ['notes'])).toMatchObject({
      write: {},
      arrived: { notes: 'b' },
      conflicts: [{ field: 'notes', left: 'b' }],
    })
  })

  it('comes to rest once it is written, and nothing of the old one is lost', () => {
    fc.assert(
      fc.property(anyTask, anyTask, anyTask, (was, now, here) => {
        const [before, last] = [heldApart(was, given, 'right'), heldApart(now, given, 'right')]
        const first = mergeInherited('right', { before, now: last, refused: new Set() }, here, given)
        const written = { ...here, ...first.write } as CanonicalTask
        const carried = { ...before, ...first.arrived }
        const second = mergeInherited(
          'right',
          { before: carried, now: last, refused: new Set() },
          written,
          given,
        )
        expect(second.write).toEqual({})
        expect(isCarried(last, { ...carried, ...second.arrived })).toBe(true)
        const kept = [...first.conflicts, ...second.conflicts].map(({ field }) => field)
        if (last.notes !== before.notes && !kept.includes('notes'))
          expect(written.notes).toContain(last.notes)
        for (const label of (last.labels ?? []).filter((one) => !(before.labels ?? []).includes(one)))
          expect(written.labels).toContain(label)
      }),
    )
  })
})

it('what never came counts as blank', () => {
  expect(isCarried(held({}), {})).toBe(true)
  expect(isCarried(held({ notes: 'n' }), {})).toBe(false)
  expect(isCarried(held({ notes: 'n' }), held({ notes: 'n' }))).toBe(true)
})
