import { bearsMark } from '../../core/note-text.ts'
import type { Connection, PersonNotes, RemoteNote } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { inTransaction } from '../../store/database.ts'
import { forgetNote, leaveNote, type NoteLeftover, nextNoteToClean } from '../../store/note-leftovers.ts'
import { digestsOf } from '../../store/task-notes.ts'
import type { Deps } from '../deps.ts'
import { digest } from '../notes/write-note.ts'
import { type OpenConnection, openConnection } from '../open-connection.ts'
import { gateOf } from '../quota-gate.ts'
import type { CleanOutput } from './clean-tasks.ts'
import type { CleanInput } from './look.ts'

/** So many notes in one go: two or three requests each, of ten in ten seconds. */
const MOST = 4

/**
 * Deletes notes that tell of tasks from people of a CRM: without the route they would go on saying what is true no more. One that
 * somebody has edited is theirs, and stays. Safe to run again.
 */
export async function cleanNotes(deps: Deps, input: CleanInput, signal: AbortSignal): Promise<CleanOutput> {
  const open = await openConnection(deps, input.connectionId, 'poll', signal)
  const { notes } = open.provider
  if (notes === undefined) return { more: false, waitMs: 0 }
  for (let done = 0; done < MOST; done += 1) {
    const { free, left } = await nextNoteToClean(deps.db, input)
    if (free === null) return { more: left > 0, waitMs: left > 0 ? deps.timing.writeDeadlineMs : 0 }
    await takeBack(deps, open, notes, free)
  }
  return { more: true, waitMs: 0 }
}

async function takeBack(
  deps: Deps,
  open: OpenConnection,
  notes: PersonNotes,
  note: NoteLeftover,
): Promise<void> {
  const there = await find(open, notes, note)
  if (there === null) return inTransaction(deps.db, (tx) => forgetNote(tx, note.id, false))
  const ours = (await digestsOf(deps.db, open.row.id, note.mark)).has(digest(there.text))
  if (!ours) return inTransaction(deps.db, (tx) => leaveNote(tx, note.id, null))
  try {
    await notes.remove(goingOn(deps, open), there.remoteId)
  } catch (error) {
    if (!(error instanceof ProviderError) || !isFinal(error)) throw error
    const { message } = error
    return inTransaction(deps.db, (tx) => leaveNote(tx, note.id, message))
  }
  await inTransaction(deps.db, (tx) => forgetNote(tx, note.id, true))
}

/** One whose making got no answer is known by its mark. */
async function find(
  { direct }: OpenConnection,
  notes: PersonNotes,
  { remoteId, person, mark, sentAt }: NoteLeftover,
): Promise<RemoteNote | null> {
  if (remoteId !== null) return notes.read(direct, remoteId)
  const found = await notes.list(direct, person, sentAt)
  return found.notes.findLast(({ text }) => bearsMark(text, mark)) ?? null
}

/** Slots for notes are few and come one by one: having looked, it waits for its own. */
function goingOn(deps: Deps, { direct, provider }: OpenConnection): Connection {
  const { id: connectionId, signal } = direct
  const asker = { connectionId, priority: 'poll', signal, goesOn: true, forWrite: true } as const
  return { ...direct, gate: gateOf(deps, provider, asker) }
}

function isFinal({ kind }: ProviderError): boolean {
  switch (kind) {
    case 'ambiguous-write':
    case 'rate-limited':
    case 'transient':
    case 'auth':
      return false
    case 'gone':
    case 'not-visible':
    case 'conflict':
    case 'invalid':
    case 'limit-reached':
      return true
  }
}
