import type { LoggedNote } from '../../store/note-log.ts'
import type { LoggedOp } from '../../store/op-log.ts'
import { homeJson, type ShownHome } from './home.ts'
import { noteJson } from './note.ts'
import { opJson } from './op.ts'

/** Writes to tasks; to projects, lists and sections, which belong to no pair; and to notes on people. */
export type LogEntry = LoggedOp | ShownHome | LoggedNote

export function isOfTask(entry: LogEntry): entry is LoggedOp {
  return 'pairId' in entry
}

export function isOfNote(entry: LogEntry): entry is LoggedNote {
  return 'noteKind' in entry
}

/** A write for programs, in `log --json` and over HTTP: names that others rely on. */
export function entryJson(entry: LogEntry) {
  if (isOfNote(entry)) return noteJson(entry)
  return isOfTask(entry) ? opJson(entry) : homeJson(entry)
}
