import { inTransaction } from '../../store/database.ts'
import { claimNote } from '../../store/notes.ts'
import type { Deps } from '../deps.ts'
import { openConnection, type QuotaPriority } from '../open-connection.ts'
import { writeNote } from './write-note.ts'

export type WriteNotesInput = { readonly connectionId: string; readonly priority: QuotaPriority }

/** `more`: some may be due still. */
export type WriteNotesOutput = { readonly more: boolean }

/** So many notes in one go: two or three requests each, of ten in ten seconds. */
const MOST = 4

/** Writes notes that are due on people of this CRM. Safe to run again, and twice at once. */
export async function writeNotes(
  deps: Deps,
  input: WriteNotesInput,
  signal: AbortSignal,
): Promise<WriteNotesOutput> {
  const open = await openConnection(deps, input.connectionId, input.priority, signal)
  const { notes } = open.provider
  if (notes === undefined) return { more: false }
  for (let done = 0; done < MOST; done += 1) {
    const note = await inTransaction(deps.db, (tx) => claimNote(tx, open.row.id, deps.timing.writeDeadlineMs))
    if (note === null) return { more: false }
    await writeNote(deps, open, notes, note, input.priority)
  }
  return { more: true }
}
