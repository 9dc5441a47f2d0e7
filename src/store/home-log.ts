import type { DbTime } from '../core/db-time.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import type { HomeChange } from './home-ops.ts'
import { type OpPage, onPage } from './op-pages.ts'
import type { OpError, OpStatus } from './ops.ts'

/**
 * A write to a project or section, as a reader of the log wants it. `subject`: the deal of a section; of a project what stands in
 * it. `target`: name of the project into which a section moves. `before`: its name, the project's name, its state.
 */
export type LoggedHome = {
  readonly id: string
  readonly at: DbTime
  readonly route: string
  readonly routeId: string
  readonly side: Side
  /** Kind of the service. */
  readonly provider: string
  readonly verb: 'create' | 'update' | 'delete'
  readonly role: 'general' | 'stage' | 'deal' | 'list'
  readonly subject: string
  readonly name: string
  readonly target: string | null
  readonly before: { readonly name?: string; readonly in?: string | null; readonly state?: string } | null
  readonly change: HomeChange
  readonly cause: string
  readonly status: OpStatus
  readonly error: OpError | null
}

const LOGGED = `
  select o.id, coalesce(o.closed_at, o.planned_at) as at, r.name as route, o.route_id as "routeId", o.side,
    n.provider, o.verb, c.role, c.subject, coalesce(c.shown_name, c.name) as name, coalesce(t.shown_name, t.name) as target,
    o.before, o.after as change, o.cause, o.status, o.error
  from op o join route r on r.id = o.route_id join container c on c.id = o.subject_id
  join connection n on n.id = o.connection_id
  left join container t on t.id::text = o.after ->> 'to'`

/** The last writes to projects and sections, oldest first. `since`: of their time. */
export async function homeLog(
  sql: Db | Tx,
  { since, limit }: { readonly since: DbTime | null; readonly limit: number },
): Promise<LoggedHome[]> {
  const rows = await sql<LoggedHome[]>`
    ${sql.unsafe(LOGGED)}
    where o.subject = 'container'
      and (${since}::timestamptz is null or coalesce(o.closed_at, o.planned_at) >= ${since}::timestamptz)
    order by date_trunc('second', coalesce(o.closed_at, o.planned_at)) desc, o.id desc limit ${limit}`
  return rows.reverse()
}

/** The same, newest first: those before an op's number. */
export async function homePage(sql: Db | Tx, query: OpPage): Promise<LoggedHome[]> {
  return sql<LoggedHome[]>`
    ${sql.unsafe(LOGGED)}
    where o.subject = 'container' and ${onPage(sql, query)}
    order by o.id desc limit ${query.limit}`
}
