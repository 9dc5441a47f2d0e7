import type { DbTime } from '../core/db-time.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import type { NoteKind, NoteVerb } from './notes.ts'

/**
 * A write to a note on a person of the CRM, as a reader of the log wants it. `side`: of the CRM. `person`: remote id. `remoteId`: of the
 * note, null where the CRM did not take it. `error`: why it did not.
 */
export type LoggedNote = {
  readonly id: string
  readonly at: DbTime
  readonly route: string
  readonly routeId: string
  readonly side: Side
  readonly verb: NoteVerb
  readonly noteKind: NoteKind
  readonly aboutPair: string | null
  readonly person: string | null
  readonly remoteId: string | null
  readonly error: string | null
}

/** `pairId`: of the notes of one pair alone. */
export type NoteLogQuery = {
  readonly since: DbTime | null
  readonly pairId: string | null
  readonly limit: number
}

/** The last writes to notes, oldest first. */
export async function noteLog(sql: Db | Tx, { since, pairId, limit }: NoteLogQuery): Promise<LoggedNote[]> {
  const rows = await sql<LoggedNote[]>`
    select w.id, w.at, r.name as route, n.route_id as "routeId",
      case when r.left_id = n.connection_id then 'left' else 'right' end as side, w.verb, n.kind as "noteKind",
      a.pair_id as "aboutPair", n.person, n.remote_id as "remoteId", w.error
    from note_write w join note n on n.id = w.note_id join route r on r.id = n.route_id
    cross join lateral (select coalesce(n.pair_id, (
      select m.pair_id from pair_member m
      where m.route_id = n.route_id and m.connection_id = n.app_id and m.remote_id = n.task_id)) as pair_id) a
    where (${since}::timestamptz is null or w.at >= ${since}::timestamptz)
      and (${pairId}::bigint is null or a.pair_id = ${pairId}::bigint)
    order by date_trunc('second', w.at) desc, w.id desc limit ${limit}`
  return rows.reverse()
}
