import { randomUUID } from 'node:crypto'
import type { DbTime } from '../core/db-time.ts'
import { listMarker } from '../core/marker.ts'
import type { Side } from '../core/policy.ts'
import type { RemoteContainer } from '../providers/contract.ts'
import type { Db, Tx } from './database.ts'

/**
 * `subject`: the stage or deal that it stands for. `shownName`, `shownParent`: as the service last showed them, null where it
 * did not. `putAway`: we have archived it.
 */
export type ContainerRow = {
  readonly id: string
  readonly routeId: string
  readonly connectionId: string
  readonly role: 'general' | 'stage' | 'deal' | 'list'
  readonly subject: string
  readonly shard: number
  readonly parentId: string | null
  readonly key: string
  readonly name: string
  readonly marker: string
  readonly remoteId: string | null
  readonly state: 'active' | 'full' | 'archived' | 'gone'
  readonly putAway: boolean
  readonly shownName: string | null
  readonly shownParent: string | null
  /** The line of its description that leads to what it stands for, as we wrote it; null where nobody knows. */
  readonly link: string | null
}

const COLUMNS = `id, route_id as "routeId", connection_id as "connectionId", role, subject, shard, parent_id as "parentId",
  key, name, marker, remote_id as "remoteId", state, put_away as "putAway", shown_name as "shownName",
  shown_parent as "shownParent", link`

/**
 * The shards of a route's General, in order: who plans a create counts them alone. An advisory lock, because a lock of
 * the route's row would wait for everybody who adds a row that refers to it, and they for us.
 */
export async function lockGeneral(tx: Tx, routeId: string): Promise<ContainerRow[]> {
  await tx`select pg_advisory_xact_lock(hashtext('dealbridge general'), ${routeId}::int)`
  return tx<ContainerRow[]>`
    select ${tx.unsafe(COLUMNS)} from container
    where route_id = ${routeId} and role = 'general' and subject = '' order by shard`
}

export type NewContainer = Pick<
  ContainerRow,
  'routeId' | 'connectionId' | 'role' | 'shard' | 'name' | 'marker'
> &
  Partial<Pick<ContainerRow, 'subject' | 'parentId' | 'remoteId' | 'link'>>

export async function addContainer(tx: Tx, given: NewContainer): Promise<ContainerRow> {
  const [row] = await tx<ContainerRow[]>`
    insert into container (route_id, connection_id, role, subject, shard, parent_id, name, marker, remote_id, link)
    values (${given.routeId}, ${given.connectionId}, ${given.role}, ${given.subject ?? ''}, ${given.shard},
      ${given.parentId ?? null}, ${given.name}, ${given.marker}, ${given.remoteId ?? null},
      ${given.link ?? null})
    returning ${tx.unsafe(COLUMNS)}`
  if (row === undefined) throw new Error('a container was not stored')
  return row
}

export async function containersById(sql: Db | Tx, ids: readonly string[]): Promise<ContainerRow[]> {
  if (ids.length === 0) return []
  return sql<ContainerRow[]>`select ${sql.unsafe(COLUMNS)} from container where id in ${sql([...ids])}`
}

/** The container of a route that is this one at its service. */
export async function containerAt(tx: Tx, routeId: string, remoteId: string): Promise<ContainerRow | null> {
  const [row] = await tx<ContainerRow[]>`
    select ${tx.unsafe(COLUMNS)} from container where route_id = ${routeId} and remote_id = ${remoteId}`
  return row ?? null
}

/** These containers and those in which they lie, by id. */
export async function containersWithParents(
  sql: Db | Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ContainerRow>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<ContainerRow[]>`
    select ${sql.unsafe(COLUMNS)} from container
    where id in ${sql([...ids])} or id in (select parent_id from container where id in ${sql([...ids])})`
  return new Map(rows.map((row) => [row.id, row]))
}

/** All containers of a route, in the order in which they were written down. */
export async function containersOfRoute(sql: Db | Tx, routeId: string): Promise<ContainerRow[]> {
  return sql<ContainerRow[]>`
    select ${sql.unsafe(COLUMNS)} from container where route_id = ${routeId} order by id`
}

/** Remote ids of the containers in which tasks of a route lie, and those of them that are deleted or archived. */
export async function scopeContainers(
  sql: Db | Tx,
  routeId: string,
  connectionId: string,
): Promise<{ readonly containers: ReadonlySet<string>; readonly lostContainers: ReadonlySet<string> }> {
  const rows = await sql<{ remoteId: string; state: ContainerRow['state'] }[]>`
    select remote_id as "remoteId", state from container
    where route_id = ${routeId} and connection_id = ${connectionId} and remote_id is not null`
  const lost = rows.filter(({ state }) => state === 'archived' || state === 'gone')
  return {
    containers: new Set(rows.map((row) => row.remoteId)),
    lostContainers: new Set(lost.map((row) => row.remoteId)),
  }
}

