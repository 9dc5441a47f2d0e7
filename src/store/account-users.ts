import type { AccountUser } from '../providers/contract.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** The users of an account as its service last told of them; those of whom it tells no more were removed from it. */
export async function saveUsers(tx: Tx, connectionId: string, users: readonly AccountUser[]): Promise<void> {
  const rows = [...new Map(users.map((user) => [user.id, user])).values()].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )
  await tx`
    insert into account_user (connection_id, user_id, name, email, active)
    select ${connectionId}, r.id, r.name, r.email, r.active
    from jsonb_to_recordset(${json(tx, rows)}) as r(id text, name text, email text, active boolean)
    on conflict (connection_id, user_id) do update
      set name = excluded.name, email = excluded.email, active = excluded.active`
  await tx`
    update account_user set active = false
    where connection_id = ${connectionId} and active and user_id <> all (${rows.map(({ id }) => id)}::text[])`
}

export async function accountUsers(sql: Db | Tx, connectionId: string): Promise<AccountUser[]> {
  return sql<AccountUser[]>`
    select user_id as id, name, email, active from account_user where connection_id = ${connectionId}
    order by name, user_id`
}
