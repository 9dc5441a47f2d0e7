import type { Finding } from '../core/alerts/alert.ts'
import type { DbTime } from '../core/db-time.ts'
import type { ConnectionState } from './connections.ts'
import type { Db, Tx } from './database.ts'

/** A connection as somebody who looks for trouble wants to know it. */
export type WatchedConnection = {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly credentials: string
  readonly state: ConnectionState
  readonly stateSince: DbTime
  /** Since when nobody could have renewed its credentials; null where they can be. */
  readonly renewRefused: boolean
  /** Last look, or when it was made; null where a look is not overdue. */
  readonly overdueSince: DbTime | null
}

/** So many polls may be left out, by a full budget or a first sync, before a look is overdue. */
const POLLS = 10
const LOOK_AT_LEAST = '5 minutes'

export async function watchedConnections(sql: Db | Tx): Promise<WatchedConnection[]> {
  return sql<WatchedConnection[]>`
    select c.id, c.name, c.provider, c.credentials, c.state, c.state_since as "stateSince",
      c.renew_refused is not null as "renewRefused",
      case when c.state = 'ok' and u.used
        and coalesce(c.last_pull_at, c.created_at) < clock()
          - greatest(c.poll_seconds * ${POLLS}::float8 * interval '1 s', ${LOOK_AT_LEAST}::interval)
        then coalesce(c.last_pull_at, c.created_at) end as "overdueSince"
    from connection c
    cross join lateral (select exists (
      select from route r where c.id in (r.left_id, r.right_id) and r.removed_at is null
        and r.state in ('matching', 'active')) as used) u
    where c.removed_at is null and c.leaving_at is null order by c.id`
}

type RouteFinding = { readonly id: string; readonly name: string; readonly since: DbTime | null }

const asFinding = (
  kind: Finding['kind'],
  row: RouteFinding & { readonly count: number | null },
): Finding => ({
  kind,
  subject: { about: 'route', id: row.id, name: row.name },
  count: row.count,
  since: row.since,
})

/** Routes that were stopped before too much would have ended at once. */
export async function stoppedRoutes(sql: Db | Tx): Promise<Finding[]> {
  const rows = await sql<(RouteFinding & { count: number })[]>`
    select id, name, (stopped ->> 'counted')::int as count, (stopped ->> 'at')::timestamptz as since
    from route where state = 'stopped' and removed_at is null order by id`
  return rows.map((row) => asFinding('mass-change', row))
}

/** First syncs whose accounts both answer, and of which for `afterMs` no pair was made and no write has ended. */
export async function stuckFirstSyncs(sql: Db | Tx, afterMs: number): Promise<Finding[]> {
  const rows = await sql<(RouteFinding & { count: null })[]>`
    select r.id, r.name, null as count, s.since
    from route r
    join connection l on l.id = r.left_id and l.state = 'ok' join connection g on g.id = r.right_id and g.state = 'ok'
    cross join lateral (select greatest(r.created_at, l.state_since, g.state_since,
      (select max(p.created_at) from pair p where p.route_id = r.id),
      (select max(o.closed_at) from op o where o.route_id = r.id)) as since) s
    where r.state in ('matching', 'active') and r.filled_at is null and r.removed_at is null
      and s.since < clock() - ${afterMs}::float8 * interval '1 ms'
    order by r.id`
  return rows.map((row) => asFinding('first-sync', row))
}

/** Routes of which tasks or deals have failed, and how many; a task whose move was refused, too. */
export async function failingRoutes(sql: Db | Tx): Promise<Finding[]> {
  const rows = await sql<(RouteFinding & { count: number })[]>`
    select r.id, r.name, n.count, null as since
    from route r
    cross join lateral (select (
      (select count(*) from pair p where p.route_id = r.id and (p.state = 'error' or p.state = 'waiting' and p.reason = 'refused'))
      + (select count(*) from deal_home h where h.route_id = r.id and h.state = 'error'))::int as count) n
    where r.removed_at is null and n.count > 0 order by r.id`
  return rows.map((row) => asFinding('failing', row))
}

/** Routes of which questions wait for an answer: conflicts, and deals whose section is gone. */
export async function askingRoutes(sql: Db | Tx): Promise<Finding[]> {
  const rows = await sql<(RouteFinding & { count: number })[]>`
    select r.id, r.name, count(*)::int as count, min(q.at) as since
    from route r
    join lateral (
      select c.at from conflict c join pair p on p.id = c.pair_id
      where p.route_id = r.id and c.decision is null
      union all
      select h.state_since from deal_home h
      where h.route_id = r.id and h.state = 'waiting' and h.reason = 'home-gone') q on true
    where r.removed_at is null group by r.id, r.name order by r.id`
  return rows.map((row) => asFinding('conflicts', row))
}

/** Routes of which sections lie in the project of another stage, where their user has moved them again and again. */
export async function movedAwayRoutes(sql: Db | Tx): Promise<Finding[]> {
  const rows = await sql<(RouteFinding & { count: number })[]>`
    select r.id, r.name, count(*)::int as count, min(h.state_since) as since
    from route r join deal_home h on h.route_id = r.id and h.state = 'waiting' and h.reason = 'moved-away'
    where r.removed_at is null group by r.id, r.name order by r.id`
  return rows.map((row) => asFinding('moved-away', row))
}
