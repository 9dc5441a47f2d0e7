import type { Tx } from '../database.ts'

/** How long a key counts, at the least. */
export const KEPT = '48 hours'

/** An answer as it was given. */
export type StoredAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/**
 * What is known of a key. `new`: it is ours now, until the transaction ends. `answered`: this very request was answered so.
 * `other`: it came with another request. `purged`: what was answered is purged.
 */
export type Claimed =
  | { readonly kind: 'new' | 'other' | 'purged' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }

/** Takes a key for one request; waits for another transaction that has it. To be called before anything else is locked. */
export async function claimRequest(tx: Tx, key: string, fingerprint: string): Promise<Claimed> {
  await tx`
    delete from api_request where key in (
      select key from api_request where at < clock() - ${KEPT}::interval for update skip locked)`
  const made = await tx`
    insert into api_request (key, fingerprint) values (${key}, ${fingerprint})
    on conflict (key) do nothing returning key`
  if (made.length > 0) return { kind: 'new' }
  const [row] = await tx<{ fingerprint: string; answer: StoredAnswer | null }[]>`
    select fingerprint, answer from api_request where key = ${key}`
  if (row === undefined || row.fingerprint !== fingerprint) return { kind: 'other' }
  return row.answer === null ? { kind: 'purged' } : { kind: 'answered', answer: row.answer }
}

/** Byte by byte, in the order of its keys. `subject`: the task or list that the answer tells of; when it is purged, so is the answer. */
export async function saveAnswer(tx: Tx, key: string, subject: string, answer: StoredAnswer): Promise<void> {
  await tx`update api_request set subject = ${subject}, answer = ${JSON.stringify(answer)}::text::json where key = ${key}`
}
