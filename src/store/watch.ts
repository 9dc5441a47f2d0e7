import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'

/** `workerAt`: a worker's last look before this one. `digestOn`: the day of the last digest, `YYYY-MM-DD`. */
export type Watch = { readonly workerAt: DbTime | null; readonly digestOn: string | null }

/** Only one looks at a time: whoever holds the row decides what is told. Undefined while somebody else does. */
export async function holdWatch(tx: Tx): Promise<Watch | undefined> {
  const [row] = await tx<Watch[]>`
    select worker_at as "workerAt", digest_on::text as "digestOn" from watch for no key update skip locked`
  return row
}

export async function noteWorkerLook(tx: Tx): Promise<void> {
  await tx`update watch set worker_at = clock()`
}

export async function noteDigest(tx: Tx, day: string): Promise<void> {
  await tx`update watch set digest_on = ${day}::date`
}

/** Milliseconds since a worker's last look; null when none has ever looked. */
export async function sinceWorkerLook(sql: Db | Tx): Promise<number | null> {
  const [row] = await sql<{ ms: number | null }[]>`
    select (extract(epoch from clock() - worker_at) * 1000)::float8 as ms from watch`
  return row?.ms ?? null
}

/** What the watch does now and then: each is noted when it is done. */
const CHORES = { webhooks: 'webhooks_at', clearing: 'cleared_at' } as const
export type Chore = keyof typeof CHORES

/**
 * Whether a chore is due, which it is `everyMs` after it was done last. Said once; to whoever asks `againMs` later once more, unless it
 * was done by then.
 */
export async function claimChore(
  tx: Tx,
  chore: Chore,
  { everyMs, againMs }: { readonly everyMs: number; readonly againMs: number },
): Promise<boolean> {
  const at = tx(CHORES[chore])
  const rows = await tx`
    update watch set ${at} = clock() - ${everyMs - againMs}::float8 * interval '1 ms'
    where coalesce(${at}, '-infinity') <= clock() - ${everyMs}::float8 * interval '1 ms' returning one`
  return rows.length > 0
}

export async function noteChore(sql: Db | Tx, chore: Chore): Promise<void> {
  await sql`update watch set ${sql(CHORES[chore])} = clock()`
}

/** More is left than was cleared at once: the next look goes on. */
export async function clearAgain(sql: Db | Tx): Promise<void> {
  await sql`update watch set cleared_at = null`
}
