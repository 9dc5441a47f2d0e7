import type { PropertyFactsPolicy, PropertyRow, PropertyTable, RowProblem } from '../core/property-table.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** When a route's table of properties was looked at last: what the policy said of it, and the file. */
export type KnownFile = {
  readonly settings: PropertyFactsPolicy
  readonly size: string | null
  readonly modifiedMs: number | null
}

/** The rows of a route's table that are in force. */
export type PropertyFileRow = {
  readonly rows: readonly PropertyRow[]
  readonly labels: readonly string[]
}

/** Null where the route has none, or nobody has looked at it yet. */
export async function knownFileOf(sql: Db | Tx, routeId: string): Promise<KnownFile | null> {
  const [row] = await sql<KnownFile[]>`
    select settings, size, modified_ms as "modifiedMs" from property_file where route_id = ${routeId}`
  return row ?? null
}

/** Null where the route has none, or nobody has looked at it yet. */
export async function propertyFileOf(sql: Db | Tx, routeId: string): Promise<PropertyFileRow | null> {
  const [row] = await sql<PropertyFileRow[]>`
    select rows, labels from property_file where route_id = ${routeId}`
  return row ?? null
}

/** Which rows of a route's table are in force; null where it has none. */
export async function propertyVersion(sql: Db | Tx, routeId: string): Promise<string | null> {
  const [row] = await sql<{ key: string }[]>`
    select current_database() || '/' || route_id || '/' || version as key from property_file where route_id = ${routeId}`
  return row?.key ?? null
}

/** The file as it was looked at; `size` and `modifiedMs` null where it is not there. */
export type FileLook = { readonly size: number | null; readonly modifiedMs: number | null }

/** Takes a table in whole, in place of the one before. */
export async function savePropertyTable(
  tx: Tx,
  routeId: string,
  settings: PropertyFactsPolicy,
  { size, modifiedMs }: FileLook,
  { rows, labels, problems }: PropertyTable,
): Promise<void> {
  await tx`
    insert into property_file (route_id, settings, size, modified_ms, rows, labels, problems, loaded_at)
    values (${routeId}, ${json(tx, settings)}, ${size}, ${modifiedMs}, ${json(tx, rows)}, ${json(tx, labels)},
      ${json(tx, problems)}, clock())
    on conflict (route_id) do update set settings = excluded.settings, size = excluded.size,
      modified_ms = excluded.modified_ms, rows = excluded.rows, labels = excluded.labels, problems = excluded.problems,
      trouble = null, loaded_at = clock(), version = nextval('deal_changes')`
}

/** The file as it is cannot be read: what was read before stays in force. */
export async function savePropertyTrouble(
  tx: Tx,
  routeId: string,
  settings: PropertyFactsPolicy,
  { size, modifiedMs }: FileLook,
  trouble: string,
): Promise<void> {
  await tx`
    insert into property_file (route_id, settings, size, modified_ms, trouble)
    values (${routeId}, ${json(tx, settings)}, ${size}, ${modifiedMs}, ${trouble})
    on conflict (route_id) do update set settings = excluded.settings, size = excluded.size,
      modified_ms = excluded.modified_ms, trouble = excluded.trouble`
}

export async function dropPropertyTable(tx: Tx, routeId: string): Promise<void> {
  await tx`delete from property_file where route_id = ${routeId}`
}

/** What is wrong with the table of a route. `trouble` null: the file was read, without the rows in `problems`. */
export type PropertyStatus = {
  readonly route: string
  readonly file: string
  readonly trouble: string | null
  readonly problems: readonly RowProblem[]
}

/** Tables of routes with which something is wrong. */
export async function propertyTroubles(sql: Db | Tx): Promise<PropertyStatus[]> {
  return sql<PropertyStatus[]>`
    select r.name as route, f.settings ->> 'file' as file, f.trouble, f.problems
    from property_file f join route r on r.id = f.route_id and r.removed_at is null
    where f.trouble is not null or f.problems <> '[]' order by r.name`
}
