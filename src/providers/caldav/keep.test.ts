import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyTask, ONE } from '../../../test/contract/tasks.ts'
import { zone as anyZone } from '../../../test/core/arbitraries.ts'
import { joinDescription } from '../../core/description-block.ts'
import { type CanonicalTask, FIELDS, type FieldValues } from '../../core/task.ts'
import type { RemoteTask } from '../contract.ts'
import { capabilities } from './capabilities.ts'
import { type Change, changedIcs, createdIcs } from './encode.ts'
import { readIcs } from './ics.ts'
import { keep } from './keep.ts'
import { decode } from './mapping.ts'

const NOW = '2026-11-20T12:00:00Z'
/** But for the list, which the address of a resource tells. */
const written = FIELDS.filter((field) => field !== 'list' && capabilities.fields[field] === 'rw')

function change(fields: FieldValues, zone: string): Change {
  return { fields, marker: null, beside: null, zone, closing: 'key', now: NOW }
}

function shown(text: string): RemoteTask {
  const decoded = decode({ path: '/home/list/x.ics', etag: '"1"', text }, '/home/')
  if (decoded.kind !== 'task') throw new Error(`The resource is ${decoded.kind}`)
  return decoded.seen
}

function afterwards(text: string, fields: FieldValues, zone: string): string {
  const ics = readIcs(text)
  if (typeof ics === 'string') throw new Error(ics)
  return changedIcs(ics, change(fields, zone)) ?? text
}

/** A create that holds all of these. */
const created = (task: CanonicalTask, zone: string) =>
  createdIcs('x', change({ ...task, recurrence: null }, zone))

describe('keep', () => {
  it('is what a created task shows', () => {
    fc.assert(
      fc.property(anyTask, anyZone, (task, zone) => {
        const { task: seen } = shown(created(task, zone))
        for (const field of written)
          expect(keep(field, seen[field], { zone }), field).toEqual(keep(field, task[field], { zone }))
      }),
    )
  })

  it('is what a changed task shows, in the fields that were written and in those that were not', () => {
    fc.assert(
      fc.property(
        anyTask,
        anyTask,
        fc.subarray(written, { minLength: 1 }),
        anyZone,
        (before, next, fields, zone) => {
          const given = Object.fromEntries(fields.map((field) => [field, next[field]]))
          const { task: seen } = shown(afterwards(created(before, zone), given, zone))
          for (const field of written) {
            const wanted = fields.includes(field) ? next[field] : before[field]
            expect(keep(field, seen[field], { zone }), field).toEqual(keep(field, wanted, { zone }))
          }
        },
      ),
    )
  })

  it('of a label with a backslash at its end does not run into the next one', () => {
    const labels = ['\\', 'a', 'b\\', 'c', 'd']
    expect(shown(created({ ...ONE, labels }, 'UTC')).task.labels).toEqual(labels)
  })

  it('makes the same value the same text: what is there already is not written again', () => {
    fc.assert(
      fc.property(anyTask, anyZone, (task, zone) => {
        const text = created(task, zone)
        const given = Object.fromEntries(written.map((field) => [field, task[field]]))
        expect(afterwards(text, given, zone)).toBe(text)
      }),
    )
  })

  it('keeps an instant where a wall clock would be in doubt', () => {
    const twice = { kind: 'fixed', at: '2026-11-01T06:30:00Z', zone: 'America/New_York' } as const
    expect(keep('due', twice, { zone: 'UTC' })).toEqual({ ...twice, zone: null })
    const once = { ...twice, at: '2026-11-01T05:30:00Z' }
    expect(keep('due', once, { zone: 'UTC' })).toEqual(once)
  })

  it('takes the block that a user copied out of the notes', () => {
    const copied = joinDescription('mine', ['Tom'], 'x/task/1')
    expect(keep('notes', copied, { zone: 'UTC' })).toBe('mine\nTom')
    expect(keep('title', '\ufffe \n', { zone: 'UTC' })).toBe('(no title)')
    expect(keep('type', null, { zone: 'UTC' })).toBe('Follow Up')
    expect(keep('priority', 4, { zone: 'UTC' })).toBe(4)
    expect(ONE.priority).toBe(2)
  })
})