/** Remote ids of the places that Dealbridge made for tasks without a deal. */
export async function generalLists(sql: Db | Tx, routeId: string): Promise<string[]> {
  const rows = await sql<{ remoteId: string }[]>`
    select remote_id as "remoteId" from container
    where route_id = ${routeId} and role = 'general' and remote_id is not null order by id`
  return rows.map((row) => row.remoteId)
}

/** A write has made (or found) the container. The first one to say so is believed. */
export async function setRemoteId(tx: Tx, containerId: string, remoteId: string): Promise<void> {
  await tx`update container set remote_id = ${remoteId} where id = ${containerId} and remote_id is null`
}

/**
 * The list that is to be made on one side of a route under this name, written down before it is made: asked for again it is
 * the same one.
 */
export async function draftList(
  tx: Tx,
  given: {
    readonly routeId: string
    readonly connectionId: string
    readonly side: Side
    readonly name: string
  },
): Promise<{ readonly id: string; readonly key: string }> {
  const key = randomUUID()
  const [row] = await tx<{ id: string; key: string }[]>`
    insert into container (route_id, connection_id, role, subject, name, marker, key, made)
    values (${given.routeId}, ${given.connectionId}, 'list', ${`${given.side}/new/${given.name}`}, ${given.name},
      ${listMarker(key)}, ${key}, true)
    on conflict (route_id, role, subject, shard) do update set name = excluded.name
    returning id, key`
  if (row === undefined) throw new Error('a list to be made was not stored')
  return row
}

/** What was written down of a list that was made, and whose answer was lost; by its marker. */
export async function draftMarked(
  sql: Db | Tx,
  routeId: string,
  connectionId: string,
  marker: string,
): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select id from container
    where route_id = ${routeId} and connection_id = ${connectionId} and role = 'list' and made
      and remote_id is null and marker = ${marker}`
  return row?.id ?? null
}

/** The list is there, and is about to be mapped. */
export async function settleDraft(tx: Tx, id: string, side: Side, remoteId: string): Promise<void> {
  await tx`update container set remote_id = ${remoteId}, subject = ${`${side}/${remoteId}`} where id = ${id}`
}

/** Those of these containers that exist at their service, or of which the project in which they are to be made does. */
export async function foundedContainers(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx<{ id: string }[]>`
    select c.id from container c left join container p on p.id = c.parent_id
    where c.id in ${tx([...ids])} and (c.remote_id is not null or p.remote_id is not null)`
  return new Set(rows.map((row) => row.id))
}

/** What is known of a container after a write to it, or a look. */
export async function changeContainer(
  tx: Tx,
  id: string,
  change: Partial<
    Pick<
      ContainerRow,
      'remoteId' | 'parentId' | 'name' | 'state' | 'putAway' | 'shownName' | 'shownParent' | 'link'
    >
  >,
): Promise<void> {
  const [row] = await tx<ContainerRow[]>`
    select ${tx.unsafe(COLUMNS)} from container where id = ${id} for update`
  if (row === undefined) return
  const next = { ...row, ...change }
  await tx`
    update container set remote_id = ${next.remoteId}, parent_id = ${next.parentId}, name = ${next.name},
      state = ${next.state}, put_away = ${next.putAway}, shown_name = ${next.shownName},
      shown_parent = ${next.shownParent}, link = ${next.link}, tended_at = clock()
    where id = ${id}`
}

/** It is no more: when it is needed again it is made anew, under another key, for services remember what they made. */
export async function resetContainer(tx: Tx, id: string): Promise<void> {
  await tx`
    update container set remote_id = null, key = gen_random_uuid(), state = 'active', put_away = false,
      shown_name = null, shown_parent = null
    where id = ${id}`
}

/** The service puts nothing more into a project; of a section, that in which it lies: limits are those of projects. */
export async function markFull(tx: Tx, containerId: string): Promise<void> {
  await tx`
    update container c set state = 'full', full_at = clock(), full_with = ${openWithin(tx)}
    where id = (select coalesce(parent_id, id) from container where id = ${containerId}) and state = 'active'`
}

/** Open tasks of ours in container `c`. */
function openWithin(tx: Tx) {
  return tx`(
    select count(*)::int from remote_task t
    where t.connection_id = c.connection_id and t.presence = 'present' and t.seen -> 'task' ->> 'list' = c.remote_id
      and not coalesce((t.seen -> 'task' ->> 'completed')::boolean, false))`
}

/**
 * What was full of a route's General is tried again: at once when a task of ours has left it since, and every hour for what its
 * user has taken out, of which nobody tells.
 */
export async function retryFullGeneral(tx: Tx, routeId: string): Promise<void> {
  await tx`
    update container c set state = 'active'
    where route_id = ${routeId} and role = 'general' and state = 'full'
      and (full_at is null or full_at < clock() - interval '1 hour' or ${openWithin(tx)} < full_with)`
}

/** Something has left it, so that it may take something again. */
export async function markRoomy(tx: Tx, containerId: string | null): Promise<void> {
  await tx`update container set state = 'active' where id = ${containerId} and state = 'full'`
}

/** A deal of a route whose home is not as it was. */
export type ChangedHome = { readonly routeId: string; readonly deal: string }

/**
 * Takes in what a service says of a container that is known by its id. `homes`: the deals whose homes are to be looked after
 * again (`wakeHomes`): those whose section it is, or whose sections lie in it. `listLost`: it is a list that is kept in step,
 * and was deleted or archived since the last look.
 * `askedAt`: slot of the request. A look that was asked for before our last write tells nothing of its state.
 */
export async function observeContainer(
  tx: Tx,
  connectionId: string,
  seen: RemoteContainer,
  askedAt: DbTime,
): Promise<{ readonly homes: readonly ChangedHome[]; readonly listLost: boolean }> {
  // Of one that is gone a service may not know the name any more.
  const name = seen.name === '' ? null : seen.name
  // One that is seen for the first time, as it was made, is no news.
  const seenHomes = await tx<{ id: string; routeId: string; role: string; subject: string; news: boolean }[]>`
    update container c set shown_name = coalesce(${name}::text, c.shown_name), shown_parent = ${seen.parent},
      put_away = c.put_away and (${seen.state} = 'archived' or c.tended_at > ${askedAt})
    from container o left join container p on p.id = o.parent_id
    where o.id = c.id and c.connection_id = ${connectionId} and c.remote_id = ${seen.remoteId} and c.role <> 'list'
      and (${name}::text <> coalesce(c.shown_name, '') or c.shown_parent is distinct from ${seen.parent}
        or c.state <> ${seen.state} and not (${seen.state} = 'active' and c.state = 'full')
          and (c.tended_at is null or c.tended_at <= ${askedAt}))
    returning c.id, c.route_id as "routeId", c.role, c.subject, not (
      o.shown_name is null and ${name}::text = o.name and o.state = ${seen.state}
        and (o.role <> 'deal' or p.remote_id is not distinct from ${seen.parent}::text)) as news`
  const homes = seenHomes.filter(({ news }) => news)
  const changed = await tx<{ routeId: string; subject: string }[]>`
    update container set state = case when ${seen.state} = 'active' and state = 'full' then 'full' else ${seen.state} end
    where connection_id = ${connectionId} and remote_id = ${seen.remoteId} and state <> ${seen.state}
      and (tended_at is null or tended_at <= ${askedAt})
      and not (${seen.state} = 'active' and state = 'full')
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

