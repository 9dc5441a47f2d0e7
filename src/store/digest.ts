import type { DigestRoute } from '../core/alerts/message.ts'
import { FLAGGED_NOTICES } from '../core/beside.ts'
import type { Db, Tx } from './database.ts'

/** Tasks that wait for a decision, each with its route and why: the label that it carries, else the reason of its pair. */
const WAITING = `
  select p.id, p.route_id, coalesce(case when p.notice = any($1) then p.notice end, p.reason, 'other') as reason
  from pair p
  where p.memory in ('new', 'linked', 'unlinked') and (p.state = 'waiting' or p.notice = any($1))
    and not exists (select from conflict c where c.pair_id = p.id and c.decision is null)`

/** Of every route of which something waits for a person. */
export async function digestRoutes(sql: Db | Tx): Promise<DigestRoute[]> {
  const rows = await sql.unsafe<(DigestRoute & { some: boolean })[]>(
    `select r.name as route, r.state = 'draft' as draft, w.waiting,
       (select count(*)::int from pair p where p.route_id = r.id and p.state = 'error') as failed,
       (select count(*)::int from conflict c join pair p on p.id = c.pair_id
        where p.route_id = r.id and c.decision is null) as questions,
       (select count(*)::int from deal_home h where h.route_id = r.id and h.state <> 'ok') as deals
     from route r
     cross join lateral (
       select coalesce(jsonb_agg(jsonb_build_object('reason', x.reason, 'count', x.count) order by x.reason), '[]') as waiting
       from (select w.reason, count(*)::int as count from (${WAITING}) w where w.route_id = r.id group by 1) x) w
     where r.removed_at is null order by r.id`,
    [[...FLAGGED_NOTICES]],
  )
  return rows.filter(
    ({ draft, waiting, failed, questions, deals }) =>
      draft || waiting.length + failed + questions + deals > 0,
  )
}

/** Titles of those that wait, oldest first, at most `limit`. */
export async function waitingTitles(
  sql: Db | Tx,
  limit: number,
): Promise<{ route: string; reason: string; title: string }[]> {
  return sql.unsafe<{ route: string; reason: string; title: string }[]>(
    `select r.name as route, w.reason, t.title
     from (${WAITING}) w join route r on r.id = w.route_id and r.removed_at is null
     cross join lateral (
       select t.seen -> 'task' ->> 'title' as title from pair_member m
       join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
       where m.pair_id = w.id and m.role = 'current' order by m.side limit 1) t
     where t.title is not null order by w.id limit ${limit}`,
    [[...FLAGGED_NOTICES]],
  )
}
