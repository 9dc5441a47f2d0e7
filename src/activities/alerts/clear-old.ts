import { inTransaction } from '../../store/database.ts'
import { forgetRemoved } from '../../store/forget.ts'
import { clearOldRows } from '../../store/old-rows.ts'
import { clearAgain, noteChore } from '../../store/watch.ts'
import type { Deps } from '../deps.ts'

/** Batches of each kind at once; what is left is cleared a minute later. */
const BATCHES = 20

/** Clears rows that are too old to be kept, and forgets the words of routes that were removed long ago. */
export async function clearOld({
  db,
  log,
  forgetAfterMs,
}: Pick<Deps, 'db' | 'log' | 'forgetAfterMs'>): Promise<void> {
  const forgotten =
    forgetAfterMs === undefined ? [] : await inTransaction(db, (tx) => forgetRemoved(tx, forgetAfterMs))
  const { rows, more } = await clearOldRows(db, BATCHES)
  if (more) await clearAgain(db)
  else await noteChore(db, 'clearing')
  if (forgotten.length > 0)
    log.info({ routes: forgotten.length }, 'the words of removed routes are forgotten')
  if (Object.keys(rows).length > 0) log.info(rows, 'old rows are cleared')
}
