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
  {
    name: 'date-strips-repetition',
    rule: 'A date that is written to a repeating task keeps its repetition.',
    invariants: ['D1', 'I18'],
    file: 'src/providers/todoist/mapping.ts',
    find: 'const words = repeat ?? {}',
    replace: 'const words = {}',
    tests: ['src/providers/todoist/mapping.test.ts'],
  },
  {
    name: 'series-ended-by-closing',
    rule: 'Closing an occurrence goes on with the series.',
    invariants: ['D1'],
    file: 'src/providers/todoist/commands.ts',
    find: "? 'item_close' :",
    replace: "? 'item_complete' :",
    tests: ['src/providers/todoist/write.test.ts'],
    only: 'closes it only once',
  },
]
