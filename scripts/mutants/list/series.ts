import type { Mutant } from '../mutant.ts'

/** Tasks that repeat. */
export const SERIES: readonly Mutant[] = [
  {
    name: 'occurrence-closed-twice',
    rule: 'An occurrence whose closing was sent is not closed again when the series has moved on.',
    invariants: ['D1', 'I5'],
    file: 'src/core/confirm.ts',
    find: "    (field === 'completed' && closesOccurrence(op, now))",
    replace: "    (field === 'completed' && now.task.completed)",
    tests: ['src/core/occurrence.test.ts'],
  },
  {
    name: 'occurrence-told-by-its-date',
    rule: 'An occurrence is over when the service counts a completion, not when its date moves.',
    invariants: ['D1'],
    file: 'src/core/series.ts',
    find: 'view.occurrences !== null && look.completions > view.occurrences',
    replace: 'view.occurrences !== null && look.completions >= view.occurrences',
    tests: ['src/core/series.test.ts'],
  },
  {
    name: 'closed-occurrence-taken-for-ignored',
    rule: 'Closing an occurrence is done though the task is open again.',
    invariants: ['D1', 'L4'],
    file: 'src/core/confirm.ts',
    find: "if (shown === null || (field === 'completed' && closesOccurrence(op, shown))) continue",
    replace: 'if (shown === null) continue',
    tests: ['src/core/occurrence.test.ts'],
  },
]
