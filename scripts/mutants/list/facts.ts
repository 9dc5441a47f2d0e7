import type { Mutant } from '../mutant.ts'

/** What a task tells of its person, its deal and its property. */
export const FACTS: readonly Mutant[] = [
  {
    name: 'block-put-back',
    rule: 'A block that a user has changed or removed is no reason to write it.',
    invariants: ['I1', 'I18'],
    file: 'src/activities/plan/facts-told.ts',
    find: '(pair.told.block ?? digestOf(pair.block))',
    replace: 'digestOf(members.find((one) => one.side === side)?.row.seen.block ?? [])',
    tests: ['src/activities/plan/facts-told.test.ts'],
  },
  {
    name: 'facts-over-an-old-look',
    rule: 'What stands beside the fields is written over a look from this attempt, as they are.',
    invariants: ['I1'],
    file: 'src/activities/plan/facts-told.ts',
    find: 'planned === undefined && target.row.askedAt < clock.since',
    replace: 'planned === undefined && clock.since < target.row.askedAt',
    tests: ['src/activities/plan/facts-told.test.ts'],
  },
  {
    name: 'users-label-taken-away',
    rule: 'A label that its user gave a task stays, also one of a name that a table has.',
    invariants: ['I18'],
    file: 'src/core/table-labels.ts',
    find: 'return wanted.map(foldLabel).filter((name) => ours.includes(name) || !there.includes(name))',
    replace: 'void there\n  return wanted.map(foldLabel)',
    tests: ['src/core/table-labels.test.ts'],
  },
  {
    name: 'property-guessed',
    rule: 'Of two properties that fit a deal alike none is taken.',
    invariants: ['I15'],
    file: 'src/core/property-match.ts',
    find: 'return only === undefined || more.length > 0 ? null : only.row',
    replace: 'void more\n  return only?.row ?? null',
    tests: ['src/core/property-match.test.ts'],
  },
  {
    name: 'property-in-another-city',
    rule: 'A property in another city is not that of a deal.',
    invariants: ['I15'],
    file: 'src/core/property-match.ts',
    find: "return one === '' || other === '' || one === other",
    replace: 'void one\n  void other\n  return true',
    tests: ['src/core/property-match.test.ts'],
  },
]
