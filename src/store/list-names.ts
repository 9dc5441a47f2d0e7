import type { RemoteContainer } from '../providers/contract.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** Notes what a service calls its lists and projects. One that is gone keeps the name under which people knew it. */
export async function noteListNames(
  sql: Db | Tx,
  connectionId: string,
  seen: readonly RemoteContainer[],
): Promise<void> {
  const named = seen.filter(({ kind, name, state }) => kind !== 'section' && name !== '' && state !== 'gone')
  if (named.length === 0) return
  // The last word about each counts; in the order of their ids, as others may be noting them.
  const rows = [...new Map(named.map(({ remoteId, name }) => [remoteId, name]))]
    .map(([remoteId, name]) => ({ remoteId, name }))
    .sort((a, b) => (a.remoteId < b.remoteId ? -1 : 1))
  await sql`
    insert into list_name (connection_id, remote_id, name)
    select ${connectionId}, r."remoteId", r.name
    from jsonb_to_recordset(${json(sql, rows)}) as r("remoteId" text, name text)
    on conflict (connection_id, remote_id) do update set name = excluded.name where list_name.name <> excluded.name`
}

export type ListName = { readonly connectionId: string; readonly remoteId: string; readonly name: string }

/** What its service last called a list; its id where nobody has told a name. */
export async function listName(sql: Db | Tx, connectionId: string, remoteId: string): Promise<string> {
  const [row] = await sql<{ name: string }[]>`
    select name from list_name where connection_id = ${connectionId} and remote_id = ${remoteId}`
  return row?.name ?? remoteId
}

/** Every name that is known, of all connections. */
export async function listNames(sql: Db | Tx): Promise<ListName[]> {
  return sql<ListName[]>`
    select connection_id as "connectionId", remote_id as "remoteId", name from list_name order by 1, 2`
}
