import { createHash, createHmac, randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { keysOf, type SecretKey } from '../../config/secret-keys.ts'
import type { Db } from '../../store/database.ts'
import type { StoredAnswer } from '../../store/local/api-requests.ts'
import { CLAIM_MS, claimKey, dropClaim, keepAnswer, renewClaim } from '../../store/local/request-claims.ts'
import { ProblemError } from '../problem.ts'

const RENEW_MS = CLAIM_MS / 3

/** Of method, address and body. */
export function fingerprintOf(c: Context, body: string): string {
  return createHash('sha256').update(requestText(c, body)).digest('hex')
}

/**
 * The same under each key in force, the newest first: a body may hold credentials, which nobody is to find by trying from what
 * is stored.
 */
export function fingerprintsOf(c: Context, body: string, secret: SecretKey): readonly string[] {
  const text = requestText(c, body)
  return keysOf(secret).map((key) => createHmac('sha256', key).update(text).digest('hex'))
}

function requestText(c: Context, body: string): string {
  const url = new URL(c.req.url)
  return JSON.stringify([c.req.method, url.pathname, url.search, body])
}

/**
 * Does a request that asks services or workflows once for its key: later ones get the answer of the first. While the first is
 * under way they are told to come again; one that failed, or whose process died, is done anew (decision 044). Throws ProblemError.
 */
export async function onceForKey(
  db: Db,
  { key, fingerprints }: { readonly key: string; readonly fingerprints: readonly string[] },
  run: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  const claim = randomUUID()
  const found = await claimKey(db, key, fingerprints, claim)
  switch (found.kind) {
    case 'answered':
      return found.answer
    case 'running':
      throw new ProblemError(
        {
          name: 'under-way',
          title: 'The first request with this Idempotency-Key is under way',
          status: 409,
          detail: 'Send it again in a moment: it gets the answer of the first.',
        },
        { 'Retry-After': '1' },
      )
    case 'other':
      throw keyReused()
    case 'purged':
      throw purged()
    case 'ours':
      return answered(db, { key, claim }, run)
  }
}

async function answered(
  db: Db,
  { key, claim }: { readonly key: string; readonly claim: string },
  run: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  // One that is missed is made up for by the next.
  const beat = setInterval(() => void renewClaim(db, key, claim).catch(() => undefined), RENEW_MS)
  try {
    const answer = await run()
    await keepAnswer(db, key, claim, answer)
    return answer
  } catch (error) {
    // Where the record is away the claim runs out by itself.
    await dropClaim(db, key, claim).catch(() => undefined)
    throw error
  } finally {
    clearInterval(beat)
  }
}

export function keyReused(): ProblemError {
  return new ProblemError({
    name: 'key-reused',
    title: 'This Idempotency-Key came with another request',
    status: 422,
    detail: 'Take a new key for each request that is to do something new.',
  })
}

export function purged(): ProblemError {
  return new ProblemError({ name: 'purged', title: 'What this request made is purged', status: 410 })
}
