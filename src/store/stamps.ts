import type { Checklist } from '../core/checklist.ts'
import type { DbTime } from '../core/db-time.ts'
import type { StampDecree } from '../core/decree.ts'
import type { Stamp } from '../core/entry-stamps.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

type Which = Pick<Checklist, 'name' | 'stage'>

/** Checklists of a route that count by now. */
export async function begunChecklists(sql: Db | Tx, routeId: string): Promise<Which[]> {
  return sql<Which[]>`select name, stage from checklist where route_id = ${routeId} order by name, stage`
}

export async function beginChecklist(tx: Tx, routeId: string, { name, stage }: Which): Promise<void> {
  await tx`
    insert into checklist (route_id, name, stage) values (${routeId}, ${name}, ${stage}) on conflict do nothing`
}

/** What was stamped stays on record. */
export async function endChecklist(tx: Tx, routeId: string, { name, stage }: Which): Promise<void> {
  await tx`delete from checklist where route_id = ${routeId} and name = ${name} and stage = ${stage}`
}

/** `key`: see `stampKey`. `stampedAt` null: the deal was in the stage before the checklist counted. */
export type StampRow = Stamp & {
  readonly key: string
  readonly dealId: string
  readonly stampedAt: DbTime | null
}

/** What several routes of one account have on record of a deal; nobody else stamps for it until the transaction ends. */
export async function lockStampsOfDeal(
  tx: Tx,
  routeIds: readonly string[],
  dealId: string,
): Promise<(StampRow & { readonly routeId: string })[]> {
  const [first = ''] = [...routeIds].sort((a, b) => Number(a) - Number(b))
  await tx`select pg_advisory_xact_lock(hashtext('dealbridge stamp'), hashtext(${`${first}/${dealId}`}))`
  return tx<(StampRow & { routeId: string })[]>`
    select route_id as "routeId", key, deal_id as "dealId", checklist, stage, entered_at as "enteredAt",
      stamped_at as "stampedAt"
    from stamp where route_id in ${tx([...routeIds])} and deal_id = ${dealId} order by route_id, key`
}

/** Which of these routes have a checklist that counts by now. */
export async function routesWithChecklist(
  sql: Db | Tx,
  routeIds: readonly string[],
  { name, stage }: Which,
): Promise<ReadonlySet<string>> {
  const rows = await sql<{ id: string }[]>`
    select route_id as id from checklist
    where route_id in ${sql([...routeIds])} and name = ${name} and stage = ${stage}`
  return new Set(rows.map(({ id }) => id))
}

export type NewStamp = Omit<StampRow, 'stampedAt'>

/** Entries for which nothing is to be stamped. Those on record stay as they are. */
export async function noteKnownEntries(tx: Tx, routeId: string, entries: readonly NewStamp[]): Promise<void> {
  if (entries.length === 0) return
  await tx`
    insert into stamp (route_id, key, deal_id, checklist, stage, entered_at)
    select ${routeId}, r.key, r."dealId", r.checklist, r.stage, r."enteredAt"
    from jsonb_to_recordset(${json(tx, entries)})
      as r(key text, "dealId" text, checklist text, stage text, "enteredAt" text)
    order by r.key on conflict do nothing`
}

/** Puts a stamp on record. False where it was stamped before: then nothing is to be made. */
export async function recordStamp(tx: Tx, routeId: string, entry: NewStamp): Promise<boolean> {
  const rows = await tx`
    insert into stamp (route_id, key, deal_id, checklist, stage, entered_at, stamped_at)
    values (${routeId}, ${entry.key}, ${entry.dealId}, ${entry.checklist}, ${entry.stage}, ${entry.enteredAt}, clock())
    on conflict (route_id, key) do update set stamped_at = clock() where stamp.stamped_at is null
    returning key`
  return rows.length > 0
}

/** For how many entries each checklist was stamped, and when last. */
export async function stampCounts(
  sql: Db | Tx,
  routeId: string,
): Promise<(Which & { readonly stamped: number; readonly lastAt: DbTime | null })[]> {
  return sql<(Which & { stamped: number; lastAt: DbTime | null })[]>`
    select checklist as name, stage, count(stamped_at)::int as stamped, max(stamped_at) as "lastAt"
    from stamp where route_id = ${routeId} group by checklist, stage`
}

/** `origin`: the side on which its task is made first. `person`: its contact at the CRM, if any. */
export type StampedPairs = {
  readonly routeId: string
  readonly origin: Side
  readonly deal: string
  readonly person: string | null
  readonly items: readonly { readonly stampedAs: string; readonly decrees: readonly StampDecree[] }[]
}

/** A pair for each item of a stamp, without tasks yet; none is made twice. Their ids. */
export async function addStampedPairs(tx: Tx, given: StampedPairs): Promise<string[]> {
  const { routeId, origin, deal, person, items } = given
  if (items.length === 0) return []
  const rows = await tx<{ id: string }[]>`
    insert into pair (route_id, origin, person, deal, deal_by, decrees, stamped_as, wake_at)
    select ${routeId}, ${origin}, ${person}, ${deal}, 'rule', r.decrees, r."stampedAs", clock()
    from jsonb_to_recordset(${json(
      tx,
      items.map((item, n) => ({ ...item, n })),
    )}) as r(n int, "stampedAs" uuid, decrees jsonb)
    order by r.n on conflict (route_id, stamped_as) where stamped_as is not null do nothing
    returning id`
  return rows.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))
}

/** The pairs of a route that were made by these stamps, by the key of the item. */
export async function stampedPairs(
  sql: Db | Tx,
  routeId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<{ key: string; id: string }[]>`
    select stamped_as as key, id from pair where route_id = ${routeId} and stamped_as in ${sql([...keys])}`
  return new Map(rows.map(({ key, id }) => [key, id]))
}

/** What each of these pairs was stamped as; those that were not are left out. */
export async function stampsOfPairs(
  sql: Db | Tx,
  pairIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (pairIds.length === 0) return new Map()
  const rows = await sql<{ key: string; id: string }[]>`
    select stamped_as as key, id from pair where id in ${sql([...pairIds])} and stamped_as is not null`
  return new Map(rows.map(({ key, id }) => [id, key]))
}

/**
 * Of these deals those that are in the stage of a checklist that counts, by route: whether it is to be stamped is for their
 * workflow to say.
 */
export async function dealsWithChecklists(
  sql: Db | Tx,
  connectionId: string,
  deals: readonly string[],
): Promise<{ readonly routeId: string; readonly deals: readonly string[] }[]> {
  if (deals.length === 0) return []
  return sql<{ routeId: string; deals: string[] }[]>`
    select c.route_id as "routeId", array_agg(distinct d.deal_id order by d.deal_id) as deals
    from checklist c join route r on r.id = c.route_id and r.removed_at is null
    join deal_cache d on d.connection_id = ${connectionId} and d.connection_id in (r.left_id, r.right_id)
      and d.deal ->> 'stage' = c.stage
    where d.deal_id in ${sql([...deals])} and d.gone_at is null
    group by c.route_id order by c.route_id`
}
