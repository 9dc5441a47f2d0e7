import type { NameRule } from '../core/list-map.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'

/** A list that is to get the name of the one that it is mapped to. `known`: what it is called as far as its service told. */
export type NameToFollow = {
  readonly mappingId: string
  readonly containerId: string
  readonly side: Side
  readonly list: string
  readonly wanted: string
  readonly known: string | null
}

/**
 * The lists of a connection that are to be renamed. Each name is carried over once: what its user then calls the list stays,
 * until the other one gets another name. The name of a list's container is the one that was carried over last.
 */
export async function namesToFollow(sql: Db | Tx, connectionId: string): Promise<NameToFollow[]> {
  return sql<NameToFollow[]>`
    select g.id as "mappingId", c.id as "containerId", f.side, f.list, n.name as wanted, k.name as known
    from mapping g
    join route r on r.id = g.route_id and r.state = 'active' and r.removed_at is null
    cross join lateral (values
      ('right', r.right_id, g.right_list, r.left_id, g.left_list, 'left'),
      ('left', r.left_id, g.left_list, r.right_id, g.right_list, 'right')) f (side, own, list, other, of, rule)
    join container c on c.route_id = r.id and c.role = 'list' and c.subject = f.side || '/' || f.list
      and c.state not in ('archived', 'gone')
    join list_name n on n.connection_id = f.other and n.remote_id = f.of
    left join list_name k on k.connection_id = f.own and k.remote_id = f.list
    where f.own = ${connectionId} and f.rule = g.name_rule and g.direction <> 'off' and c.name <> n.name
    order by g.id`
}

/** This name was carried over, or cannot be (`error`): no more is done until there is another one. */
export async function nameFollowed(
  tx: Tx,
  { mappingId, containerId, wanted }: NameToFollow,
  error: string | null,
): Promise<void> {
  await tx`update container set name = ${wanted} where id = ${containerId}`
  await tx`update mapping set last_error = ${error} where id = ${mappingId}`
}

/** From now on; the name that is there is carried over too. */
export async function setNameRule(tx: Tx, mappingId: string, rule: NameRule): Promise<void> {
  await tx`
    update container c set name = '' from mapping g
    where g.id = ${mappingId} and c.route_id = g.route_id and c.role = 'list'
      and c.subject in ('left/' || g.left_list, 'right/' || g.right_list)`
  await tx`update mapping set name_rule = ${rule}, last_error = null where id = ${mappingId}`
}
