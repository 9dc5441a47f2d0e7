import type { Db, Tx } from './database.ts'

/** A project or list that Dealbridge has made. */
export type Home = {
  readonly id: string
  readonly routeId: string
  readonly role: 'general' | 'stage' | 'deal' | 'list'
  readonly subject: string
  readonly remoteId: string
}

/** What the routes of a leaving connection have made in an account, without what another route uses. */
export async function homesMade(sql: Db | Tx, leavingId: string, connectionId: string): Promise<Home[]> {
  return sql<Home[]>`
    select c.id, c.route_id as "routeId", c.role, c.subject, c.remote_id as "remoteId"
    from container c join route r on r.id = c.route_id
    where ${leavingId} in (r.left_id, r.right_id) and c.connection_id = ${connectionId} and c.remote_id is not null
      and (c.role <> 'list' or c.made)
      -- A project that its user had before us.
      and not (c.role = 'stage' and c.shard = 1 and c.subject like 'project/%')
      and not exists (
        select from container o join route other on other.id = o.route_id
        where o.connection_id = c.connection_id and o.remote_id = c.remote_id and other.removed_at is null
          and ${leavingId} not in (other.left_id, other.right_id))
    order by c.id desc`
}

/**
 * The place is no more. A list's mapping goes with it; one that Dealbridge chooses is made anew when it is needed, under
 * another key, for services remember what they made under this one.
 */
export async function loseHome(tx: Tx, { id, routeId, role, subject }: Home): Promise<void> {
  if (role !== 'list') {
    await tx`
      update container set remote_id = null, key = gen_random_uuid(), state = 'active', put_away = false,
        shown_name = null, shown_parent = null
      where id = ${id}`
    return
  }
  const gone = tx`
    select m.id from mapping m where m.route_id = ${routeId} and ${subject} in ('left/' || m.left_list, 'right/' || m.right_list)`
  await tx`
    delete from container c using mapping m
    where m.id in (${gone}) and c.route_id = m.route_id and c.role = 'list' and not c.made
      and c.subject in ('left/' || m.left_list, 'right/' || m.right_list)`
  await tx`delete from mapping where id in (${gone})`
  await tx`delete from container where id = ${id}`
}
