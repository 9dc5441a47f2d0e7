import type { LoggedNote } from '../../store/note-log.ts'

/** A write to a note in `log --json`: as those to tasks, with `note` in place of what a task held. */
export function noteJson({
  at,
  route,
  side,
  verb,
  noteKind,
  aboutPair,
  person,
  remoteId,
  error,
}: LoggedNote) {
  return {
    op: null,
    at,
    route,
    pair: aboutPair,
    note: { about: noteKind, id: remoteId, person },
    side,
    verb,
    status: error === null ? 'confirmed' : 'refused',
    before: null,
    after: {},
    cause: `${noteKind}-note`,
    error: error === null ? null : { kind: 'refused', message: error, hint: null },
    refusal: null,
    undoneAt: null,
  }
}
