import type { Db } from '../../src/store/database.ts'

/** Comes to its end when somebody waits for a lock in this database. */
export async function somebodyWaits(db: Db): Promise<void> {
  for (;;) {
    const [row] = await db`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' limit 1`
    if (row !== undefined) return
  }
}
