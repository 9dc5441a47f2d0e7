import type { Mutant } from '../mutant.ts'

/** Whose task it is. */
export const PEOPLE: readonly Mutant[] = [
  {
    name: 'made-for-nobody',
    rule: 'A task for nobody in particular waits for its person.',
    invariants: ['I15'],
    file: 'src/core/reconcile.ts',
    find: "if (view.rules[side].needsPerson && !view.hasPerson) return skip('needs-person', 'waiting')",
    replace: '',
    tests: ['src/core/reconcile.test.ts'],
  },
  {
    name: 'ambiguous-task-made',
    rule: 'Where a task may have been made more than once, a person is asked.',
    invariants: ['I4', 'I15'],
    file: 'src/core/reconcile.ts',
    find: "if (waitsForAnswer(view)) return decide(view, { memory: 'new', state: 'waiting', reason: 'ambiguous' })",
    replace: '',
    tests: ['src/core/reconcile-first-sync.test.ts'],
  },
  {
    name: 'matched-by-a-guess',
    rule: 'A first sync links by words only where one task fits one.',
    invariants: ['I4', 'I15'],
    file: 'src/core/match.ts',
    find: 'if (group.certain && group.left.length === 1 && group.right.length === 1) links',
    replace: 'if (group.certain) links',
    tests: ['src/core/match.test.ts'],
  },
  {
    name: 'brackets-of-the-crm-hidden',
    rule: 'Words that a user of Follow Up Boss typed are none for us.',
    invariants: ['I1', 'I18'],
    file: 'src/activities/plan/person-words.ts',
    find: '!isLeftOver && (isMeant || wasAgreed(task.title, side, pair)) ?',
    replace: 'false ?',
    tests: ['src/activities/plan/person-words.test.ts'],
  },
]
