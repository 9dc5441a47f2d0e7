import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { routeContext } from '../../test/activities/route.ts'
import { remoteTask } from '../../test/core/remote-task.ts'
import { START } from '../../test/store/record.ts'
import { day, fixed, floating } from '../core/due.ts'
import type { RemoteTask } from '../core/observation.ts'
import { firstLook } from '../core/observe.ts'
import type { CanonicalTask } from '../core/task.ts'
import { matchTasks } from './fill.ts'

const route = routeContext({ routeId: '1', left: '2', right: '3' })

const candidate = (remoteId: string, task: Partial<CanonicalTask> = {}, given: Partial<RemoteTask> = {}) => ({
  remoteId,
  row: firstLook(remoteTask(task, { person: 'p1', ...given }), START, START),
})

const match = (left: ReturnType<typeof candidate>[], right: ReturnType<typeof candidate>[]) =>
  Object.fromEntries(matchTasks(left, right, route))

describe('a task on each side', () => {
  it('is one by our marker, however different the two are', () => {
    const copy = candidate('r1', { title: 'Renamed' }, { marker: 'bare/task/l1', person: null })
    expect(match([candidate('l1'), candidate('l2', { title: 'Renamed' })], [copy])).toEqual({ l1: 'r1' })
  })

  it('is not one by a marker of another service, or of a task that is not there', () => {
    const foreign = candidate('r1', {}, { marker: 'other/task/l1' })
    const lost = candidate('r2', {}, { marker: 'bare/task/l9' })
    expect(match([candidate('l1')], [foreign, lost])).toEqual({})
  })

  it('of which two carry the marker belongs to the first of them', () => {
    const copies = ['r1', 'r2'].map((id) => candidate(id, {}, { marker: 'bare/task/l1' }))
    expect(match([candidate('l1')], copies)).toEqual({ l1: 'r1' })
  })

  it('is one by person, title and due', () => {
    const due = day('2027-01-04')
    expect(match([candidate('l1', { due })], [candidate('r1', { due })])).toEqual({ l1: 'r1' })
    expect(match([candidate('l1')], [candidate('r1')])).toEqual({ l1: 'r1' })
  })

  it.each([
    ['another title', { title: 'Call Ann' }, {}],
    ['another due', { due: day('2027-01-05') }, {}],
    ['no due', { due: null }, {}],
    ['another person', {}, { person: 'p2' }],
    ['no person', {}, { person: null }],
  ])('is not one with %s', (_what, task, given) => {
    const due = day('2027-01-04')
    expect(match([candidate('l1', { due })], [candidate('r1', { due, ...task }, given)])).toEqual({})
  })

  it('is not one when neither says whose it is', () => {
    const nobody = { person: null }
    expect(match([candidate('l1', {}, nobody)], [candidate('r1', {}, nobody)])).toEqual({})
  })

  it('is one by the person that its words name, without these words', () => {
    const named = candidate('r1', { title: 'Call Tom person:p1' }, { person: null })
    expect(match([candidate('l1')], [named])).toEqual({ l1: 'r1' })
    const another = candidate('r1', { title: 'Call Tom person:p2' }, { person: 'p1' })
    expect(match([candidate('l1')], [another])).toEqual({})
  })

  it('is one when the left cannot hold the difference', () => {
    const left = candidate('l1', { due: fixed('2027-01-04T09:00:00Z', null) })
    const right = candidate('r1', { due: floating('2027-01-04T09:00'), priority: 1, notes: 'Gate code 12' })
    expect(match([left], [right])).toEqual({ l1: 'r1' })
  })

  it('that could be two, on whichever side, is none', () => {
    expect(match([candidate('l1')], [candidate('r1'), candidate('r2')])).toEqual({})
    expect(match([candidate('l1'), candidate('l2')], [candidate('r1')])).toEqual({})
    expect(match([candidate('l1'), candidate('l2')], [candidate('r1'), candidate('r2')])).toEqual({})
  })

  it('that is matched by its marker leaves its twin to another', () => {
    const marked = candidate('r1', {}, { marker: 'bare/task/l1' })
    expect(match([candidate('l1'), candidate('l2')], [marked, candidate('r2')])).toEqual({
      l1: 'r1',
      l2: 'r2',
    })
  })
})

it('each task is in one match at most, in whatever order they come', () => {
  const some = (prefix: string) =>
    fc
      .array(
        fc.record({
          title: fc.constantFrom('Call Tom', 'Call Ann'),
          person: fc.constantFrom('p1', 'p2', null),
          marker: fc.constantFrom(null, null, 'bare/task/l0', 'bare/task/l1'),
        }),
        { maxLength: 6 },
      )
      .map((all) =>
        all.map(({ title, person, marker }, n) =>
          candidate(`${prefix}${n}`, { title }, { person, marker: prefix === 'r' ? marker : null }),
        ),
      )
  fc.assert(
    fc.property(some('l'), some('r'), (left, right) => {
      const matches = matchTasks(left, right, route)
      expect(new Set(matches.values()).size).toBe(matches.size)
      const unmarked = right.filter((one) => one.row.seen.marker === null)
      const plain = matchTasks(left, unmarked, route)
      expect(matchTasks([...left].reverse(), [...unmarked].reverse(), route)).toEqual(plain)
    }),
  )
})
