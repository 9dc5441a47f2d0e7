import type { Db, Tx } from './database.ts'

/**
 * Rows (connection_id, remote_id) of the tasks that wait at the gate of a route, also while it rests: open ones in
 * no pair of it, which belong to a person, lie where its tasks lie or below one of them, or are brought in by a label of their
 * user. One that a question names waits for a person, and is left out. `route`: the id in the query around it.
 */
export function atTheGate(route: string): string {
  return `(
  select t.connection_id, t.remote_id
  from (
    select o.id as route_id, c.connection_id, c.remote_id, c.seen
    from route o join remote_task c on c.connection_id in (o.left_id, o.right_id)
    where o.id = ${route} and o.removed_at is null and o.state in ('active', 'paused', 'stopped') and c.presence = 'present'
      and not exists (
        select from pair_member m
        where m.route_id = o.id and m.connection_id = c.connection_id and m.remote_id = c.remote_id offset 0)
      and not exists (
        select from out_of_scope x
        where x.route_id = o.id and x.connection_id = c.connection_id and x.remote_id = c.remote_id
          and x.changed_seq = c.changed_seq offset 0)
    offset 0) t
  where not coalesce((t.seen -> 'task' ->> 'completed')::boolean, false)
    and (t.seen -> 'flags' ? 'crm' and not exists (select from mapping g where g.route_id = t.route_id)
      or exists (
        select from pair_member above
        where above.route_id = t.route_id and above.connection_id = t.connection_id and above.role = 'current'
          and above.remote_id = t.seen -> 'task' ->> 'parent')
      or exists (
        select from container h
        where h.route_id = t.route_id and h.connection_id = t.connection_id
          and (h.role <> 'list' or exists (
            select from mapping g
            where g.route_id = t.route_id and g.direction <> 'off'
              and h.subject in ('left/' || g.left_list, 'right/' || g.right_list)))
          and h.remote_id in (t.seen ->> 'container', t.seen -> 'task' ->> 'list'))
      or t.seen ->> 'person' is not null)
    and not exists (
      select from conflict k join pair q on q.id = k.pair_id
      where q.route_id = t.route_id and k.kind = 'ambiguous' and k.decision is null
        and k.base -> 'candidates' ? t.remote_id))`
}

/** Whether new tasks of a route are still to be made, or to be let in. One that waits for a person, or has failed, is none. */
export async function makesTasks(sql: Db | Tx, routeId: string): Promise<boolean> {
  const rows = await sql`
    select from pending q join pair p on p.id = q.id
    where q.route_id = ${routeId} and p.memory = 'new' and p.state = 'ok'
      and (q.due or exists (
        select from op o where o.subject = 'pair' and o.subject_id = p.id and o.status in ('planned', 'sent', 'unknown')))
    union all
    select from route r cross join lateral ${sql.unsafe(atTheGate('r.id'))} g where r.id = ${routeId}
    limit 1`
  return rows.length > 0
}

/**
 * Takes the new tasks of a route out of their pairs again, as far as nothing was planned for them yet: they are matched
 * anew.
 */
export async function backToTheGate(tx: Tx, routeId: string): Promise<void> {
  await tx`
    delete from pair p
    where p.route_id = ${routeId} and p.memory = 'new' and p.state = 'ok' and p.sync_version = 0
      and (select count(*) from pair_member m where m.pair_id = p.id) = 1
      and not exists (select from op o where o.subject = 'pair' and o.subject_id = p.id)
      and not exists (select from conflict c where c.pair_id = p.id)
      and not exists (select from leftover l where l.pair_id = p.id)`
}
