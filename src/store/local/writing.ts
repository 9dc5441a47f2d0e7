import type { DbTime } from '../../core/db-time.ts'
import type { LocalAuthor } from '../../core/local-task.ts'
import type { Tx } from '../database.ts'

/** A task that a transaction made, changed, or deleted (softly or for good). */
export type Touched = { readonly id: string; readonly how: 'made' | 'changed' | 'deleted' }

/** An open transaction that may write lists and tasks of our own: it alone, until it ends. */
export type LocalWriting = {
  readonly tx: Tx
  readonly by: LocalAuthor
  readonly defaultList: string
  readonly now: DbTime
  /** What was written so far: tasks, and ids of lists. */
  readonly touched: Touched[]
  readonly lists: string[]
}

/** Milliseconds for which somebody waits for others that write; each of them takes a few. */
const LONGEST_WAIT = '10000'

/**
 * Waits until no other transaction writes lists or tasks, and shuts out others until this one ends: see migration 0010.
 * To be called before anything is read that is to be changed.
 */
export async function openWriting(tx: Tx, by: LocalAuthor): Promise<LocalWriting> {
  // One who died with the lock, on a machine that cannot be reached, must not hold up everybody for as long as he does.
  await tx`select set_config('lock_timeout', ${LONGEST_WAIT}, true)`
  const [row] = await tx<{ defaultList: string }[]>`
    select default_list as "defaultList" from local_store for no key update`
  if (row === undefined) throw new Error('the store of our own tasks has lost its one row')
  // The time is asked for behind the lock, so that later changes have later times.
  const [clock] = await tx<{ now: DbTime }[]>`select clock() as now`
  if (clock === undefined) throw new Error('the database did not tell its time')
  return { tx, by, defaultList: row.defaultList, now: clock.now, touched: [], lists: [] }
}

/** The number of the next change. */
export async function nextSeq({ tx }: LocalWriting): Promise<string> {
  const [row] = await tx<{ seq: string }[]>`update local_store set seq = seq + 1 returning seq`
  if (row === undefined) throw new Error('the store of our own tasks has lost its one row')
  return row.seq
}