/** The deals whose sections lie in these projects. */
export async function dealsIn(sql: Db | Tx, projectIds: readonly string[]): Promise<ChangedHome[]> {
  if (projectIds.length === 0) return []
  return sql<ChangedHome[]>`
    select distinct route_id as "routeId", subject as deal from container
    where role = 'deal' and parent_id in ${sql([...projectIds])} order by 1, 2`
}

/** The last project of a home holds so few sections at the most when it may be given up. */
const FEW_SECTIONS = 5

/** The deals in the last project of the home of this one, where they are few. */
export async function dealsInLastShard(tx: Tx, projectId: string): Promise<ChangedHome[]> {
  const [last] = await tx<{ id: string }[]>`
    select l.id from container p
    join container l on l.route_id = p.route_id and l.role = p.role and l.subject = p.subject
    where p.id = ${projectId} and p.role = 'stage' and l.remote_id is not null and l.state in ('active', 'full')
    order by l.shard desc limit 1`
  const deals = last === undefined || last.id === projectId ? [] : await dealsIn(tx, [last.id])
  return deals.length <= FEW_SECTIONS ? deals : []
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

/**
 * A container that carries our marker: made by a write whose reply was lost, or before a loss of the record. It
 * becomes the place that the marker names, unless that place or the container is taken already.
 */
export async function adoptContainer(
  tx: Tx,
  given: NewContainer & { readonly remoteId: string },
): Promise<void> {
  await tx`
    insert into container (route_id, connection_id, role, subject, shard, parent_id, name, marker, remote_id)
    select ${given.routeId}, ${given.connectionId}, ${given.role}, ${given.subject ?? ''}, ${given.shard},
      ${given.parentId ?? null}, ${given.name}, ${given.marker}, ${given.remoteId}
    where not exists (
      select from container where connection_id = ${given.connectionId} and remote_id = ${given.remoteId})
    on conflict (route_id, role, subject, shard) do update set remote_id = excluded.remote_id,
      parent_id = coalesce(excluded.parent_id, container.parent_id)
      where container.remote_id is null`
}
