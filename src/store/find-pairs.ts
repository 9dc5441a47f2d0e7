import type { Db, Tx } from './database.ts'

/** Pairs that hold this remote task now or held it once, at any connection or at those of one provider. */
export async function pairsOfTask(
  sql: Db | Tx,
  remoteId: string,
  provider: string | null,
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select distinct m.pair_id as id from pair_member m join connection c on c.id = m.connection_id
    where m.remote_id = ${remoteId} and (${provider}::text is null or c.provider = ${provider}) order by 1`
  return rows.map((row) => row.id)
}

/** Pairs whose tasks are about this person, the newest first. */
export async function pairsOfPerson(
  sql: Db | Tx,
  person: string,
  provider: string,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select p.id from pair p join route r on r.id = p.route_id
    where p.person = ${person}
      and exists (select from connection c where c.id in (r.left_id, r.right_id) and c.provider = ${provider})
    order by p.id desc limit ${limit}`
  return rows.map((row) => row.id)
}

export async function pairExists(sql: Db | Tx, id: string): Promise<boolean> {
  const rows = await sql`select from pair where id = ${id}`
  return rows.length > 0
}

/** Remote ids that a pair held once, and that are gone. */
export async function formerIds(sql: Db | Tx, pairId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select remote_id as id from pair_member where pair_id = ${pairId} and role = 'former' order by 1`
  return rows.map((row) => row.id)
}

/** Whether a task lies in the mirror and is in no pair of this route: it waits at the intake gate. */
export async function waitsAtGate(
  sql: Db | Tx,
  routeId: string,
  connectionId: string,
  remoteId: string,
): Promise<boolean> {
  const rows = await sql`
    select from unclaimed where route_id = ${routeId} and connection_id = ${connectionId} and remote_id = ${remoteId}`
  return rows.length > 0
}
