import { type Db, inTransaction } from '../database.ts'
import { KEPT, type StoredAnswer } from './api-requests.ts'

/** Whoever answers says so again within this time; after it he is taken for dead. Milliseconds. */
export const CLAIM_MS = 60_000

/**
 * What is known of a key. `ours`: nobody answers it, or who did has died midway. `running`: somebody is about to. `answered`: so.
 * `other`: it came with another request. `purged`: what was answered is purged.
 */
export type KeyClaim =
  | { readonly kind: 'ours' | 'running' | 'other' | 'purged' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }

type Known = {
  readonly fingerprint: string
  readonly answer: StoredAnswer | null
  readonly claimed: boolean
  readonly alive: boolean
}

/**
 * Takes a key for one request that runs in no one transaction. `fingerprints`: any of them is this request; the first is stored.
 * `claim`: a UUID of this attempt.
 */
export async function claimKey(
  db: Db,
  key: string,
  fingerprints: readonly string[],
  claim: string,
): Promise<KeyClaim> {
  return inTransaction(db, async (tx): Promise<KeyClaim> => {
    await tx`
      delete from api_request where key in (
        select key from api_request where at < clock() - ${KEPT}::interval for update skip locked)`
    const made = await tx`
      insert into api_request (key, fingerprint, claim, claimed_at) values (${key}, ${fingerprints[0] ?? ''}, ${claim}, clock())
      on conflict (key) do nothing returning key`
    if (made.length > 0) return { kind: 'ours' }
    const [row] = await tx<Known[]>`
      select fingerprint, answer, claim is not null as claimed,
        coalesce(claimed_at > clock() - ${CLAIM_MS}::float8 * interval '1 ms', false) as alive
      from api_request where key = ${key} for update`
    if (row === undefined || !fingerprints.includes(row.fingerprint)) return { kind: 'other' }
    if (row.answer !== null) return { kind: 'answered', answer: row.answer }
    if (!row.claimed) return { kind: 'purged' }
    if (row.alive) return { kind: 'running' }
    await tx`update api_request set claim = ${claim}, claimed_at = clock() where key = ${key}`
    return { kind: 'ours' }
  })
}

/** Whoever has the key is still at it. */
export async function renewClaim(db: Db, key: string, claim: string): Promise<void> {
  await db`update api_request set claimed_at = clock() where key = ${key} and claim = ${claim}`
}

/** Keeps the answer, unless somebody else has taken the key over. */
export async function keepAnswer(db: Db, key: string, claim: string, answer: StoredAnswer): Promise<void> {
  await db`
    update api_request set answer = ${JSON.stringify(answer)}::text::json, claim = null, claimed_at = null
    where key = ${key} and claim = ${claim}`
}

/** Nothing came of it: the key is free again. */
export async function dropClaim(db: Db, key: string, claim: string): Promise<void> {
  await db`delete from api_request where key = ${key} and claim = ${claim}`
}
