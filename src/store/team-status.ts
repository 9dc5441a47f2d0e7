import type { Db, Tx } from './database.ts'

/**
 * How a team's tasks are spread, of one connection that has routes for certain users. `ofNobody`: open tasks of users whom no route
 * has, as the last complete look counted them. `gone`: routes that are for a user who is not in the account any more. Names are
 * those that people know; null of the tasks that nobody is assigned to.
 */
export type TeamStatus = {
  readonly connection: string
  readonly ofNobody: readonly { readonly agent: string | null; readonly tasks: number }[]
  readonly gone: readonly { readonly agent: string; readonly route: string }[]
}

/** Of the connections about which there is something to tell. */
export async function teamStatus(sql: Db | Tx): Promise<TeamStatus[]> {
  return sql<TeamStatus[]>`
    select c.name as connection,
      coalesce((
        select jsonb_agg(jsonb_build_object('agent', x.agent, 'tasks', x.tasks) order by x.tasks desc, x.agent)
        from (select case when n.key = '' then null else coalesce(u.name, 'user ' || n.key) end as agent,
                n.value::int as tasks
              from jsonb_each_text(c.of_nobody) n
              left join account_user u on u.connection_id = c.id and u.user_id = n.key) x), '[]') as "ofNobody",
      coalesce((
        select jsonb_agg(jsonb_build_object('agent', u.name, 'route', r.name) order by r.name, u.name)
        from route r
        join account_user u on u.connection_id = c.id and not u.active
          and coalesce(r.policy -> 'assignees' -> 'only' ? u.user_id, false)
        where c.id in (r.left_id, r.right_id) and r.removed_at is null), '[]') as gone
    from connection c
    where c.removed_at is null and exists (
      select from route r where c.id in (r.left_id, r.right_id) and r.removed_at is null
        and jsonb_typeof(r.policy -> 'assignees') = 'object')
      and (c.of_nobody <> '{}' or exists (
        select from account_user u where u.connection_id = c.id and not u.active))
    order by c.id`
}
