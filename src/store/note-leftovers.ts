import type { Db, Tx } from './database.ts'
import { logNoteWrite } from './notes.ts'

/**
 * A note that tells of a task, of a route of a leaving connection. `remoteId` null: nobody has heard whether it was made.
 */
export type NoteLeftover = {
  readonly id: string
  readonly person: string
  readonly mark: string
  readonly remoteId: string | null
  readonly sentAt: string
}

/**
 * Notes `n` that we may have written of tasks, in routes of a leaving connection. One that another route goes on with, to which its
 * task was handed over, is that route's; those of comments are their users' words, and stay.
 */
const OURS = (
  leaving: string,
) => `n.kind = 'task' and n.state in ('owed', 'written') and n.sent_at is not null
  and n.route_id in (select r.id from route r where ${leaving} in (r.left_id, r.right_id))
  and not exists (
    select from note o join route r on r.id = o.route_id and r.removed_at is null and ${leaving} not in (r.left_id, r.right_id)
    where o.connection_id = n.connection_id and o.mark = n.mark and o.state in ('owed', 'written'))`

/** The CRMs, as far as they are connected, on whose people such notes are. */
export async function notesToClean(
  sql: Db | Tx,
  leavingId: string,
): Promise<readonly { readonly connectionId: string; readonly provider: string }[]> {
  return sql<{ connectionId: string; provider: string }[]>`
    select c.id as "connectionId", c.provider from connection c
    where c.removed_at is null and exists (
      select from note n where n.connection_id = c.id and ${sql.unsafe(OURS(leavingId))})
    order by c.id`
}

/** `free`: the next one that nobody is at work on. `left`: how many there are. */
export async function nextNoteToClean(
  sql: Db | Tx,
  { leavingId, connectionId }: { readonly leavingId: string; readonly connectionId: string },
): Promise<{ readonly free: NoteLeftover | null; readonly left: number }> {
  const [counted] = await sql<{ left: number }[]>`
    select count(*)::int as left from note n where n.connection_id = ${connectionId} and ${sql.unsafe(OURS(leavingId))}`
  const [free] = await sql<NoteLeftover[]>`
    select n.id, n.person, n.mark, n.remote_id as "remoteId", n.sent_at as "sentAt" from note n
    where n.connection_id = ${connectionId} and ${sql.unsafe(OURS(leavingId))}
      and (n.deadline_at is null or n.deadline_at <= clock())
    order by n.id limit 1`
  return { free: free ?? null, left: counted?.left ?? 0 }
}

/** It is not there any more, and as if it had never been written: should the route be taken up again, it is made anew. */
export async function forgetNote(tx: Tx, id: string, deleted: boolean): Promise<void> {
  if (deleted) await logNoteWrite(tx, id, 'delete', null)
  await tx`
    update note set state = 'owed', remote_id = null, sent = null, written = null, shown = null, sent_at = null, empty_at = null,
      deadline_at = null, wake_at = null, last_error = null
    where id = ${id}`
}

/** It stays: somebody has edited it, or the CRM does not let it go (`error`). */
export async function leaveNote(tx: Tx, id: string, error: string | null): Promise<void> {
  if (error !== null) await logNoteWrite(tx, id, 'delete', error)
  await tx`
    update note set state = ${error === null ? 'kept' : 'refused'}, last_error = ${error}, wake_at = null, deadline_at = null
    where id = ${id}`
}
