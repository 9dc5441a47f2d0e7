import type { ListPair, NameRule } from '../core/list-map.ts'
import { type Direction, SIDES, type Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { connectionOf, type RouteRow } from './routes.ts'
import { letGoMapped } from './unmapped.ts'

/** The lists of a route between two task apps. */
export async function listPairsOf(sql: Db | Tx, routeId: string): Promise<ListPair[]> {
  return sql<ListPair[]>`
    select left_list as "left", right_list as "right", direction from mapping where route_id = ${routeId} order by id`
}

/** Maps two lists to each other. Throws a unique violation where one of them is mapped by this route already. */
export async function addMapping(tx: Tx, route: RouteRow, lists: ListPair): Promise<void> {
  const [added] = await tx<{ id: string }[]>`
    insert into mapping (route_id, left_list, right_list, direction)
    values (${route.id}, ${lists.left}, ${lists.right}, ${lists.direction}) returning id`
  // They may have been mapped before.
  if (added !== undefined) await wakeMapped(tx, added.id)
  // What becomes of the lists themselves is told of containers.
  for (const side of SIDES)
    await tx`
      insert into container (route_id, connection_id, role, subject, name, marker, remote_id)
      values (${route.id}, ${connectionOf(route, side)}, 'list', ${`${side}/${lists[side]}`}, '', '', ${lists[side]})
      on conflict do nothing`
}

/**
 * `broken`: a list of it is deleted or archived at its service; null while both are there. `nameError`: why its list could not
 * be given the name of the other one.
 */
export type Mapping = ListPair & {
  readonly id: string
  readonly routeId: string
  readonly names: NameRule
  readonly nameError: string | null
  readonly broken: { readonly side: Side; readonly state: 'archived' | 'gone' } | null
}

/** The mappings of a route, or of all. */
export async function mappingsOf(sql: Db | Tx, routeId: string | null): Promise<Mapping[]> {
  return sql<Mapping[]>`
    select m.id, m.route_id as "routeId", m.left_list as "left", m.right_list as "right", m.direction,
      m.name_rule as names, m.last_error as "nameError",
      (select jsonb_build_object('side', split_part(c.subject, '/', 1), 'state', c.state) from container c
        where c.route_id = m.route_id and c.role = 'list' and c.state in ('archived', 'gone')
          and c.subject in ('left/' || m.left_list, 'right/' || m.right_list)
        order by c.subject limit 1) as broken
    from mapping m join route r on r.id = m.route_id
    where (${routeId}::bigint is null or m.route_id = ${routeId}::bigint) and r.removed_at is null order by m.id`
}

/** Changes which way a mapping flows; its tasks are looked at anew, and let go where it is to flow no way. */
export async function setMapping(tx: Tx, id: string, direction: Direction): Promise<void> {
  if (direction === 'off') await letGoMapped(tx, id)
  await tx`update mapping set direction = ${direction} where id = ${id}`
  await wakeMapped(tx, id)
}

/** Tasks that lay in its lists are let go, and out of scope from now on. What we made stays known: it carries our marker. */
export async function removeMapping(tx: Tx, id: string): Promise<void> {
  await letGoMapped(tx, id)
  await wakeMapped(tx, id)
  await tx`
    delete from container c using mapping m
    where m.id = ${id} and c.route_id = m.route_id and c.role = 'list' and not c.made
      and c.subject in ('left/' || m.left_list, 'right/' || m.right_list)`
  await tx`delete from mapping where id = ${id}`
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
