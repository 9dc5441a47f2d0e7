import type { Db, Tx } from './database.ts'

/**
 * Whoever locks several pairs in one transaction names all of them at once, and `lockPairs` takes them by id: two who took
 * the same ones one after the other, each in an order of his own, would wait for each other. Here is what else will be
 * needed.
 */

/** Pairs that have these tasks, on a route or on all. */
export async function pairsOfTasks(
  sql: Db | Tx,
  connectionId: string,
  remoteIds: readonly string[],
  routeId: string | null = null,
): Promise<string[]> {
  if (remoteIds.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select distinct pair_id as id from pair_member
    where connection_id = ${connectionId} and remote_id in ${sql([...new Set(remoteIds)])}
      and (${routeId}::bigint is null or route_id = ${routeId})`
  return rows.map((row) => row.id)
}

/**
 * Pairs whose tasks lie below those of these pairs, or below these tasks themselves (which may be in no pair yet), and that
 * have no person: `inheritPersons` may give them one.
 */
export async function heirsOf(
  sql: Db | Tx,
  pairIds: readonly string[],
  below: { readonly connectionId: string; readonly remoteIds: readonly string[] } | null = null,
): Promise<string[]> {
  if (pairIds.length === 0 && below === null) return []
  const rows = await sql<{ id: string }[]>`
    with recursive above as (
      (select m.route_id, m.connection_id, m.remote_id, null::bigint as heir from pair_member m
        where m.pair_id = any (${[...pairIds]}::bigint[]) and m.role = 'current'
      union
      select null, ${below?.connectionId ?? null}::bigint, r.id, null
        from unnest(${[...(below?.remoteIds ?? [])]}::text[]) as r(id))
      union
      select member.route_id, member.connection_id, member.remote_id, child.id from above a
      -- One after the other (offset 0): on tables that were never counted every pair of the connection was gone through.
      cross join lateral (select t.connection_id, t.remote_id from remote_task t
        where t.connection_id = a.connection_id and t.seen -> 'task' ->> 'parent' = a.remote_id offset 0) t
      cross join lateral (select u.pair_id from pair_member u
        where u.connection_id = t.connection_id and u.remote_id = t.remote_id
          and u.role = 'current' and (a.route_id is null or u.route_id = a.route_id) offset 0) under
      join pair child on child.id = under.pair_id and child.person is null and child.memory = 'new'
      join pair_member member on member.pair_id = child.id and member.role = 'current'
    )
    select distinct heir as id from above where heir is not null`
  return rows.map((row) => row.id)
}

/** Pairs of other routes that have a task of these pairs, too: what is decided or written here may wake them (`wakeElsewhere`). */
export async function pairsElsewhere(sql: Db | Tx, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select distinct near.pair_id as id from pair_member m
    join pair_member near on near.connection_id = m.connection_id and near.remote_id = m.remote_id
      and near.route_id <> m.route_id and near.role = 'current'
    where m.pair_id in ${sql([...pairIds])} and m.role = 'current'`
  return rows.map((row) => row.id)
}
