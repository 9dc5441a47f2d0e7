import type { DbTime } from '../core/db-time.ts'
import type { Deal, Stage } from '../core/deal.ts'
import type { ChangedHome } from './containers.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** A deal of which there is news, and the people who were on it before. */
export type ChangedDeal = { readonly id: string; readonly before: readonly string[] }

/**
 * Takes in deals as they were read at `readAt`. An older look never replaces a newer one, and one that is as it was known
 * changes nothing. Gives back those that are new, changed, or there again.
 */
export async function saveDeals(
  tx: Tx,
  connectionId: string,
  readAt: DbTime,
  deals: readonly Deal[],
): Promise<ChangedDeal[]> {
  if (deals.length === 0) return []
  const given = [...new Map(deals.map((deal) => [deal.id, deal])).values()]
  // A statement of its own: what it locks is shown as it was before the next one writes.
  const known = await tx<{ id: string; people: string[]; seq: string }[]>`
    select deal_id as id, people, changed_seq as seq from deal_cache
    where connection_id = ${connectionId} and deal_id in ${tx(given.map(({ id }) => id))}
    order by deal_id for update`
  const saved = await tx<{ id: string; seq: string }[]>`
    insert into deal_cache (connection_id, deal_id, deal, content_hash, people, read_at)
    select ${connectionId}, r.deal ->> 'id', r.deal, md5(r.deal::text),
      array(select p ->> 'id' from jsonb_array_elements(r.deal -> 'people') p), ${readAt}
    from jsonb_to_recordset(${json(
      tx,
      given.map((deal) => ({ deal })),
    )}) as r(deal jsonb)
    order by r.deal ->> 'id'
    on conflict (connection_id, deal_id) do update set
      deal = excluded.deal, content_hash = excluded.content_hash, people = excluded.people,
      read_at = excluded.read_at, gone_at = null,
      changed_seq = case when deal_cache.content_hash = excluded.content_hash and deal_cache.gone_at is null
        then deal_cache.changed_seq else nextval('deal_changes') end
    where deal_cache.read_at <= excluded.read_at
    returning deal_id as id, changed_seq as seq`
  return saved.flatMap(({ id, seq }) => {
    const before = known.find((one) => one.id === id)
    return before?.seq === seq ? [] : { id, before: before?.people ?? [] }
  })
}

/** Deals of which neither the walk that began at `since` nor a later look has told. */
export async function dealsUnseenSince(sql: Db | Tx, connectionId: string, since: DbTime): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select deal_id as id from deal_cache
    where connection_id = ${connectionId} and gone_at is null and read_at < ${since} order by deal_id`
  return rows.map(({ id }) => id)
}

/** The service does not show these deals any more. Gives back those of which that is news. */
export async function loseDeals(
  tx: Tx,
  connectionId: string,
  readAt: DbTime,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await tx<{ id: string }[]>`
    update deal_cache set gone_at = ${readAt}, read_at = ${readAt}, changed_seq = nextval('deal_changes')
    where connection_id = ${connectionId} and deal_id in ${tx([...ids])} and gone_at is null and read_at <= ${readAt}
    returning deal_id as id`
  return rows.map(({ id }) => id)
}

/** Takes in all stages as they are listed. Gives back the ids of those that are new, changed, or listed no more. */
export async function saveStages(tx: Tx, connectionId: string, stages: readonly Stage[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    with given as (
      select r.stage ->> 'id' as id, r.stage
      from jsonb_to_recordset(${json(
        tx,
        stages.map((stage) => ({ stage })),
      )}) as r(stage jsonb)
    ), lost as (
      update deal_stage set listed = false, changed_seq = nextval('deal_changes')
      where connection_id = ${connectionId} and listed and stage_id not in (select id from given)
      returning stage_id as id
    ), saved as (
      insert into deal_stage (connection_id, stage_id, stage)
      select ${connectionId}, id, stage from given order by id
      on conflict (connection_id, stage_id) do update set
        stage = excluded.stage, listed = true, changed_seq = nextval('deal_changes')
      where deal_stage.stage <> excluded.stage or not deal_stage.listed
      returning stage_id as id)
    select id from lost union all select id from saved order by id`
  return rows.map(({ id }) => id)
}

/** All stages that were ever listed, those that are listed no more too. */
export async function knownStages(sql: Db | Tx, connectionId: string): Promise<Stage[]> {
  const rows = await sql<{ stage: Stage }[]>`
    select stage from deal_stage where connection_id = ${connectionId} order by stage_id`
  return rows.map(({ stage }) => stage)
}

/** Deals that are in these stages. */
export async function dealsInStages(
  sql: Db | Tx,
  connectionId: string,
  stages: readonly string[],
): Promise<string[]> {
  if (stages.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select deal_id as id from deal_cache
    where connection_id = ${connectionId} and deal ->> 'stage' in ${sql([...stages])} order by deal_id`
  return rows.map(({ id }) => id)
}

/** One deal for each route that files by those of this connection. */
export async function anyDeals(sql: Db | Tx, connectionId: string): Promise<ChangedHome[]> {
  return sql<ChangedHome[]>`
    select r.id as "routeId", d.deal from route r,
      (select min(deal_id) as deal from deal_cache where connection_id = ${connectionId} and gone_at is null) d
    where ${connectionId} in (r.left_id, r.right_id) and r.removed_at is null and r.policy ? 'deals' and d.deal is not null
    order by r.id`
}

export async function markDealsListed(tx: Tx, connectionId: string, at: DbTime): Promise<void> {
  await tx`update connection set deals_listed_at = ${at} where id = ${connectionId}`
}

/**
 * The tasks that a change of these deals may concern: those of people who are, or (`before`) were, on them and that belong to
 * no deal yet, and those of a deal that has no home, as others are looked after with its home.
 */
export async function wakeDeals(
  tx: Tx,
  connectionId: string,
  deals: readonly string[],
  before: readonly string[] = [],
): Promise<void> {
  if (deals.length === 0) return
  await tx`
    with people as (
      select unnest(people) as person from deal_cache
      where connection_id = ${connectionId} and deal_id in ${tx([...deals])}
      union select unnest(${[...before]}::text[])
    ), found as (
      select p.id from pair p join route r on r.id = p.route_id
      where ${connectionId} in (r.left_id, r.right_id) and r.removed_at is null and p.memory in ('new', 'linked')
        and (p.deal is null and p.person in (select person from people)
          or p.deal in ${tx([...deals])} and not exists (
            select from container c where c.route_id = p.route_id and c.role = 'deal' and c.subject = p.deal))
      order by p.id for no key update of p)
    update pair set wake_at = least(coalesce(wake_at, clock()), clock()) where id in (select id from found)`
}
