import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TASK_TYPES } from './task.ts'
import {
  flagsOf,
  foldLabel,
  keepLabels,
  OWNED_LABELS,
  readLabels,
  TYPE_LABELS,
  writeLabels,
} from './type-labels.ts'

const name = fc.oneof(
  fc.constantFrom(
    ...Object.values(TYPE_LABELS),
    ...OWNED_LABELS,
    'Call',
    'CRM',
    'vip',
    'VIP',
    'Müller',
    'a b',
  ),
  fc.string({ maxLength: 70, unit: 'grapheme' }),
)
/** What a task can hold: no name twice, whatever its case, and none empty. */
const raw = fc
  .array(name, { maxLength: 8 })
  .map((names) => names.filter((one) => foldLabel(one) !== ''))
  .map((names) =>
    names.filter((one, at) => names.findIndex((other) => foldLabel(other) === foldLabel(one)) === at),
  )
const type = fc.constantFrom(...TASK_TYPES)

describe('reading labels', () => {
  it('takes the first type label as the type and leaves every other to the user', () => {
    expect(readLabels(['vip', 'Email', 'crm', 'call'])).toEqual({ type: 'Email', labels: ['call', 'vip'] })
  })

  it('reads no type label as Follow Up', () => {
    expect(readLabels(['vip', 'No-Sync'])).toEqual({ type: 'Follow Up', labels: ['vip'] })
  })
})

describe('writing labels', () => {
  it('swaps the type label where it stands and leaves the rest alone', () => {
    expect(writeLabels(['crm', 'Call', 'VIP'], { type: 'Showing' })).toEqual(['crm', 'showing', 'VIP'])
  })

  it('writes Follow Up without a label', () => {
    expect(writeLabels(['VIP', 'call'], { type: 'Follow Up' })).toEqual(['VIP'])
    expect(writeLabels([], { type: null })).toEqual([])
  })

  it('writes Follow Up as a label when another type label would take its place', () => {
    expect(writeLabels(['call', 'email'], { type: 'Follow Up' })).toEqual(['follow-up', 'email'])
  })

  it('keeps owned labels and the spelling of those that stay', () => {
    expect(writeLabels(['needs-person', 'VIP', 'old'], { labels: ['vip', 'new'] })).toEqual([
      'needs-person',
      'VIP',
      'new',
    ])
  })

  it('shows what was written when read again, and changes nothing else', () => {
    fc.assert(
      fc.property(raw, fc.array(name, { maxLength: 6 }), type, (held, labels, next) => {
        const both = readLabels(writeLabels(held, { labels, type: next }))
        expect(both.type).toBe(next)
        expect(keepLabels(both.labels)).toEqual(keepLabels(labels))
        const typeOnly = readLabels(writeLabels(held, { type: next }))
        expect(typeOnly.type).toBe(next)
        expect(keepLabels(typeOnly.labels)).toEqual(keepLabels(readLabels(held).labels))
        const labelsOnly = readLabels(writeLabels(held, { labels }))
        expect(labelsOnly.type).toBe(readLabels(held).type)
        expect(keepLabels(labelsOnly.labels)).toEqual(keepLabels(labels))
      }),
    )
  })

  it('never drops or adds a label that Dealbridge owns', () => {
    const owned = (names: readonly string[]) => names.filter((one) => OWNED_LABELS.includes(foldLabel(one)))
    fc.assert(
      fc.property(raw, fc.array(name), fc.option(type), (held, labels, next) => {
        expect(owned(writeLabels(held, { labels, type: next }))).toEqual(owned(held))
      }),
    )
  })

  it('sets and takes away the flags that it is told to, and leaves every other label, its spelling and its place', () => {
    const flag = fc.subarray(['needs-person', 'sync-problem'])
    fc.assert(
      fc.property(raw, flag, flag, fc.option(type), (held, add, remove, next) => {
        const plain = writeLabels(held, { type: next })
        const written = writeLabels(held, { type: next, flags: { add, remove } })
        const others = (names: readonly string[]) =>
          names.filter((one) => !['needs-person', 'sync-problem'].includes(foldLabel(one)))
        expect(others(written)).toEqual(others(plain))
        const flags = flagsOf(written)
        for (const one of add) expect(flags).toContain(one)
        for (const one of remove) if (!add.includes(one)) expect(flags).not.toContain(one)
      }),
    )
    expect(writeLabels(['a', 'needs-person'], { flags: { add: ['needs-person'], remove: [] } })).toEqual([
      'a',
      'needs-person',
    ])
    expect(writeLabels(['a'], { flags: { add: ['mine'], remove: ['a'] } })).toEqual(['a'])
  })

  it('leaves a task alone that already shows what is wanted', () => {
    fc.assert(
      fc.property(raw, (held) => {
        expect(writeLabels(held, readLabels(held))).toEqual(held)
      }),
    )
  })
})

it('keepLabels is idempotent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', minLength: 55, maxLength: 65 }), { maxLength: 3 }),
      (labels) => {
        expect(keepLabels(keepLabels(labels))).toEqual(keepLabels(labels))
      },
    ),
  )
})
