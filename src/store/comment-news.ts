import type { CommentWords } from '../core/note-text.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** A comment in the task app, as a route is to know of it. */
export type SeenComment = {
  readonly remoteId: string
  readonly task: string
  readonly words: CommentWords
}

/** `crm`: the connection on whose people the notes are; `app`: where the comments are. */
export type Copying = { readonly routeId: string; readonly crm: string; readonly app: string }

/**
 * Takes in comments: new ones are owed a note, edited ones have theirs written again; those from before copying began (`before`) are
 * only remembered, and never copied. Comments on tasks that the mirror does not hold are nobody's business here.
 */
export async function takeComments(
  tx: Tx,
  { routeId, crm, app }: Copying,
  comments: readonly SeenComment[],
  before: boolean,
): Promise<void> {
  if (comments.length === 0) return
  await tx`
    insert into note as n (route_id, connection_id, kind, source, app_id, task_id, words, state, wake_at)
    select ${routeId}, ${crm}, 'comment', c."remoteId", ${app}, c.task,
      case when ${before} then null else c.words end, ${before ? 'before' : 'owed'},
      case when ${before} then null else clock() end
    from jsonb_to_recordset(${json(tx, comments)}) as c("remoteId" text, task text, words jsonb)
    where exists (select from remote_task t where t.connection_id = ${app} and t.remote_id = c.task)
      and not exists (
        select from pair_member m join pair p on p.id = m.pair_id and p.memory in ('unlinked', 'closed')
        where m.route_id = ${routeId} and m.connection_id = ${app} and m.remote_id = c.task and m.role = 'current')
    order by c."remoteId"
    on conflict (route_id, kind, source) do update
      set words = excluded.words, version = n.version + 1, wake_at = clock(), changed_at = clock()
      where not ${before} and n.state in ('owed', 'written')`
}

/** Comments that are deleted: what was not copied yet is not copied; a note that is written stays. */
export async function dropComments(
  tx: Tx,
  { routeId }: Copying,
  remoteIds: readonly string[],
): Promise<void> {
  if (remoteIds.length === 0) return
  await tx`
    update note set state = 'dropped', words = null, wake_at = null
    where id in (
      select id from note where route_id = ${routeId} and kind = 'comment' and source in ${tx([...remoteIds])}
        and state = 'owed' and sent_at is null order by id for no key update)`
}

/** Comments of ours on tasks of this connection, by which they tell their users something. */
export async function ownComments(sql: Db | Tx, remoteIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (remoteIds.length === 0) return new Set()
  const rows = await sql<{ id: string }[]>`
    select comment ->> 'id' as id from pair where comment ->> 'id' in ${sql([...remoteIds])}`
  return new Set(rows.map(({ id }) => id))
}
