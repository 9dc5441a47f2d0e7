import type { SecretKey } from '../../config/secret-keys.ts'
import type { Db, Tx } from '../database.ts'
import { seal } from '../seal.ts'

/** How many connections the record has that would give way; 0 where there is none. */
export async function connectionsHere(db: Db): Promise<number> {
  const [row] = await db<{ made: boolean }[]>`select to_regclass('dealbridge.connection') is not null as made`
  if (row?.made !== true) return 0
  const [counted] = await db<{ n: number }[]>`select count(*)::int as n from dealbridge.connection`
  return counted?.n ?? 0
}

/** Workers and receivers that are connected to this database now. */
export async function processesHere(db: Db): Promise<string[]> {
  const rows = await db<{ name: string }[]>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and application_name in ('dealbridge worker', 'dealbridge receiver') order by name`
  return rows.map(({ name }) => name)
}

/** Credentials that nobody here can open go; whoever is asked for them later gives them anew. */
export async function dropCredentials(tx: Tx, key: SecretKey): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`
    update connection set credentials = ${seal('{}', key)}, configured = null, credentials_at = clock(), renew_until = null,
      renew_sent_at = null, renew_refused = null, former_secret = null, former_secret_until = null
    where removed_at is null returning name`
  return rows.map(({ name }) => name).sort()
}
