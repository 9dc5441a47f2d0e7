import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** People of whom somebody told at a time. */
export type NamedPeople = readonly { readonly person: string; readonly toldAt: DbTime }[]

/** Those of them whom tasks or deals show, and after whom nobody has asked since. */
export async function peopleToAsk(sql: Db | Tx, connectionId: string, named: NamedPeople): Promise<string[]> {
  if (named.length === 0) return []
  const rows = await sql<{ person: string }[]>`
    select r.person from jsonb_to_recordset(${json(sql, named)}) as r(person text, "toldAt" timestamptz)
    left join person f on f.connection_id = ${connectionId} and f.person = r.person
    where (f.tried_at is null or f.tried_at <= r."toldAt")
      and (f.facts is not null or exists (
        select from deal_cache d where d.connection_id = ${connectionId} and d.people @> array[r.person]))
    order by r.person`
  return rows.map(({ person }) => person)
}

/** People whom these deals call by another name than we know them by. */
export async function renamedIn(
  sql: Db | Tx,
  connectionId: string,
  deals: readonly string[],
): Promise<string[]> {
  if (deals.length === 0) return []
  const rows = await sql<{ person: string }[]>`
    select distinct f.person from deal_cache d cross join lateral jsonb_array_elements(d.deal -> 'people') p
    join person f on f.connection_id = d.connection_id and f.person = p ->> 'id'
    where d.connection_id = ${connectionId} and d.deal_id in ${sql([...deals])}
      and f.facts ->> 'name' <> p ->> 'name' and f.tried_at < d.read_at
    order by f.person`
  return rows.map(({ person }) => person)
}

/** Deals that call their people by another name than we know them by. */
export async function dealsWithOldNames(
  sql: Db | Tx,
  connectionId: string,
  people: readonly string[],
): Promise<string[]> {
  if (people.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select distinct d.deal_id as id from deal_cache d cross join lateral jsonb_array_elements(d.deal -> 'people') p
    join person f on f.connection_id = d.connection_id and f.person = p ->> 'id'
    where d.connection_id = ${connectionId} and d.gone_at is null and d.people && ${[...people]}::text[]
      and f.person in ${sql([...people])} and f.facts ->> 'name' <> p ->> 'name'
    order by d.deal_id`
  return rows.map(({ id }) => id)
}

/**
 * What tasks tell of these people has changed: those of a deal with a section are told together, by way of that deal, and the
 * others one by one.
 */
export async function tellTasksOfPeople(
  tx: Tx,
  connectionId: string,
  people: readonly string[],
): Promise<void> {
  if (people.length === 0) return
  const found = await tx<{ id: string; routeId: string; deal: string | null }[]>`
    select p.id, p.route_id as "routeId", p.deal from pair p join route r on r.id = p.route_id
    where ${connectionId} in (r.left_id, r.right_id) and r.removed_at is null and p.memory in ('new', 'linked')
      and p.person in ${tx([...people])} order by p.id`
  await tell(tx, found)
}

/** What the tasks of these deals tell has changed. */
export async function tellTasksOfDeals(tx: Tx, routeId: string, deals: readonly string[]): Promise<void> {
  if (deals.length === 0) return
  const found = await tx<{ id: string; routeId: string; deal: string | null }[]>`
    select id, route_id as "routeId", deal from pair
    where route_id = ${routeId} and deal in ${tx([...deals])} and memory in ('new', 'linked') order by id`
  await tell(tx, found)
}

/** Pairs before homes, as everybody locks them. */
async function tell(
  tx: Tx,
  tasks: readonly { readonly id: string; readonly routeId: string; readonly deal: string | null }[],
): Promise<void> {
  if (tasks.length === 0) return
  const housed = await tx<{ routeId: string; deal: string }[]>`
    select distinct r."routeId"::text, r.deal from jsonb_to_recordset(${json(tx, tasks)}) as r("routeId" bigint, deal text)
    where exists (
      select from container c where c.route_id = r."routeId" and c.role = 'deal' and c.subject = r.deal)`
  const homes = new Set(housed.map(({ routeId, deal }) => `${routeId}/${deal}`))
  const alone = tasks.filter(({ routeId, deal }) => !homes.has(`${routeId}/${deal}`)).map(({ id }) => id)
  if (alone.length > 0)
    await tx`
      with found as (select id from pair where id in ${tx(alone)} order by id for no key update)
      update pair set wake_at = least(coalesce(wake_at, clock()), clock()) where id in (select id from found)`
  if (housed.length === 0) return
  await tx`
    insert into deal_home (route_id, deal_id, wake_at)
    select r."routeId", r.deal, clock() from jsonb_to_recordset(${json(tx, housed)}) as r("routeId" bigint, deal text)
    order by r."routeId", r.deal
    on conflict (route_id, deal_id) do update set tasks_seq = 0,
      wake_at = least(coalesce(deal_home.wake_at, clock()), clock())`
}

/** A digest of the settings by which the tasks of a route were last told; null where they never were. */
export async function toldSettings(sql: Db | Tx, routeId: string): Promise<string | null> {
  const [row] = await sql<{ settings: string | null }[]>`
    select told_settings as settings from route where id = ${routeId}`
  return row?.settings ?? null
}

export async function saveToldSettings(tx: Tx, routeId: string, settings: string): Promise<void> {
  await tx`update route set told_settings = ${settings} where id = ${routeId}`
}
