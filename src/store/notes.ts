import type { DbTime } from '../core/db-time.ts'
import type { CommentWords } from '../core/note-text.ts'
import type { Memory } from '../core/presence-table.ts'
import type { Db, Tx } from './database.ts'

export type NoteKind = 'comment' | 'task'
export type NoteVerb = 'create' | 'update' | 'delete'
export type NoteState = 'before' | 'owed' | 'written' | 'kept' | 'dropped' | 'refused'

/** A note on a person of the CRM, as far as we have to do with it. `sent`, `written`, `shown`: digests of its text. */
export type NoteRow = {
  readonly id: string
  readonly routeId: string
  readonly connectionId: string
  readonly kind: NoteKind
  readonly source: string
  readonly pairId: string
  readonly memory: Memory
  readonly person: string
  readonly mark: string | null
  readonly words: CommentWords | null
  readonly state: NoteState
  readonly version: number
  readonly remoteId: string | null
  readonly sent: string | null
  readonly written: string | null
  readonly shown: string | null
  readonly sentAt: DbTime | null
  readonly emptyAt: DbTime | null
}

/** The pair that note `n` is about. */
const PAIR = `coalesce(n.pair_id, (
  select m.pair_id from pair_member m
  where m.route_id = n.route_id and m.connection_id = n.app_id and m.remote_id = n.task_id))`

const FROM = `note n
  join route r on r.id = n.route_id and r.state = 'active' and r.removed_at is null
  join connection l on l.id = r.left_id and l.state = 'ok'
  join connection g on g.id = r.right_id and g.state = 'ok'
  join pair p on p.id = ${PAIR}`

/**
 * Notes that can be seen to once it is time: those that the route asks for, of tasks whose person is known. A comment is copied as long as
 * its task takes part; what a task's note says is worked out when the task is at rest.
 */
const WANTED = `n.wake_at is not null and p.person is not null
  and case n.kind
    when 'comment' then (r.policy ->> 'comments')::boolean and p.memory in ('new', 'linked', 'ending')
    else (r.policy ->> 'notes')::boolean and p.person = n.person and p.memory <> 'new'
      and not exists (select from pending q where q.id = p.id)
  end`

const FREE = '(n.deadline_at is null or n.deadline_at <= clock())'

/** The CRMs of the routes of a connection on whose people there are notes to be written now. */
export async function notesDue(
  sql: Db | Tx,
  connectionId: string,
): Promise<{ readonly connectionId: string; readonly provider: string }[]> {
  return sql<{ connectionId: string; provider: string }[]>`
    select c.id as "connectionId", c.provider from connection c where exists (
      select from ${sql.unsafe(FROM)}
      where n.connection_id = c.id and ${connectionId} in (r.left_id, r.right_id) and n.wake_at <= clock()
        and ${sql.unsafe(WANTED)} and ${sql.unsafe(FREE)})
    order by c.id`
}

/** When a note of this connection's routes is next to be looked after that is not due yet; null when none waits. */
export async function nextNoteWake(sql: Db | Tx, connectionId: string): Promise<DbTime | null> {
  const [row] = await sql<{ at: DbTime | null }[]>`
    select min(greatest(n.wake_at, n.deadline_at)) as at from ${sql.unsafe(FROM)}
    where ${connectionId} in (r.left_id, r.right_id) and ${sql.unsafe(WANTED)}
      and greatest(n.wake_at, n.deadline_at) > clock()`
  return row?.at ?? null
}

/**
 * Notes of a route: of comments and of tasks that are still to be written, those that wait for a later time too; and why the CRM did
 * not take some.
 */
export type NoteCounts = {
  readonly comments: number
  readonly tasks: number
  readonly refused: readonly { readonly error: string; readonly count: number }[]
}

/** By the route's name; a route without any is left out. */
export async function noteCounts(sql: Db | Tx): Promise<ReadonlyMap<string, NoteCounts>> {
  const counts = new Map<string, NoteCounts>()
  const none: NoteCounts = { comments: 0, tasks: 0, refused: [] }
  const owed = await sql<{ route: string; comments: number; tasks: number }[]>`
    select r.name as route, count(*) filter (where n.kind = 'comment')::int as comments,
      count(*) filter (where n.kind = 'task')::int as tasks
    from ${sql.unsafe(FROM)} where ${sql.unsafe(WANTED)} group by r.name`
  for (const { route, ...rest } of owed) counts.set(route, { ...none, ...rest })
  const refused = await sql<{ route: string; error: string; count: number }[]>`
    select r.name as route, coalesce(n.last_error, '') as error, count(*)::int as count
    from note n join route r on r.id = n.route_id and r.removed_at is null
    where n.state = 'refused' group by 1, 2 order by 1, 2`
  for (const { route, ...rest } of refused) {
    const before = counts.get(route) ?? none
    counts.set(route, { ...before, refused: [...before.refused, rest] })
  }
  return counts
}

