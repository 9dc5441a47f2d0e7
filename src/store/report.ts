import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'

/** Requests that a connection has taken from its budgets since it was made. */
export type RequestCount = { readonly connection: string; readonly taken: number; readonly written: number }

export async function requestCounts(sql: Db | Tx): Promise<RequestCount[]> {
  return sql<RequestCount[]>`
    select c.name as connection, coalesce(sum(q.taken), 0)::float8 as taken,
      coalesce(sum(q.written), 0)::float8 as written
    from connection c left join quota q on q.connection_id = c.id
    where c.removed_at is null
    group by c.id, c.name order by c.id`
}

/** Of one route since a moment: pairs found to be on both sides without a create, and open questions which is which. */
export type LinkCount = { readonly route: string; readonly linked: number; readonly ambiguous: number }

export async function linkCounts(sql: Db | Tx, since: DbTime): Promise<LinkCount[]> {
  return sql<LinkCount[]>`
    select r.name as route,
      (select count(*)::int from pair p where p.route_id = r.id and p.created_at >= ${since}::timestamptz
        and (select count(*) from pair_member m where m.pair_id = p.id and m.role = 'current') = 2
        and not exists (
          select from op o where o.subject = 'pair' and o.subject_id = p.id and o.verb = 'create')) as linked,
      (select count(*)::int from conflict c join pair p on p.id = c.pair_id
        where p.route_id = r.id and c.kind = 'ambiguous' and c.decision is null) as ambiguous
    from route r where r.removed_at is null order by r.id`
}
