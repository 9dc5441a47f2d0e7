import type { DbTime } from '../core/db-time.ts'
import type { ContainerRow } from './containers.ts'
import type { Db, Tx } from './database.ts'

/**
 * A deal whose section, or the project around it, a user has deleted or archived. `decision` null: it waits for a person.
 * `tasks`: those of the deal that were let go with it. `section`, `project`: names.
 */
export type HomeConflict = {
  readonly dealId: string
  readonly deal: string
  readonly routeId: string
  readonly route: string
  readonly connectionId: string
  readonly section: string | null
  readonly project: string | null
  readonly deleted: boolean
  readonly tasks: number
  readonly decision: 'restore' | 'let-go' | null
  readonly at: DbTime
}

const OPEN = `h.state = 'waiting' and h.reason = 'home-gone'`

/** Remote ids of the lists with which tasks of a deal have gone, where the app has no sections. */
const LISTS_LEFT = `array(
  select t.seen -> 'task' ->> 'list' from pair p
  join pair_member m on m.pair_id = p.id and m.role = 'current'
  join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
  where p.route_id = h.route_id and p.deal = h.deal_id and p.memory = 'unlinked' and p.reason in ('home-gone', 'let-go'))`

/** Those that wait for a person, or all; the oldest first. */
export async function homeConflicts(
  sql: Db | Tx,
  { decided, dealId = null }: { readonly decided: boolean; readonly dealId?: string | null },
): Promise<HomeConflict[]> {
  return sql<HomeConflict[]>`
    select h.deal_id as "dealId", coalesce(d.deal ->> 'name', '') as deal, r.id as "routeId", r.name as route,
      d.connection_id as "connectionId", t.section, coalesce(t.project, s.project) as project,
      coalesce(t.deleted, s.deleted, true) as deleted,
      (select count(*)::int from pair p where p.route_id = r.id and p.deal = h.deal_id and p.memory = 'unlinked'
        and p.reason in ('home-gone', 'let-go')) as tasks,
      case when not (${sql.unsafe(OPEN)}) then h.decision end as decision,
      case when ${sql.unsafe(OPEN)} then h.state_since else h.decision_at end as at
    from deal_home h
    join route r on r.id = h.route_id and r.removed_at is null
    join deal_cache d on d.deal_id = h.deal_id and d.connection_id in (r.left_id, r.right_id)
    left join lateral (
      select coalesce(c.shown_name, c.name) as section, coalesce(g.shown_name, g.name) as project,
        c.state = 'gone' as deleted
      from container c left join container g on g.id = c.parent_id
      where c.route_id = h.route_id and c.role = 'deal' and c.subject = h.deal_id
      order by c.state not in ('gone', 'archived'), c.shard limit 1) t on true
    left join lateral (
      select coalesce(c.shown_name, c.name) as project, c.state = 'gone' as deleted
      from container c
      where t.section is null and c.route_id = h.route_id and c.role = 'stage'
        and c.remote_id = any (${sql.unsafe(LISTS_LEFT)})
      order by c.state not in ('gone', 'archived'), c.id limit 1) s on true
    where (${sql.unsafe(OPEN)} or ${decided} and h.decision is not null)
      and (${dealId}::text is null or h.deal_id = ${dealId}::text)
    order by at, h.deal_id, r.id`
}

/** Whether tasks of a deal went with their list, and nobody has said yet what becomes of them. */
export async function waitsForHome(sql: Db | Tx, routeId: string, dealId: string): Promise<boolean> {
  const rows = await sql`
    select from pair
    where route_id = ${routeId} and deal = ${dealId} and memory = 'unlinked' and reason = 'home-gone' limit 1`
  return rows.length > 0
}

/** The lists with which tasks of a deal have gone, by their remote ids. */
export async function listsGoneWith(tx: Tx, routeId: string, dealId: string): Promise<string[]> {
  const [row] = await tx<{ lists: string[] }[]>`
    select ${tx.unsafe(LISTS_LEFT)} as lists
    from (select ${routeId}::bigint as route_id, ${dealId}::text as deal_id) h`
  return row?.lists ?? []
}

/** Whether a task that is kept in step was last seen in this list: nobody has said yet that it went with that. */
export async function isStillHome(
  tx: Tx,
  { routeId, connectionId, remoteId }: Pick<ContainerRow, 'routeId' | 'connectionId' | 'remoteId'>,
): Promise<boolean> {
  const rows = await tx`
    select from pair p
    join pair_member m on m.pair_id = p.id and m.role = 'current' and m.connection_id = ${connectionId}
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    where p.route_id = ${routeId} and p.memory in ('new', 'linked', 'ending')
      and t.seen -> 'task' ->> 'list' = ${remoteId} limit 1`
  return rows.length > 0
}

/** What a person said of a deal whose section was gone; its homes and its tasks are looked after at once. */
export async function decideHome(
  tx: Tx,
  { routeId, dealId }: Pick<HomeConflict, 'routeId' | 'dealId'>,
  decision: 'restore' | 'let-go',
): Promise<void> {
  await tx`
    update deal_home set decision = ${decision}, decision_at = clock(), state = 'ok', reason = null, last_error = null,
      wake_at = clock(), tasks_seq = 0
    where route_id = ${routeId} and deal_id = ${dealId}`
}

/** Tasks of a deal that were let go when its section was gone. */
export async function pairsGoneWithHome(tx: Tx, routeId: string, dealId: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    select id from pair
    where route_id = ${routeId} and deal = ${dealId} and memory = 'unlinked' and reason in ('home-gone', 'let-go')
    order by id`
  return rows.map(({ id }) => id)
}

/** Lets the tasks of a deal go that lay in these containers, by their remote ids, and those that went before. */
export async function letGoWithHome(
  tx: Tx,
  { routeId, dealId }: Pick<HomeConflict, 'routeId' | 'dealId'>,
  remoteIds: readonly string[],
): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    with found as (
      select p.id from pair p
      where p.route_id = ${routeId} and p.deal = ${dealId} and (
        p.memory = 'unlinked' and p.reason = 'home-gone'
        or p.memory in ('new', 'linked') and exists (
          select from pair_member m
          join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
          where m.pair_id = p.id and m.role = 'current' and t.presence <> 'gone'
            and (t.seen ->> 'container' = any (${[...remoteIds]}::text[])
              or t.seen -> 'task' ->> 'list' = any (${[...remoteIds]}::text[]))))
      order by p.id for no key update of p)
    update pair set memory = 'unlinked', reason = 'let-go', state = 'ok', wake_at = null,
      ended_at = coalesce(ended_at, clock())
    where id in (select id from found) returning id`
  return rows.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))
}

/** All pairs of a deal, also those that were let go. */
export async function pairsOfDeal(sql: Db | Tx, routeId: string, dealId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from pair where route_id = ${routeId} and deal = ${dealId} order by id`
  return rows.map(({ id }) => id)
}
