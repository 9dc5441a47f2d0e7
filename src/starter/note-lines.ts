import type { RoutePolicy } from '../core/policy.ts'
import type { NoteCounts } from '../store/notes.ts'
import type { KnownNote } from '../store/task-notes.ts'
import { counted } from './task-words.ts'

type Said = Pick<RoutePolicy, 'comments' | 'notes'>

/** What a route does about notes, where it does or did anything. */
export function noteWords(now: Said, before: Said): string[] {
  const comments =
    now.comments === true
      ? ['Comments of users become notes on the person, those that are made from now on.']
      : before.comments === true
        ? ['Comments are not copied any more; notes that are there stay.']
        : []
  const notes =
    now.notes === true
      ? ['Each task has a note on its person that tells of it.']
      : before.notes === true
        ? ['Tasks are not told of in notes any more; those that are there stay.']
        : []
  return [...comments, ...notes]
}

/** Notes that are still to be written, and those that the CRM does not take, for a person. */
export function noteCountLines(counts: NoteCounts | undefined): string[] {
  if (counts === undefined) return []
  const { comments, tasks, refused } = counts
  const owed = comments + tasks
  return [
    ...(owed === 0 ? [] : [`    ${counted(owed, 'note')} to be written, a few at a time`]),
    ...refused.map(({ error, count }) => `    ${counted(count, 'note')} not taken by the CRM: ${error}`),
  ]
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
