import type { Mutant } from '../mutant.ts'

/** What is ours in a task, and what its user's. */
export const BESIDE: readonly Mutant[] = [
  {
    name: 'typed-line-lost',
    rule: 'What a user types into our block is part of the notes.',
    invariants: ['I1', 'I18'],
    file: 'src/core/own-text.ts',
    find: "return typed.length === 0 ? outside : [...(outside === '' ? [] : [outside]), ...typed].join('\\n')",
    replace: 'return outside',
    tests: ['src/core/own-text.test.ts'],
  },
  {
    name: 'words-on-the-marker-lost',
    rule: 'What a user types onto the line of our marker is part of the notes.',
    invariants: ['I1', 'I18'],
    file: 'src/core/own-text.ts',
    find: 'const onRow = typedOnto(isTypedOn ? last : markerRow(marker), written.marker)',
    replace: "const onRow = ''",
    tests: ['src/core/own-text.test.ts'],
  },
  {
    name: 'own-line-taken-for-a-marker',
    rule: "A user's own line that begins like our marker stays.",
    invariants: ['I1', 'I18'],
    file: 'src/core/marker.ts',
    find: 'export const MARKER_FORM = `(?:${TASK}|${GENERAL}|${DEAL})`',
    replace: "export const MARKER_FORM = '\\\\S+'",
    tests: ['src/core/description-block.test.ts'],
  },
  {
    name: 'our-labels-carried-over',
    rule: 'Labels of ours are none of the user.',
    invariants: ['I9', 'I18'],
    file: 'src/core/type-labels.ts',
    find: 'index !== at && !OWNED.has(foldLabel(name))',
    replace: 'index !== at',
    tests: ['src/core/type-labels.test.ts'],
  },
  {
    name: 'told-again',
    rule: 'A label of ours that its user takes away is not put there again.',
    invariants: ['I10', 'L4'],
    file: 'src/activities/plan/notices.ts',
    find: 'const add = notice === null || told ? [] : [notice]',
    replace: 'const add = notice === null ? [] : [notice]',
    tests: ['src/activities/plan/notices.test.ts'],
  },
]
