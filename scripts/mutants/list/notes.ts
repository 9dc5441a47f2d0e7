import type { Mutant } from '../mutant.ts'

/** Notes on people: of comments, and of tasks. */
export const NOTES: readonly Mutant[] = [
  {
    name: 'lost-note-made-again',
    rule: 'A note that may have been made is looked for by its mark before it is made again.',
    invariants: ['I4', 'I12'],
    file: 'src/activities/notes/write-note.ts',
    find: 'if (there !== undefined) return adopt(work, there)',
    replace: '',
    tests: ['test/services/comments-faults.pg.test.ts'],
    only: 'an edit while the answer is lost arrives in the one note',
  },
  {
    name: 'empty-search-believed-at-once',
    rule: 'That a note is not found counts only the second time, after what was under way must have arrived.',
    invariants: ['I4'],
    file: 'src/activities/notes/write-note.ts',
    find: 'const sure = found.whole && note.emptyAt !== null && found.askedAt > settledAt',
    replace: 'const sure = found.whole',
    tests: ['test/services/comments-deaths.pg.test.ts'],
    only: 'a note that a list shows late is not made again',
  },
  {
    name: 'edited-note-written-over',
    rule: 'A note that somebody has edited is left alone.',
    invariants: ['I1'],
    file: 'src/activities/notes/write-note.ts',
    find: "if (!(await isOurs(work, shown))) return end({ state: 'kept' })",
    replace: '',
    tests: ['test/services/comments.pg.test.ts'],
    only: 'a note that somebody edits or deletes in the CRM is left alone',
  },
  {
    name: 'own-comment-copied',
    rule: 'A comment of ours is never copied.',
    invariants: ['I9'],
    file: 'src/activities/notes/pull-comments.ts',
    find: '!own.has(remoteId) && !isOwnComment(text)',
    replace: 'true',
    tests: ['test/services/comments.pg.test.ts'],
    only: 'of tasks that are nobody’s business here stay where they are, and ours too',
  },
]
