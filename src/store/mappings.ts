import type { ListPair } from '../core/list-map.ts'
import { type Direction, SIDES, type Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { connectionOf, type RouteRow } from './routes.ts'

/** The lists of a route between two task apps. */
export async function listPairsOf(sql: Db | Tx, routeId: string): Promise<ListPair[]> {
  return sql<ListPair[]>`
    select left_list as "left", right_list as "right", direction from mapping where route_id = ${routeId} order by id`
}

/** Maps two lists to each other. Throws a unique violation where one of them is mapped by this route already. */
export async function addMapping(tx: Tx, route: RouteRow, lists: ListPair): Promise<void> {
  await tx`
    insert into mapping (route_id, left_list, right_list, direction)
    values (${route.id}, ${lists.left}, ${lists.right}, ${lists.direction})`
  // What becomes of the lists themselves is told of containers.
  for (const side of SIDES)
    await tx`
      insert into container (route_id, connection_id, role, subject, name, marker, remote_id)
      values (${route.id}, ${connectionOf(route, side)}, 'list', ${`${side}/${lists[side]}`}, '', '', ${lists[side]})
      on conflict do nothing`
}

/** `broken`: a list of it is deleted or archived at its service; null while both are there. */
export type Mapping = ListPair & {
  readonly id: string
  readonly routeId: string
  readonly broken: { readonly side: Side; readonly state: 'archived' | 'gone' } | null
}

/** The mappings of a route, or of all. */
export async function mappingsOf(sql: Db | Tx, routeId: string | null): Promise<Mapping[]> {
  return sql<Mapping[]>`
    select m.id, m.route_id as "routeId", m.left_list as "left", m.right_list as "right", m.direction,
      (select jsonb_build_object('side', split_part(c.subject, '/', 1), 'state', c.state) from container c
        where c.route_id = m.route_id and c.role = 'list' and c.state in ('archived', 'gone')
          and c.subject in ('left/' || m.left_list, 'right/' || m.right_list)
        order by c.subject limit 1) as broken
    from mapping m join route r on r.id = m.route_id
    where (${routeId}::bigint is null or m.route_id = ${routeId}::bigint) and r.removed_at is null order by m.id`
}

/** Changes which way a mapping flows; its tasks are looked at anew. */
export async function setMapping(tx: Tx, id: string, direction: Direction): Promise<void> {
  await tx`update mapping set direction = ${direction} where id = ${id}`
  await wakeMapped(tx, id)
}

/** Tasks that lay in its lists are out of scope from now on. */
export async function removeMapping(tx: Tx, id: string): Promise<void> {
  await wakeMapped(tx, id)
  await tx`
    delete from container c using mapping m
    where m.id = ${id} and c.route_id = m.route_id and c.role = 'list'
      and c.subject in ('left/' || m.left_list, 'right/' || m.right_list)`
  await tx`delete from mapping where id = ${id}`
}

/**
 * Lets go for good of pairs that lost a task with its list, where the other one lies in one of these lists: that is in no pair any
 * more, and is matched with what lies in the list that takes the lost one's place. The old pairs stay as tombstones.
 */
export async function releaseHomeless(tx: Tx, route: RouteRow, lists: ListPair): Promise<void> {
  await tx`
    with left_over as (
      select m.route_id, m.connection_id, m.remote_id, m.pair_id
      from pair p join pair_member m on m.pair_id = p.id and m.role = 'current'
      join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id and t.presence = 'present'
      where p.route_id = ${route.id} and p.memory = 'unlinked' and p.reason = 'home-gone'
        and t.seen -> 'task' ->> 'list' = case m.side when 'left' then ${lists.left} else ${lists.right} end
        and not exists (
          select from pair_member o
          join remote_task u on u.connection_id = o.connection_id and u.remote_id = o.remote_id and u.presence <> 'gone'
          where o.pair_id = p.id and o.side <> m.side and o.role = 'current')
    ), closed as (
      update pair set memory = 'closed' where id in (select pair_id from left_over))
    delete from pair_member m using left_over l
    where m.route_id = l.route_id and m.connection_id = l.connection_id and m.remote_id = l.remote_id`
}

async function wakeMapped(tx: Tx, id: string): Promise<void> {
  await tx`
    update pair p set wake_at = clock() from mapping m, pair_member w, remote_task t
    where m.id = ${id} and p.route_id = m.route_id and w.pair_id = p.id and w.role = 'current'
      and t.connection_id = w.connection_id and t.remote_id = w.remote_id and p.memory <> 'closed'
      and t.seen -> 'task' ->> 'list' = case w.side when 'left' then m.left_list else m.right_list end`
}

/**
 * The lists of a connection that its routes look at; null when one of them looks everywhere, because a label of its user
 * brings in a task wherever it lies.
 */
export async function usedLists(sql: Db | Tx, connectionId: string): Promise<ReadonlySet<string> | null> {
  const rows = await sql<{ routeId: string; list: string | null }[]>`
    select r.id as "routeId",
      case when m.direction <> 'off' then case when r.left_id = ${connectionId} then m.left_list else m.right_list end end as list
    from route r left join mapping m on m.route_id = r.id
    where ${connectionId} in (r.left_id, r.right_id) and r.removed_at is null`
  const everywhere = rows.some(
    ({ routeId, list }) => list === null && !rows.some((one) => one.routeId === routeId && one.list !== null),
  )
  return everywhere || rows.length === 0 ? null : new Set(rows.flatMap(({ list }) => list ?? []))
}