/** `title`: of the task that was commented, in the task app. */
export type ClaimedNote = NoteRow & { readonly title: string; readonly attempts: number }

/**
 * Claims the next due note of a CRM for one attempt, comments first; null when none is due. Another attempt begins only after
 * `deadlineMs`, whatever becomes of this one.
 */
export async function claimNote(
  tx: Tx,
  connectionId: string,
  deadlineMs: number,
): Promise<ClaimedNote | null> {
  const [row] = await tx<ClaimedNote[]>`
    with due as (
      select n.id as note_id, p.id as pair_id, p.memory, coalesce(n.person, p.person) as on_person
      from ${tx.unsafe(FROM)}
      where n.connection_id = ${connectionId} and n.wake_at <= clock()
        and ${tx.unsafe(WANTED)} and ${tx.unsafe(FREE)}
      order by n.kind, n.wake_at, n.id limit 1 for no key update of n skip locked)
    update note n set attempts = n.attempts + 1,
      deadline_at = clock() + ${deadlineMs}::float8 * interval '1 ms'
    from due d where n.id = d.note_id
    returning n.id, n.route_id as "routeId", n.connection_id as "connectionId", n.kind, n.source,
      d.pair_id as "pairId", d.memory, d.on_person as person, n.mark, n.words, n.state, n.version, n.attempts,
      n.remote_id as "remoteId", n.sent, n.written, n.shown, n.sent_at as "sentAt", n.empty_at as "emptyAt",
      coalesce((select t.seen -> 'task' ->> 'title' from remote_task t
                where t.connection_id = n.app_id and t.remote_id = n.task_id), '') as title`
  return row ?? null
}

/** What goes to the CRM next: noted before it leaves, so that a lost answer is looked for. */
export type NoteAttempt = { readonly sent: string; readonly person: string; readonly mark: string }

/** False when another attempt has begun meanwhile: then nothing is to be sent. */
export async function beginNote(
  tx: Tx,
  { id, attempts }: ClaimedNote,
  { sent, person, mark }: NoteAttempt,
  deadlineMs: number,
): Promise<boolean> {
  const rows = await tx`
    update note set sent = ${sent}, person = ${person}, mark = ${mark}, sent_at = coalesce(sent_at, clock()), empty_at = null,
      deadline_at = clock() + ${deadlineMs}::float8 * interval '1 ms'
    where id = ${id} and attempts = ${attempts} and deadline_at is not null returning id`
  return rows.length > 0
}

/** The attempt is over and has changed nothing: `at` is when to try again, at once where it is null. `unsent`: it never left. */
export async function releaseNote(
  tx: Tx,
  { id, attempts }: ClaimedNote,
  { at = null, emptyAt = null, unsent = false }: NoteRelease,
): Promise<void> {
  await tx`
    update note set deadline_at = null, wake_at = coalesce(${at}::timestamptz, wake_at),
      empty_at = coalesce(${emptyAt}::timestamptz, empty_at),
      sent_at = case when ${unsent} and remote_id is null then null else sent_at end
    where id = ${id} and attempts = ${attempts} and deadline_at is not null`
}

export type NoteRelease = {
  readonly at?: DbTime | null
  readonly emptyAt?: DbTime | null
  readonly unsent?: boolean
}

/** What a note has come to. `shown`: digest of what the CRM shows. `verb`: what was written, or refused, for the log. */
export type NoteEnd = {
  readonly state: Exclude<NoteState, 'before' | 'owed'> | 'idle'
  readonly remoteId?: string | null
  readonly shown?: string | null
  readonly error?: string | null
  readonly verb?: NoteVerb
}

/**
 * The note rests. What was asked of it since it was claimed (`version`) is still to be done: then it is due again, and keeps its
 * words. `idle`: there was nothing to write, and its state stays.
 */
export async function endNote(tx: Tx, note: ClaimedNote, end: NoteEnd): Promise<void> {
  const { state, remoteId = null, shown = null, error = null, verb } = end
  const goesOn = state === 'written' || state === 'idle'
  const ended = await tx`
    update note set state = ${state === 'idle' ? tx`state` : state}, remote_id = coalesce(${remoteId}, remote_id),
      shown = coalesce(${shown}, shown), written = case when ${state === 'written'} then sent else written end, last_error = ${error}, deadline_at = null, empty_at = null,
      wake_at = case when ${goesOn} and version <> ${note.version} then clock() end,
      words = case when ${goesOn} and version <> ${note.version} then words end
    where id = ${note.id} and attempts = ${note.attempts} returning id`
  if (verb !== undefined && ended.length > 0) await logNoteWrite(tx, note.id, verb, error)
}

/** For `log`; `error`: why the CRM did not take it. */
export async function logNoteWrite(
  tx: Tx,
  noteId: string,
  verb: NoteVerb,
  error: string | null,
): Promise<void> {
  await tx`insert into note_write (note_id, verb, error) values (${noteId}, ${verb}, ${error})`
}
