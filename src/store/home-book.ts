import { type ContainerRow, containersOfRoute } from './containers.ts'
import type { Db, Tx } from './database.ts'

/** The projects and sections that a route uses, by our id and by the service's. */
export type HomeBook = {
  readonly byId: ReadonlyMap<string, ContainerRow>
  readonly byRemoteId: ReadonlyMap<string, ContainerRow>
}

const books = new Map<string, { readonly version: string; readonly book: HomeBook }>()

/** They are read again only when any of them has changed: the version says so, as part of the caller's transaction. */
export async function homeBookOf(sql: Db | Tx, routeId: string): Promise<HomeBook> {
  const [row] = await sql<{ key: string; version: string }[]>`
    select current_database() || '/' || ${routeId}::text as key,
      coalesce(md5(string_agg(changed_seq::text, ',' order by id)), '') as version
    from container where route_id = ${routeId}`
  if (row === undefined) throw new Error('the version of the homes was not told')
  const known = books.get(row.key)
  if (known?.version === row.version) return known.book
  const rows = await containersOfRoute(sql, routeId)
  const book = {
    byId: new Map(rows.map((one) => [one.id, one])),
    byRemoteId: new Map(rows.flatMap((one) => (one.remoteId === null ? [] : [[one.remoteId, one] as const]))),
  }
  books.set(row.key, { version: row.version, book })
  return book
}
