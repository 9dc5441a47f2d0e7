import type { DbTime } from '../core/db-time.ts'
import { clockNow } from './clock.ts'
import type { Db, Tx } from './database.ts'

/**
 * `subject`: the stage or deal that it stands for. `shownName`, `shownParent`: as the service last showed them, null where it
 * did not. `putAway`: we have archived it. `tendedAt`: when our last write to it was answered; `seenAt`: slot of the newest look at
 * it that was taken in.
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
  readonly tendedAt: DbTime | null
  readonly seenAt: DbTime | null
  /** The line of its description that leads to what it stands for, as we wrote it; null where nobody knows. */
  readonly link: string | null
}

const COLUMNS = `id, route_id as "routeId", connection_id as "connectionId", role, subject, shard, parent_id as "parentId",
  key, name, marker, remote_id as "remoteId", state, put_away as "putAway", shown_name as "shownName",
  shown_parent as "shownParent", tended_at as "tendedAt", seen_at as "seenAt", link`

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

/** Those of these containers that exist at their service, or of which the project in which they are to be made does. */
export async function foundedContainers(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx<{ id: string }[]>`
    select c.id from container c left join container p on p.id = c.parent_id
    where c.id in ${tx([...ids])} and (c.remote_id is not null or p.remote_id is not null)`
  return new Set(rows.map((row) => row.id))
}

/** What may be known anew of a container. */
export type ContainerChange = Partial<
  Pick<
    ContainerRow,
    'remoteId' | 'parentId' | 'name' | 'state' | 'putAway' | 'shownName' | 'shownParent' | 'link'
  >
>

/** What is known of a container after a decision about it, or a write to it that was answered just now. */
export async function changeContainer(tx: Tx, id: string, change: ContainerChange): Promise<void> {
  const row = await lockContainer(tx, id)
  if (row !== null) await saveContainer(tx, { ...row, ...change }, await clockNow(tx))
}

/**
 * What is known of a container after a write that was answered at that moment. What a look since then has shown is newer, and
 * stays.
 */
export async function tellOfWrite(
  tx: Tx,
  id: string,
  change: ContainerChange,
  answeredAt: DbTime,
): Promise<void> {
  const row = await lockContainer(tx, id)
  if (row === null) return
  const { state, shownName, shownParent } = row
  const seenSince = row.seenAt !== null && row.seenAt > answeredAt
  const next = { ...row, ...change, ...(seenSince ? { state, shownName, shownParent } : {}) }
  // Whoever has taken it out of the archive again wants it there.
  const putAway = next.putAway && (!seenSince || state === 'archived')
  await saveContainer(tx, { ...next, putAway }, answeredAt)
}

async function lockContainer(tx: Tx, id: string): Promise<ContainerRow | null> {
  const [row] = await tx<ContainerRow[]>`
    select ${tx.unsafe(COLUMNS)} from container where id = ${id} for update`
  return row ?? null
}

async function saveContainer(tx: Tx, next: ContainerRow, tendedAt: DbTime): Promise<void> {
  await tx`
    update container set remote_id = ${next.remoteId}, parent_id = ${next.parentId}, name = ${next.name},
      state = ${next.state}, put_away = ${next.putAway}, shown_name = ${next.shownName},
      shown_parent = ${next.shownParent}, link = ${next.link}, tended_at = ${tendedAt}
    where id = ${next.id}`
}

/** It is no more: when it is needed again it is made anew, under another key, for services remember what they made. */
export async function resetContainer(tx: Tx, id: string): Promise<void> {
  await tx`
    update container set former_id = coalesce(remote_id, former_id), remote_id = null, key = gen_random_uuid(),
      state = 'active', put_away = false, shown_name = null, shown_parent = null, tended_at = clock(), seen_at = null
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
