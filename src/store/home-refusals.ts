import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'
import type { HomeChange } from './home-ops.ts'
import { NO_REFUSALS } from './ops.ts'

/* What services have refused of projects and sections. What was given up on our side is no refusal. */

/** How often the service refused such a change of a container within so many hours. What was given up on our side is none. */
export async function refusedWithin(
  sql: Db | Tx,
  containerId: string,
  kind: HomeChange['kind'],
  hours: number,
): Promise<number> {
  const [row] = await sql<{ refused: number }[]>`
    select count(*)::int as refused from op where subject = 'container' and subject_id = ${containerId}
      and status = 'refused' and after ->> 'kind' = ${kind}
      and coalesce(error ->> 'kind', '') not in ${sql(NO_REFUSALS)}
      and closed_at > clock() - ${hours}::float8 * interval '1 hour'`
  return row?.refused ?? 0
}

/** Whether such a change of a container was refused within a day. */
export async function wasRefusedLately(
  sql: Db | Tx,
  containerId: string,
  kind: HomeChange['kind'],
): Promise<boolean> {
  return (await refusedWithin(sql, containerId, kind, 24)) > 0
}

/**
 * Until when a container is not put away, because something is in it that we do not know: an hour from when that was seen. Null
 * where it may be.
 */
export async function inUseUntil(sql: Db | Tx, containerId: string): Promise<DbTime | null> {
  const [row] = await sql<{ until: DbTime | null }[]>`
    select max(closed_at) + interval '1 hour' as until from op
    where subject = 'container' and subject_id = ${containerId} and status = 'refused'
      and after ->> 'kind' = 'archive' and error ->> 'kind' = 'conflict'
      and closed_at > clock() - interval '1 hour'`
  return row?.until ?? null
}

/** Homes (by key) of which a project was to be made, and was refused within a day. */
export async function refusedProjects(sql: Db | Tx, routeId: string): Promise<ReadonlySet<string>> {
  const rows = await sql<{ key: string }[]>`
    select distinct c.subject as key from container c join op o on o.subject = 'container' and o.subject_id = c.id
    where c.route_id = ${routeId} and c.role = 'stage' and c.remote_id is null and o.status = 'refused'
      and o.after ->> 'kind' = 'make' and coalesce(o.error ->> 'kind', '') not in ${sql(NO_REFUSALS)}
      and o.closed_at > clock() - interval '1 day'`
  return new Set(rows.map(({ key }) => key))
}
