import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ChangeCounter, Collection } from './state-collection.ts'

type Thing = { id: string; value: number }

it('gives each reader what changed since its own number, however often the log was compacted', () => {
  const writes = fc.array(
    fc.record({ id: fc.integer({ min: 0, max: 5 }), waitMs: fc.constantFrom(0, 700_000) }),
    {
      minLength: 1,
      maxLength: 3000,
      size: 'max',
    },
  )
  fc.assert(
    fc.property(writes, fc.double({ min: 0, max: 1, noNaN: true }), (steps, where) => {
      let clock = 0
      const counter = new ChangeCounter(() => clock)
      const things = new Collection<Thing>(counter)
      const cut = Math.floor(where * steps.length)
      const expected = new Map<string, Thing>()
      for (const [index, step] of steps.entries()) {
        clock += step.waitMs
        const thing = things.put({ id: `${step.id}`, value: index })
        if (index >= cut) {
          expected.delete(thing.id)
          expected.set(thing.id, thing)
        }
      }
      expect(things.changed(cut)).toEqual([...expected.values()])
    }),
    { numRuns: 25 },
  )
})

it('knows what a lagging reader sees', () => {
  let clock = 1000
  const counter = new ChangeCounter(() => clock)
  const things = new Collection<Thing>(counter)
  things.put({ id: 'a', value: 1 })
  clock += 1000
  things.put({ id: 'a', value: 2 })
  things.put({ id: 'b', value: 3 })
  const before = counter.seqBefore(500)
  expect(things.getAt('a', before)).toEqual({ id: 'a', value: 1 })
  expect(things.getAt('b', before)).toBeUndefined()
  expect([...things.values(before)]).toHaveLength(1)
  expect(things.changed(0, before)).toEqual([{ id: 'a', value: 1 }])
  expect(things.changed(before)).toHaveLength(2)
  expect(counter.seqBefore(5000)).toBe(0)
  counter.settle()
  expect(counter.seqBefore(5000)).toBe(3)
})

it('changes silently without a row in deltas', () => {
  const things = new Collection<Thing>(new ChangeCounter(() => 0))
  things.put({ id: 'a', value: 1 })
  things.putSilently({ id: 'a', value: 2 })
  expect(things.changed(1)).toEqual([])
  expect(things.get('a')?.value).toBe(2)
})
