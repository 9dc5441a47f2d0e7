import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MatchTask, matchTasks } from './match.ts'

const task = (id: string, given: Partial<MatchTask> = {}): MatchTask => ({
  id,
  likeness: 'Call Tom',
  person: { id: 'p1' },
  copies: null,
  awaited: false,
  ...given,
})
const copyOf = (id: string, left: string, given: Partial<MatchTask> = {}) =>
  task(id, { copies: left, ...given })
const asked = { person: 'asked' as const }

function match(left: MatchTask[], right: MatchTask[]) {
  const { links, questions } = matchTasks(left, right)
  return { links: Object.fromEntries(links), questions }
}

describe('a task on each side', () => {
  it('is one by our marker, however different the two are', () => {
    const copy = copyOf('r1', 'l1', { likeness: 'Renamed', person: null })
    expect(match([task('l1'), task('l2', { likeness: 'Renamed' })], [copy])).toEqual({
      links: { l1: 'r1' },
      questions: [],
    })
  })

  it('of which two carry the marker belongs to the first of them', () => {
    expect(match([task('l1')], [copyOf('r1', 'l1'), copyOf('r2', 'l1')]).links).toEqual({ l1: 'r1' })
  })

  it('is one by its words where its marker names what is not there', () => {
    expect(match([task('l1')], [copyOf('r1', 'l9')]).links).toEqual({ l1: 'r1' })
    expect(match([copyOf('l1', 'r9')], [copyOf('r1', 'l9')]).links).toEqual({ l1: 'r1' })
  })

  it('is none by its words where its marker names a task that waits for it', () => {
    const [left, right] = [task('l1'), copyOf('r1', 'l9', { awaited: true })]
    expect(match([left], [right])).toEqual({ links: {}, questions: [] })
    expect(match([{ ...left, awaited: true }], [task('r1')])).toEqual({ links: {}, questions: [] })
  })

  it('is one by words and person where one fits one', () => {
    expect(match([task('l1')], [task('r1')])).toEqual({ links: { l1: 'r1' }, questions: [] })
  })

  it('that is matched by its marker leaves its twin to another', () => {
    expect(match([task('l1'), task('l2')], [copyOf('r1', 'l1'), task('r2')]).links).toEqual({
      l1: 'r1',
      l2: 'r2',
    })
  })

  it.each([
    ['other words', { likeness: 'Call Ann' }],
    ['another person', { person: { id: 'p2' } }],
    ['nobody named', { person: null }],
  ])('is none with %s', (_what, given) => {
    expect(match([task('l1')], [task('r1', given)])).toEqual({ links: {}, questions: [] })
  })

  it('is none where neither says whose it is', () => {
    expect(match([task('l1', { person: null })], [task('r1', { person: null })])).toEqual({
      links: {},
      questions: [],
    })
  })
})

describe('tasks that could be several', () => {
  it.each([
    ['one of two', ['l1'], ['r1', 'r2']],
    ['two of one', ['l1', 'l2'], ['r1']],
    ['two of two', ['l1', 'l2'], ['r1', 'r2']],
  ])('are asked about, %s, and linked nowhere', (_what, left, right) => {
    expect(
      match(
        left.map((id) => task(id)),
        right.map((id) => task(id)),
      ),
    ).toEqual({
      links: {},
      questions: left.map((id) => ({ left: id, candidates: right })),
    })
  })

  it('are only those of the same person', () => {
    const left = [task('l1'), task('l2'), task('l3', { person: { id: 'p2' } })]
    const right = [task('r1'), task('r2', { person: { id: 'p2' } })]
    expect(match(left, right)).toEqual({
      links: { l3: 'r2' },
      questions: [
        { left: 'l1', candidates: ['r1'] },
        { left: 'l2', candidates: ['r1'] },
      ],
    })
  })

  it('may be one whose person is only named, and has not been looked up', () => {
    expect(match([task('l1')], [task('r1', asked)])).toEqual({
      links: {},
      questions: [{ left: 'l1', candidates: ['r1'] }],
    })
    expect(
      match([task('l1'), task('l2', { person: { id: 'p2' } })], [task('r1'), task('r2', asked)]),
    ).toEqual({
      links: {},
      questions: [
        { left: 'l1', candidates: ['r1', 'r2'] },
        { left: 'l2', candidates: ['r2'] },
      ],
    })
  })
})

it('no task is in two links, nor in a link and a question, and the order does not matter', () => {
  const some = (prefix: string) =>
    fc
      .array(
        fc.record({
          likeness: fc.constantFrom('a', 'b'),
          person: fc.constantFrom({ id: 'p1' }, { id: 'p2' }, null, 'asked' as const),
          copies: fc.constantFrom(null, null, 'l0', 'l1'),
        }),
        { maxLength: 6 },
      )
      .map((all) =>
        all.map((given, n) => {
          const copies = prefix === 'r' ? given.copies : null
          const person = prefix === 'l' && given.person === 'asked' ? null : given.person
          return task(`${prefix}${n}`, { ...given, person, copies })
        }),
      )
  const sorted = ({ links, questions }: ReturnType<typeof matchTasks>) => ({
    links: [...links].sort(),
    questions: questions
      .map(({ left, candidates }) => ({ left, candidates: [...candidates].sort() }))
      .sort((a, b) => a.left.localeCompare(b.left)),
  })
  fc.assert(
    fc.property(some('l'), some('r'), (left, right) => {
      const { links, questions } = matchTasks(left, right)
      expect(new Set(links.values()).size).toBe(links.size)
      for (const question of questions) {
        expect(links.has(question.left)).toBe(false)
        expect(question.candidates).not.toEqual([])
        for (const id of question.candidates) expect([...links.values()]).not.toContain(id)
      }
      const plain = right.filter((one) => one.copies === null)
      expect(sorted(matchTasks([...left].reverse(), [...plain].reverse()))).toEqual(
        sorted(matchTasks(left, plain)),
      )
    }),
  )
})
