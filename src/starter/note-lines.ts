import type { RoutePolicy } from '../core/policy.ts'
import type { KnownNote } from '../store/task-notes.ts'

type Said = Pick<RoutePolicy, 'comments' | 'notes'>

/** What a route does about notes, where it does or did anything. */
export function noteWords(now: Said, before: Said): string[] {
  if ([now, before].every(({ comments, notes }) => comments !== true && notes !== true)) return []
  const comments =
    now.comments === true
      ? 'Comments of users become notes on the person, those that are made from now on.'
      : 'Comments are not copied.'
  const notes =
    now.notes === true
      ? 'Each task has a note on its person that tells of it.'
      : 'Tasks are not told of in notes; those that are there stay.'
  return [comments, notes]
}

const STATES: Readonly<Record<KnownNote['state'], string>> = {
  before: 'from before comments were copied',
  owed: 'not written yet',
  written: 'written',
  kept: 'left alone, for somebody has edited or deleted it',
  dropped: 'not copied: the comment was deleted',
  refused: 'not taken by the CRM',
}

/** The notes about a task, for a person. */
export function knownNoteLines(notes: readonly KnownNote[]): string[] {
  return notes.map(({ kind, state, person, remoteId, due, lastError }) => {
    const what = kind === 'task' ? 'note that tells of it' : 'note of a comment'
    const where = person === null ? '' : ` on person ${person}`
    const id = remoteId === null ? '' : ` (note ${remoteId})`
    const again = state === 'written' && due ? ', to be written again' : ''
    const error = lastError === null ? '' : `: ${lastError}`
    return `  ${what}${where}${id}: ${STATES[state]}${again}${error}`
  })
}
