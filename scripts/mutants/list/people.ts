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
    find: "if (view.reason === 'ambiguous') return skip('ambiguous', 'waiting')",
    replace: '',
    tests: ['src/core/set-apart.test.ts'],
  },
]
