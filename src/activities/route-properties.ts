import type { Deal } from '../core/deal.ts'
import type { DealFieldNames } from '../core/deal-policy.ts'
import { PropertyMatch } from '../core/property-match.ts'
import type { PropertyRow } from '../core/property-table.ts'
import type { Db, Tx } from '../store/database.ts'
import { propertyFileOf, propertyVersion } from '../store/property-files.ts'

/** The properties of a route's table. `labels`: those that their facts may have. */
export type Properties = { readonly labels: readonly string[]; of(deal: Deal): PropertyRow | null }

/** By database and route, as the books of deals: read whole, and rarely changed. */
const known = new Map<string, { readonly version: string; readonly properties: Properties }>()

/** The table in force for a route, as part of the caller's transaction; null where it has none. */
export async function propertiesOf(
  sql: Db | Tx,
  routeId: string,
  fields: DealFieldNames,
): Promise<Properties | null> {
  const version = await propertyVersion(sql, routeId)
  if (version === null) return null
  const key = `${version.slice(0, version.lastIndexOf('/'))}/${JSON.stringify(fields)}`
  const cached = known.get(key)
  if (cached?.version === version) return cached.properties
  const file = await propertyFileOf(sql, routeId)
  if (file === null) return null
  const properties = matching(file.rows, file.labels, fields)
  known.set(key, { version, properties })
  return properties
}

function matching(
  rows: readonly PropertyRow[],
  labels: readonly string[],
  { address, city }: DealFieldNames,
): Properties {
  const match = new PropertyMatch(rows)
  const found = new WeakMap<Deal, { readonly row: PropertyRow | null }>()
  const value = (deal: Deal, name: string | null) =>
    name === null ? null : (deal.values[name] ?? '').trim() || null
  return {
    labels,
    of(deal) {
      const before = found.get(deal)
      if (before !== undefined) return before.row
      const row = match.of({ name: deal.name, address: value(deal, address), city: value(deal, city) })
      found.set(deal, { row })
      return row
    },
  }
}
