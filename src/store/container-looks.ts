import type { DbTime } from '../core/db-time.ts'
import type { RemoteContainer } from '../providers/contract.ts'
import { type ChangedHome, type ContainerRow, dealsIn, type NewContainer } from './containers.ts'
import type { Db, Tx } from './database.ts'

/**
 * Takes in what a service says of a container that is known by its id. `homes`: the deals whose homes are to be looked after
 * again (`wakeHomes`): those whose section it is, or whose sections lie in it. `listLost`: it is a list that is kept in step,
 * and was deleted or archived since the last look.
 * `askedAt`: slot of the request. A look from before our last write was answered, or before a look that is known, says nothing.
 */
export async function observeContainer(
  tx: Tx,
  connectionId: string,
  seen: RemoteContainer,
  askedAt: DbTime,
): Promise<{ readonly homes: readonly ChangedHome[]; readonly listLost: boolean }> {
  const looked = await tx<{ id: string }[]>`
    update container set seen_at = ${askedAt}
    where connection_id = ${connectionId} and remote_id = ${seen.remoteId}
      and coalesce(greatest(seen_at, tended_at), '-infinity') <= ${askedAt}
    returning id`
  if (looked.length === 0) return { homes: [], listLost: false }
  const ids = looked.map(({ id }) => id)
  // Of one that is gone a service may not know the name any more.
  const name = seen.name === '' ? null : seen.name
  // One that is seen for the first time, as it was made, is no news.
  const seenHomes = await tx<{ id: string; routeId: string; role: string; subject: string; news: boolean }[]>`
    update container c set shown_name = coalesce(${name}::text, c.shown_name), shown_parent = ${seen.parent},
      put_away = c.put_away and ${seen.state} = 'archived'
    from container o left join container p on p.id = o.parent_id
    where o.id = c.id and c.id in ${tx(ids)} and c.role <> 'list'
      and (${name}::text <> coalesce(c.shown_name, '') or c.shown_parent is distinct from ${seen.parent}
        or c.state <> ${seen.state} and not (${seen.state} = 'active' and c.state = 'full'))
    returning c.id, c.route_id as "routeId", c.role, c.subject, not (
      o.shown_name is null and ${name}::text = o.name and o.state = ${seen.state}
        and (o.role <> 'deal' or p.remote_id is not distinct from ${seen.parent}::text)) as news`
  const homes = seenHomes.filter(({ news }) => news)
  const changed = await tx<{ routeId: string; subject: string }[]>`
    update container set state = ${seen.state}
    where id in ${tx(ids)} and state <> ${seen.state} and not (${seen.state} = 'active' and state = 'full')
    returning route_id as "routeId", case when role = 'list' and exists (
      select from mapping m
      where m.route_id = container.route_id and subject in ('left/' || m.left_list, 'right/' || m.right_list))
      then subject else '' end as subject`
  const listed = changed.filter(({ subject }) => subject !== '')
  for (const { routeId, subject } of listed) await wakeListed(tx, routeId, subject)
  const projects = homes.filter(({ role }) => role === 'stage').map(({ id }) => id)
  return {
    homes: [
      ...homes.flatMap(({ routeId, role, subject }) => (role === 'deal' ? { routeId, deal: subject } : [])),
      ...(await dealsIn(tx, projects)),
    ],
    listLost: listed.length > 0 && seen.state !== 'active',
  }
}

/** A mapped list has come or gone: the tasks of both its lists are looked at anew. */
async function wakeListed(tx: Tx, routeId: string, subject: string): Promise<void> {
  await tx`
    with found as (
      select p.id from pair p join mapping g on g.route_id = p.route_id
        and ${subject} in ('left/' || g.left_list, 'right/' || g.right_list)
      where p.route_id = ${routeId} and p.memory <> 'closed' and exists (
        select from pair_member m
        join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
        where m.pair_id = p.id and m.role = 'current'
          and t.seen -> 'task' ->> 'list' = case m.side when 'left' then g.left_list else g.right_list end)
      order by p.id for no key update of p)
    update pair set wake_at = clock() where id in (select id from found)`
}

/** `askedAt`: slot of the request that showed it; `staleReadMs`: so long a service may show what was. */
export type Sighting = { readonly askedAt: DbTime; readonly staleReadMs: number }

/**
 * A container that carries our marker: made by a write whose reply was lost, or before a loss of the record. It
 * becomes the place that the marker names, unless that place or the container is taken already. One that we have just given up
 * may still be shown as it was.
 */
export async function adoptContainer(
  tx: Tx,
  given: NewContainer & { readonly remoteId: string },
  { askedAt, staleReadMs }: Sighting,
): Promise<void> {
  await tx`
    insert into container (route_id, connection_id, role, subject, shard, parent_id, name, marker, remote_id)
    select ${given.routeId}, ${given.connectionId}, ${given.role}, ${given.subject ?? ''}, ${given.shard},
      ${given.parentId ?? null}, ${given.name}, ${given.marker}, ${given.remoteId}
    where not exists (
      select from container where connection_id = ${given.connectionId} and remote_id = ${given.remoteId})
    on conflict (route_id, role, subject, shard) do update set remote_id = excluded.remote_id,
      parent_id = coalesce(excluded.parent_id, container.parent_id)
      where container.remote_id is null and (container.former_id is distinct from excluded.remote_id
        or container.tended_at + ${staleReadMs}::float8 * interval '1 ms' <= ${askedAt})`
}

/** One that a complete walk did not show. `parentId`: of the project in which we have it. */
export type UnseenContainer = Pick<ContainerRow, 'id' | 'role' | 'shownParent' | 'parentId'> & {
  readonly remoteId: string
}

/**
 * Containers of routes of this connection that are there, as far as we know, and that no look since then has shown. Projects and
 * lists first. What lies in a project that was put away is not shown by anybody.
 */
export async function containersUnseen(
  sql: Db | Tx,
  connectionId: string,
  since: DbTime,
  limit: number,
): Promise<UnseenContainer[]> {
  return sql<UnseenContainer[]>`
    select c.id, c.role, c.remote_id as "remoteId", c.parent_id as "parentId", c.shown_parent as "shownParent"
    from container c join route r on r.id = c.route_id and r.removed_at is null
    left join container p on p.id = c.parent_id
    where c.connection_id = ${connectionId} and c.remote_id is not null and c.state in ('active', 'full')
      and coalesce(greatest(c.seen_at, c.tended_at), '-infinity') < ${since}
      and (p.id is null or p.state in ('active', 'full'))
    order by c.role = 'deal', c.id limit ${limit}`
}

/** It was looked at, and the service did not say how it is. */
export async function markLookedAt(db: Db, id: string, askedAt: DbTime): Promise<void> {
  await db`update container set seen_at = greatest(seen_at, ${askedAt}::timestamptz) where id = ${id}`
}
