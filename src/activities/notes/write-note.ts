import { createHash } from 'node:crypto'
import { type DbTime, plusMs } from '../../core/db-time.ts'
import { commentMarker, taskMarker } from '../../core/marker.ts'
import { bearsMark, commentNote, noteFold, taskNote } from '../../core/note-text.ts'
import { otherSide } from '../../core/policy.ts'
import type { Connection, PersonNotes, RemoteNote } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import {
  beginNote,
  type ClaimedNote,
  endNote,
  type NoteEnd,
  type NoteRelease,
  releaseNote,
} from '../../store/notes.ts'
import { routeById, sideOf } from '../../store/routes.ts'
import { digestsOf, notedPair } from '../../store/task-notes.ts'
import type { Deps } from '../deps.ts'
import type { OpenConnection, QuotaPriority } from '../open-connection.ts'
import { gateOf } from '../quota-gate.ts'
import { providersOf } from './note-side.ts'

type Wanted = { readonly text: string; readonly subject: string; readonly mark: string }

/**
 * One attempt of one note. The service knows no key, so one that may have been made is looked for by its mark before it is made
 * (again). A note that somebody has edited or deleted there is left alone from then on.
 */
export async function writeNote(
  deps: Deps,
  open: OpenConnection,
  notes: PersonNotes,
  note: ClaimedNote,
  priority: QuotaPriority,
): Promise<void> {
  const end = (how: NoteEnd) => inTransaction(deps.db, (tx) => endNote(tx, note, how))
  const release = (how: NoteRelease) => inTransaction(deps.db, (tx) => releaseNote(tx, note, how))
  const wanted = await inTransaction(deps.db, (tx) => wantedOf(tx, deps, open, note))
  if (wanted === null) return end({ state: 'idle' })
  const work: Work = { deps, open, notes, note, priority, wanted, end, release }
  try {
    if (note.remoteId === null) await make(work)
    else await change(work, note.remoteId)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    await fail(work, error)
  }
}

type Work = {
  readonly deps: Deps
  readonly open: OpenConnection
  readonly notes: PersonNotes
  readonly note: ClaimedNote
  readonly priority: QuotaPriority
  readonly wanted: Wanted
  readonly end: (how: NoteEnd) => Promise<void>
  readonly release: (how: NoteRelease) => Promise<void>
}

/** What it is to say; null where there is nothing to write. */
async function wantedOf(tx: Tx, deps: Deps, open: OpenConnection, note: ClaimedNote): Promise<Wanted | null> {
  const route = await routeById(tx, note.routeId)
  const app = (await providersOf(tx, deps, route))[otherSide(sideOf(route, open.row.id))]
  if (note.kind === 'comment') {
    if (note.words === null) return null
    const mark = note.mark ?? commentMarker(app.kind, note.source)
    const text = commentNote(note.words, { title: note.title, app: app.name, mark })
    return isWritten(note, text) ? null : { text, subject: `Comment in ${app.name}`, mark }
  }
  const pair = await notedPair(tx, note.pairId, open.row.id)
  if (pair === null) return null
  const kept = note.memory !== 'unlinked' && note.memory !== 'closed'
  if (!kept && pair.elsewhere) return null
  // What was over before anybody told of it needs no note.
  if (note.sentAt === null && (!kept || pair.task.completed)) return null
  const mark = note.mark ?? taskMarker(open.provider.kind, pair.crmTask)
  const text = taskNote(pair.task, { kept, zone: route.policy.zone, mark })
  return isWritten(note, text) ? null : { text, subject: 'Task', mark }
}

/** What was sent and not confirmed counts as not written. */
function isWritten({ written, sent }: ClaimedNote, text: string): boolean {
  return written === sent && written === digest(text)
}

/** Two looks that find nothing, the second after what was under way must have arrived, before it is made again. */
async function make(work: Work): Promise<void> {
  const { deps, open, notes, note, wanted, end, release } = work
  // Of a comment that was never sent there is none; that of a task may be from before the record was lost.
  if (note.sentAt !== null || note.kind === 'task') {
    const found = await notes.list(open.direct, note.person, note.sentAt)
    const there = found.notes.findLast(({ text }) => bearsMark(text, wanted.mark))
    if (there !== undefined) return adopt(work, there)
    if (note.sentAt !== null) {
      const settledAt = plusMs(note.sentAt, deps.timing.writeDeadlineMs + deps.timing.createSettleMs)
      const sure = found.whole && note.emptyAt !== null && found.askedAt > settledAt
      if (!sure) return release({ at: later(found.askedAt, settledAt, deps), emptyAt: found.askedAt })
    }
  }
  if (!(await begin(work))) return
  const { text, subject } = wanted
  const { person } = note
  const made = await notes.create(inTime(work), { person, subject, text })
  await end({ state: 'written', remoteId: made.remoteId, shown: digest(made.text), verb: 'create' })
}

