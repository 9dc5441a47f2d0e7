import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'

/** A section of a deal in a route, and the project in which it lies; `remoteId` null until it is made. */
export type DealSection = {
  readonly remoteId: string | null
  readonly name: string
  readonly state: 'active' | 'full' | 'archived' | 'gone'
  readonly project: string | null
  readonly projectId: string | null
}

/** How the homes of a deal stand in a route. `tasks`: its open ones. `pending`: something is still to be done about it. */
export type DealStanding = {
  readonly dealId: string
  readonly sections: readonly DealSection[]
  readonly tasks: number
  readonly state: 'ok' | 'waiting' | 'error'
  readonly reason: string | null
  readonly lastError: string | null
  readonly since: DbTime | null
  readonly decision: 'restore' | 'let-go' | null
  readonly decisionAt: DbTime | null
  readonly pending: boolean
}

/** Of these deals in a route, those of which it has done or noted anything. */
export async function dealStandings(
  sql: Db | Tx,
  routeId: string,
  deals: readonly string[],
): Promise<DealStanding[]> {
  if (deals.length === 0) return []
  return sql<DealStanding[]>`
    with named as (select unnest(${[...deals]}::text[]) as deal),
    sections as (
      select c.subject as deal, jsonb_agg(jsonb_build_object('remoteId', c.remote_id,
          'name', coalesce(c.shown_name, c.name), 'state', c.state,
          'project', coalesce(g.shown_name, g.name), 'projectId', g.remote_id) order by c.shard) as sections
      from container c left join container g on g.id = c.parent_id
      where c.route_id = ${routeId} and c.role = 'deal' and c.subject in (select deal from named) group by c.subject
    ), tasks as (
      select p.deal, count(*)::int as tasks from pair p
      where p.route_id = ${routeId} and p.deal in (select deal from named) and p.memory in ('new', 'linked')
        and not exists (
          select from pair_member m
          join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
          where m.pair_id = p.id and m.role = 'current'
            and (t.presence = 'gone' or coalesce((t.seen -> 'task' ->> 'completed')::boolean, false)))
      group by p.deal)
    select n.deal as "dealId", coalesce(s.sections, '[]') as sections, coalesce(t.tasks, 0) as tasks,
      coalesce(h.state, 'ok') as state, h.reason, h.last_error as "lastError", h.state_since as since,
      h.decision, h.decision_at as "decisionAt",
      exists (select from pending_deal d where d.route_id = ${routeId} and d.deal_id = n.deal) as pending
    from named n
    left join sections s on s.deal = n.deal
    left join tasks t on t.deal = n.deal
    left join deal_home h on h.route_id = ${routeId} and h.deal_id = n.deal
    where s.deal is not null or t.deal is not null or h.deal_id is not null`
}

/** Deals of a route whose section a person has let go. */
export async function letGoDeals(sql: Db | Tx, routeId: string): Promise<ReadonlySet<string>> {
  const rows = await sql<{ deal: string }[]>`
    select deal_id as deal from deal_home where route_id = ${routeId} and decision = 'let-go'`
  return new Set(rows.map(({ deal }) => deal))
}
