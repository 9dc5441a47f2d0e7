import { Temporal } from 'temporal-polyfill'
import type { Connection, DbTime, PersonNotes, RemoteNote } from '../contract.ts'
import { identity } from './check.ts'
import { type Answer, attempt, type Call, type Client } from './client.ts'
import { silenceError } from './errors.ts'
import { listPage, nextStep, TRAIL_START } from './list.ts'
import { instant } from './mapping.ts'
import { noteSchema } from './wire.ts'

/** How far the service's clock and the database's may lie apart. */
const SKEW_SECONDS = 120
/** Of 100 notes. A person with more of them is not searched to the end. */
const MAX_PAGES = 20

/** Notes on people (reference §12): plain text, 10 requests in 10 s. Their author is the user of the key. */
export const notesOf = (client: (connection: Connection) => Client): PersonNotes => ({
  async create(connection, { person, subject, text }) {
    const open = client(connection)
    // As with tasks: a key that was exchanged for one of another account must not write.
    if (open.memory.account !== connection.facts?.accountId) await identity(open)
    const body = { personId: Number(person), subject, body: text, isHtml: false }
    const answer = await ask(open, { method: 'POST', path: '/notes', object: true, body })
    const made = noteOf(answer.body)
    // Without an id nobody knows what was made.
    if (made === null) throw silenceError({ write: true, object: true }, undefined)
    return { ...made, person }
  },

  read: (connection, remoteId) => one(client(connection), remoteId, { method: 'GET' }, null),

  update: (connection, remoteId, text) =>
    one(client(connection), remoteId, { method: 'PUT', body: { body: text } }, text),

  async remove(connection, remoteId) {
    const path = `/notes/${encodeURIComponent(remoteId)}`
    const answer = await attempt(client(connection), {
      method: 'DELETE',
      path,
      object: true,
      context: 'notes',
    })
    if ('error' in answer && answer.error.kind !== 'gone') throw answer.error
  },

  async list(connection, person, since) {
    const open = client(connection)
    const from = since === null ? null : floor(since)
    const notes: RemoteNote[] = []
    let trail = TRAIL_START
    let page = await listPage(open, 'notes', { personId: person })
    const { askedAt } = page
    for (let pages = 1; ; pages += 1) {
      // A filter that the service does not know is ignored without a word (reference §4).
      notes.push(...page.rows.flatMap((row) => noteOf(row) ?? []).filter((note) => note.person === person))
      const step = nextStep(page, trail)
      if (step === 'end' || isBefore(page.rows.at(-1), from)) return { askedAt, notes, whole: true }
      if (step === 'circle' || pages >= MAX_PAGES) return { askedAt, notes, whole: false }
      trail = step.trail
      page = await listPage(open, 'notes', { personId: person }, step.next)
    }
  },
})

async function one(
  open: Client,
  remoteId: string,
  call: Pick<Call, 'method' | 'body'>,
  written: string | null,
): Promise<RemoteNote | null> {
  const path = `/notes/${encodeURIComponent(remoteId)}`
  const answer = await attempt(open, { ...call, path, object: true, context: 'notes' })
  if ('error' in answer) {
    if (answer.error.kind === 'gone' || answer.error.kind === 'not-visible') return null
    throw answer.error
  }
  const shown = noteOf(answer.body)
  if (shown !== null) return shown
  if (written === null) throw silenceError({ write: false, object: true }, undefined)
  return { remoteId, person: '', text: written }
}

async function ask(open: Client, call: Call): Promise<Answer> {
  const answer = await attempt(open, { ...call, context: 'notes' })
  if ('error' in answer) throw answer.error
  return answer
}

function noteOf(row: unknown): RemoteNote | null {
  const { data } = noteSchema.safeParse(row)
  return data === undefined ? null : { remoteId: data.id, person: data.personId ?? '', text: data.body ?? '' }
}

function floor(since: DbTime): string {
  return Temporal.Instant.from(since)
    .subtract({ seconds: SKEW_SECONDS })
    .toString({ smallestUnit: 'second', roundingMode: 'floor' })
}

/** Ids fall from page to page: after a note from before it only older ones follow. */
function isBefore(row: unknown, since: string | null): boolean {
  const madeAt = instant(noteSchema.safeParse(row).data?.created ?? null)
  return since !== null && madeAt !== null && madeAt < since
}
