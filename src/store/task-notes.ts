import type { NotedTask } from '../core/note-text.ts'
import type { Copying } from './comment-news.ts'
import type { Db, Tx } from './database.ts'
import type { NoteKind, NoteState } from './notes.ts'

/**
 * The notes of these pairs are to be looked at when their tasks are at rest: one for each task and person. Those that somebody has
 * taken over, or that the CRM refused, are left alone.
 */
export async function lookAtTaskNotes(
  tx: Tx,
  { routeId, crm }: Omit<Copying, 'app'>,
  pairIds: readonly string[],
): Promise<void> {
  if (pairIds.length === 0) return
  await tx`
    insert into note as n (route_id, connection_id, kind, source, pair_id, person, state, wake_at)
    select p.route_id, ${crm}, 'task', p.id || '/' || p.person, p.id, p.person, 'owed', clock()
    from pair p
    where p.route_id = ${routeId} and p.person is not null and p.id in ${tx([...pairIds])}
    order by p.id
    on conflict (route_id, kind, source) do update set version = n.version + 1, wake_at = clock()
      where n.state in ('owed', 'written')`
}

/**
 * What a task's note is written from. `crmTask`: its id in the CRM. `task`: as the task app shows it, or else the CRM. `elsewhere`:
 * another route keeps the CRM's task in step, to which it was handed over.
 */
export type NotedPair = { readonly crmTask: string; readonly task: NotedTask; readonly elsewhere: boolean }

/** The task of a pair, for its note; null where the CRM has none. */
export async function notedPair(sql: Db | Tx, pairId: string, crm: string): Promise<NotedPair | null> {
  const [row] = await sql<NotedPair[]>`
    select c.remote_id as "crmTask", coalesce(a.seen, t.seen) -> 'task' as task,
      exists (
        select from pair_member o join pair q on q.id = o.pair_id and q.memory in ('new', 'linked', 'ending')
        join route r on r.id = o.route_id and r.removed_at is null
        where o.connection_id = c.connection_id and o.remote_id = c.remote_id and o.role = 'current'
          and o.pair_id <> c.pair_id) as elsewhere
    from pair_member c
    join remote_task t on t.connection_id = c.connection_id and t.remote_id = c.remote_id
    left join lateral (
      select x.seen from pair_member m
      join remote_task x on x.connection_id = m.connection_id and x.remote_id = m.remote_id and x.presence = 'present'
      where m.pair_id = c.pair_id and m.side <> c.side and m.role = 'current') a on true
    where c.pair_id = ${pairId} and c.connection_id = ${crm} and c.role = 'current'`
  return row ?? null
}

/** Digests of what we have written into the note that bears this mark, from whatever route: one may have been handed over. */
export async function digestsOf(
  sql: Db | Tx,
  connectionId: string,
  mark: string,
): Promise<ReadonlySet<string>> {
  const rows = await sql<{ sent: string | null; shown: string | null }[]>`
    select sent, shown from note where connection_id = ${connectionId} and mark = ${mark}`
  return new Set(rows.flatMap(({ sent, shown }) => [sent, shown]).filter((one) => one !== null))
}

/** What the note of a task or a comment has come to, for people. */
export type KnownNote = {
  readonly kind: NoteKind
  readonly state: NoteState
  readonly person: string | null
  readonly remoteId: string | null
  readonly due: boolean
  readonly lastError: string | null
}

/** The notes of a pair, but for comments from before copying began. */
export async function notesOfPair(sql: Db | Tx, pairId: string): Promise<KnownNote[]> {
  return sql<KnownNote[]>`
    select n.kind, n.state, n.person, n.remote_id as "remoteId", n.wake_at is not null as due, n.last_error as "lastError"
    from note n join pair_member m on m.pair_id = ${pairId} and m.route_id = n.route_id
      and (n.pair_id = m.pair_id or (n.app_id = m.connection_id and n.task_id = m.remote_id))
    where n.state <> 'before' and (n.pair_id is null or m.side = 'left')
    order by n.id`
}
