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
    tests: ['src/core/confirm.test.ts'],
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
    name: 'base-moves-for-an-occurrence',
    rule: 'Closing an occurrence moves no base: the task is open again.',
    invariants: ['D1', 'I3'],
    file: 'src/core/confirm.ts',
    find: "if (shown === null || (field === 'completed' && closesOccurrence(op, shown))) continue",
    replace: 'if (shown === null) continue',
    tests: ['src/core/confirm.test.ts'],
  },
]