/** When to look once more: when it must have arrived, and not at once where that is past. */
function later(askedAt: DbTime, settledAt: DbTime, { timing }: Deps): DbTime {
  return askedAt < settledAt ? plusMs(settledAt, 1) : plusMs(askedAt, timing.createSettleMs)
}

/** Made before, by an attempt whose answer was lost, or before the record was. */
async function adopt(work: Work, there: RemoteNote): Promise<void> {
  const { note, wanted, end } = work
  const shown = digest(there.text)
  if (shown === digest(wanted.text)) {
    // Nothing of it was logged yet, where an attempt of this record has made it.
    const logged = note.sentAt === null ? {} : ({ verb: 'create' } as const)
    if (await begin(work)) await end({ state: 'written', remoteId: there.remoteId, shown, ...logged })
    return
  }
  // By what it says nobody can tell whether it was edited, unless we know what was sent.
  if (!(await isOurs(work, shown))) return end({ state: 'kept', remoteId: there.remoteId, shown })
  await write(work, there.remoteId)
}

async function change(work: Work, remoteId: string): Promise<void> {
  const { open, notes, wanted, end } = work
  const there = await notes.read(open.direct, remoteId)
  if (there === null) return end({ state: 'kept' })
  const shown = digest(there.text)
  if (!(await isOurs(work, shown))) return end({ state: 'kept' })
  if (shown === digest(wanted.text)) {
    if (await begin(work)) await end({ state: 'written', remoteId, shown })
    return
  }
  await write(work, remoteId)
}

/** Whether a note says what we have written, and nobody else has edited it. */
async function isOurs({ deps, note, wanted }: Work, shown: string): Promise<boolean> {
  return (await digestsOf(deps.db, note.connectionId, wanted.mark)).has(shown)
}

async function write(work: Work, remoteId: string): Promise<void> {
  const { notes, wanted, end } = work
  if (!(await begin(work))) return
  const shown = await notes.update(inTime(work), remoteId, wanted.text)
  if (shown === null) return end({ state: 'kept' })
  await end({ state: 'written', remoteId, shown: digest(shown.text), verb: 'update' })
}

async function begin({ deps, note, wanted }: Work): Promise<boolean> {
  const attempt = { sent: digest(wanted.text), person: note.person, mark: wanted.mark }
  return inTransaction(deps.db, (tx) => beginNote(tx, note, attempt, deps.timing.writeDeadlineMs))
}

/**
 * Nothing of this attempt is under way any more when others may take it for ended. Slots for notes are few and come one by one: having
 * looked, it waits for its own.
 */
function inTime({ deps, open, note, priority }: Work): Connection {
  const signal = AbortSignal.any([open.direct.signal, AbortSignal.timeout(deps.timing.writeDeadlineMs)])
  const asker = { connectionId: note.connectionId, priority, signal, goesOn: true, forWrite: true }
  return { ...open.direct, signal, gate: gateOf(deps, open.provider, asker) }
}

async function fail({ note, end, release }: Work, error: ProviderError): Promise<void> {
  switch (error.kind) {
    case 'ambiguous-write':
      // It stays claimed until it must have ended; then it is looked for.
      return
    case 'rate-limited':
    case 'transient':
    case 'auth':
      // Nothing was done. One that was sent before may still be there.
      await release({ unsent: note.sentAt === null })
      throw error
    case 'gone':
    case 'not-visible':
    case 'conflict':
    case 'invalid':
    case 'limit-reached':
      return end({
        state: 'refused',
        error: [error.message, error.hint].filter(Boolean).join('. '),
        verb: note.remoteId === null ? 'create' : 'update',
      })
  }
}

/** Of a text as it is compared: what a service does to the ends of lines is no edit. */
export function digest(text: string): string {
  return createHash('sha256').update(noteFold(text)).digest('base64')
}
