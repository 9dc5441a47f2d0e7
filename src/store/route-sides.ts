import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'

/** A connection as far as it is told from others. `removed`: it is not connected any more. */
export type NamedConnection = {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly removed: boolean
}

/** A route with the ids of its connections. */
export type RouteSides = Readonly<Record<Side, string>> & {
  readonly id: string
  readonly name: string
  readonly removed: boolean
}

/** Every route and connection, also removed ones: what was written by them is still told of. */
export async function routeSides(
  sql: Db | Tx,
): Promise<{ readonly routes: readonly RouteSides[]; readonly connections: readonly NamedConnection[] }> {
  const connections = await sql<NamedConnection[]>`
    select id, name, provider, removed_at is not null as removed from connection order by id`
  const routes = await sql<RouteSides[]>`
    select id, name, left_id as "left", right_id as "right", removed_at is not null as removed from route order by id`
  return { routes, connections }
}
