import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'

/** The database's time now: the one clock by which looks, ops and waits are ordered. */
export async function clockNow(sql: Db | Tx): Promise<DbTime> {
  const [row] = await sql<{ now: DbTime }[]>`select clock() as now`
  if (row === undefined) throw new Error('the database did not tell its time')
  return row.now
}
