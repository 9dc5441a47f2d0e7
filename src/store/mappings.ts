import type { ListPair } from '../core/list-map.ts'
import { SIDES } from '../core/policy.ts'
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
