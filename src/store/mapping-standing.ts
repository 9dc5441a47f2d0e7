import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'
import { atTheGate } from './gate.ts'

/**
 * How the tasks of two mapped lists stand. `writtenAt`: when one of them was last written or found equal. `inStepAt`: where
 * nothing is left to do, the last look at both accounts, of which the older counts; else null.
 */
export type MappingStanding = {
  readonly mappingId: string
  readonly pending: number
  readonly waiting: number
  readonly failed: number
  readonly writtenAt: DbTime | null
  readonly inStepAt: DbTime | null
}

/**
 * Of the mappings of a route, or of all. Worked out from the tasks that lie in their lists, so that it cannot differ from what
 * is the case; for whoever asks, and not for every pull.
 */
export async function mappingStandings(sql: Db | Tx, routeId: string | null): Promise<MappingStanding[]> {
  return sql<MappingStanding[]>`
    with place as (
      select g.id as mapping, g.route_id, s.connection_id, s.list
      from mapping g join route r on r.id = g.route_id and r.removed_at is null
      cross join lateral (values (r.left_id, g.left_list), (r.right_id, g.right_list)) s (connection_id, list)
      where ${routeId}::bigint is null or g.route_id = ${routeId}::bigint
    ), lying as (
      select l.mapping, m.pair_id, bool_or(m.role = 'current') as current
      from place l
      join remote_task t on t.connection_id = l.connection_id and t.seen -> 'task' ->> 'list' = l.list
      join pair_member m on m.route_id = l.route_id and m.connection_id = t.connection_id and m.remote_id = t.remote_id
      group by 1, 2
    ), counted as (
      select l.mapping,
        count(*) filter (where l.current and q.id is not null and p.state <> 'waiting')::int as pending,
        count(*) filter (where l.current and p.state in ('waiting', 'conflict'))::int as waiting,
        count(*) filter (where l.current and p.state = 'error')::int as failed,
        max(greatest(p.last_synced_at, o.closed_at)) as written
      from lying l join pair p on p.id = l.pair_id
      left join pending q on q.id = p.id
      left join lateral (
        select max(o.closed_at) as closed_at from op o
        where o.subject = 'pair' and o.subject_id = p.id and o.status = 'confirmed') o on true
      group by 1
    ), arriving as (
      select l.mapping, count(*)::int as pending
      from (select distinct route_id from place) r
      cross join lateral ${sql.unsafe(atTheGate('r.route_id'))} u
      join remote_task t on t.connection_id = u.connection_id and t.remote_id = u.remote_id
      join place l on l.route_id = r.route_id and l.connection_id = t.connection_id
        and l.list = t.seen -> 'task' ->> 'list'
      group by 1
    ), standing as (
      select g.id, g.route_id, coalesce(c.pending, 0) + coalesce(a.pending, 0) as pending,
        coalesce(c.waiting, 0) as waiting, coalesce(c.failed, 0) as failed, c.written,
        g.direction <> 'off' and not exists (
          select from container k
          where k.route_id = g.route_id and k.role = 'list' and k.state in ('archived', 'gone')
            and k.subject in ('left/' || g.left_list, 'right/' || g.right_list)) as works
      from mapping g
      left join counted c on c.mapping = g.id
      left join arriving a on a.mapping = g.id
      where g.id in (select mapping from place))
    select s.id as "mappingId", s.pending, s.waiting, s.failed, s.written as "writtenAt",
      case when s.works and s.pending + s.waiting + s.failed = 0 and r.state = 'active' and r.filled_at is not null
        and b.last_pull_at is not null and d.last_pull_at is not null
        then least(b.last_pull_at, d.last_pull_at) end as "inStepAt"
    from standing s join route r on r.id = s.route_id
    join connection b on b.id = r.left_id join connection d on d.id = r.right_id
    order by s.id`
}
