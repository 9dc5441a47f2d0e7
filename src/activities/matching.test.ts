import { describe, expect, it } from 'vitest'
import { routeContext } from '../../test/activities/route.ts'
import { remoteTask } from '../../test/core/remote-task.ts'
import { START } from '../../test/store/record.ts'
import { day, fixed, floating } from '../core/due.ts'
import type { RemoteTask } from '../core/observation.ts'
import { firstLook } from '../core/observe.ts'
import type { CanonicalTask } from '../core/task.ts'
import { matchCandidates, wordsFor } from './matching.ts'

const route = routeContext({ routeId: '1', left: '2', right: '3' })

const candidate = (remoteId: string, task: Partial<CanonicalTask> = {}, given: Partial<RemoteTask> = {}) => ({
  remoteId,
  row: firstLook(remoteTask(task, { person: 'p1', ...given }), START, START),
})

function match(left: ReturnType<typeof candidate>[], right: ReturnType<typeof candidate>[]) {
  const { links, questions } = matchCandidates(left, right, route)
  expect(questions).toEqual([])
  return Object.fromEntries(links)
}

describe('a task on each side', () => {
  it('is one by our marker, and not by that of another service', () => {
    const renamed = { title: 'Renamed' }
    const marked = (marker: string) => candidate('r1', renamed, { marker, person: null })
    expect(match([candidate('l1')], [marked('bare/task/l1')])).toEqual({ l1: 'r1' })
    expect(match([candidate('l1')], [marked('other/task/l1')])).toEqual({})
  })

  it('is one by its words where another route has marked it, unless a pair waits for it', () => {
    const marked = candidate('r1', {}, { marker: 'other/task/9' })
    expect(match([candidate('l1', {}, { marker: 'third/task/4' })], [marked])).toEqual({ l1: 'r1' })
    const awaited = { left: new Set<string>(), right: new Set(['r1']) }
    expect(matchCandidates([candidate('l1')], [marked], route, awaited).links.size).toBe(0)
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

  it('is one by the person that its words name, without these words', () => {
    const named = candidate('r1', { title: 'Call Tom person:p1' }, { person: null })
    expect(match([candidate('l1')], [named])).toEqual({ l1: 'r1' })
    const another = candidate('r1', { title: 'Call Tom person:p2' }, { person: 'p1' })
    expect(match([candidate('l1')], [another])).toEqual({})
  })

  it('is one when a side cannot hold the difference', () => {
    const left = candidate('l1', { due: fixed('2027-01-04T09:00:00Z', null) })
    const right = candidate('r1', { due: floating('2027-01-04T09:00'), priority: 1, notes: 'Gate code 12' })
    expect(match([left], [right])).toEqual({ l1: 'r1' })
    const long = 'x'.repeat(300)
    expect(
      match([candidate('l1', { title: long })], [candidate('r1', { title: long.slice(0, 255) })]),
    ).toEqual({
      l1: 'r1',
    })
  })
})

describe('a name in brackets', () => {
  const { sides } = route
  const naming = {
    ...route,
    sides: {
      ...sides,
      left: {
        ...sides.left,
        provider: {
          ...sides.left.provider,
          personHint: ({ title }: { readonly title: string }) =>
            title.endsWith(' [Tom]')
              ? { by: { name: 'Tom' }, title: title.replace(' [Tom]', ''), label: null }
              : null,
        },
      },
    },
  }
  const named = candidate('r1', { title: 'Call back [Tom]' }, { person: null })

  it('may be anybody’s until it is looked up, so it is asked about', () => {
    const { links, questions } = matchCandidates([candidate('l1', { title: 'Call back' })], [named], naming)
    expect(links.size).toBe(0)
    expect(questions).toEqual([{ left: 'l1', candidates: ['r1'] }])
  })

  it('is not taken for words that have done their work', () => {
    expect(wordsFor(naming, 'p1', named.row.seen.task)).toBeNull()
    const byId = remoteTask({ title: 'Call Tom person:p1' }).task
    expect(wordsFor(route, 'p1', byId)).toEqual({ id: 'p1' })
    expect(wordsFor(route, 'p2', byId)).toBeNull()
  })
})
