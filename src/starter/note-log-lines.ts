import type { LoggedNote } from '../store/note-log.ts'
import type { SideNames } from './side-names.ts'
import { pairWords, timeWords } from './task-words.ts'

/** E.g. `… note 77  pair 81 “Call”  Follow Up Boss: note on person 5001 made, because the route tells of tasks in notes`. */
export function noteLine(
  { at, side, verb, noteKind, aboutPair, person, remoteId, error }: LoggedNote,
  title: string | null,
  zone: string,
  names: SideNames,
): string {
  const what = remoteId === null ? 'note' : `note ${remoteId}`
  const whose = aboutPair === null ? '' : `  ${pairWords(aboutPair, title)}`
  const where = person === null ? '' : ` on person ${person}`
  const refused = error === null ? '' : ` (not done: ${error})`
  return `${timeWords(at, zone)}  ${what}${whose}  ${names[side]}: note${where} ${VERBS[verb]}, ${why(verb, noteKind)}${refused}`
}

const VERBS = { create: 'made', update: 'edited', delete: 'deleted' } as const satisfies Record<
  LoggedNote['verb'],
  string
>

function why(verb: LoggedNote['verb'], kind: LoggedNote['noteKind']): string {
  if (verb === 'delete') return 'because what is ours is taken back'
  return kind === 'comment'
    ? 'because the route copies comments'
    : 'because the route tells of its tasks in notes'
}
