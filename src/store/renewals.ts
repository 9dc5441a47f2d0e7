import type { SecretKey } from '../config/secret-keys.ts'
import type { DbTime } from '../core/db-time.ts'
import type { Credentials } from '../providers/contract.ts'
import type { ConnectionRow } from './connections.ts'
import type { Db } from './database.ts'
import { json } from './json.ts'
import { seal } from './seal.ts'

/** The sealed credentials of a connection, as they were read: every storing seals anew, so they are a version too. */
export type Held = Pick<ConnectionRow, 'id' | 'credentials'>

/** The right to send these credentials once. `sendWithinMs`: later they must not leave. `first`: never sent before. */
export type RenewalClaim = {
  readonly kind: 'claimed'
  readonly until: DbTime
  readonly first: boolean
  readonly sendWithinMs: number
}

/** Why these credentials can never be renewed, for a person. */
export type RenewalRefusal = { readonly message: string; readonly hint: string | null }

/**
 * `changed`: others are stored by now. `busy`: somebody renews, or it is too early to try again. `lost`: they were sent,
 * nobody knows what became of it, and it is too late to send them again. `refused`: the service renews them no more.
 */
export type ClaimAnswer =
  | RenewalClaim
  | { readonly kind: 'changed' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly why: RenewalRefusal }

/**
 * Claims the renewal of a connection's credentials by compare-and-swap, for `leaseMs`, and notes when they were first
 * sent. Whoever claims must not send them after `repeatMs` from that time; then nobody gets a claim any more.
 */
export async function claimRenewal(
  db: Db,
  held: Held,
  { leaseMs, repeatMs }: { readonly leaseMs: number; readonly repeatMs: number },
): Promise<ClaimAnswer> {
  const [claimed] = await db<Omit<RenewalClaim, 'kind'>[]>`
    with moment as materialized (select clock() as now)
    update connection c
    set renew_until = m.now + ${leaseMs}::float8 * interval '1 ms', renew_sent_at = coalesce(c.renew_sent_at, m.now)
    from moment m
    where c.id = ${held.id} and c.credentials = ${held.credentials} and c.renew_refused is null
      and coalesce(c.renew_until, '-infinity') <= m.now
      and coalesce(c.renew_sent_at, m.now) + ${repeatMs}::float8 * interval '1 ms' > m.now
    returning c.renew_until as until, c.renew_sent_at = m.now as first,
      (${repeatMs}::float8 - extract(epoch from m.now - c.renew_sent_at) * 1000)::float8 as "sendWithinMs"`
  return claimed === undefined ? whyNot(db, held, repeatMs) : { kind: 'claimed', ...claimed }
}

async function whyNot(db: Db, held: Held, repeatMs: number): Promise<ClaimAnswer> {
  const [row] = await db<{ same: boolean; busy: boolean; lost: boolean; refused: RenewalRefusal | null }[]>`
    select credentials = ${held.credentials} as same, coalesce(renew_until > clock(), false) as busy,
      coalesce(renew_sent_at + ${repeatMs}::float8 * interval '1 ms' <= clock(), false) as lost,
      renew_refused as refused
    from connection where id = ${held.id}`
  if (row === undefined || !row.same) return { kind: 'changed' }
  if (row.refused !== null) return { kind: 'refused', why: row.refused }
  return row.lost && !row.busy ? { kind: 'lost' } : { kind: 'busy' }
}

/** Stores what a renewal gave, unless somebody has stored other credentials meanwhile: then it says false. */
export async function storeRenewed(
  db: Db,
  held: Held,
  credentials: Credentials,
  secret: SecretKey,
): Promise<boolean> {
  const rows = await db`
    update connection set credentials = ${seal(JSON.stringify(credentials), secret)}, credentials_at = clock(),
      renew_until = null, renew_sent_at = null, renew_refused = null
    where id = ${held.id} and credentials = ${held.credentials} returning id`
  return rows.length > 0
}

/**
 * Gives a claim back. `sent`: the credentials may have reached the service; without it this claim's sending counts as
 * never done. `pauseMs`: so long nobody tries again.
 */
export async function releaseRenewal(
  db: Db,
  held: Held,
  claim: RenewalClaim,
  { sent, pauseMs }: { readonly sent: boolean; readonly pauseMs: number },
): Promise<void> {
  await db`
    update connection set renew_until = clock() + ${pauseMs}::float8 * interval '1 ms',
      renew_sent_at = case when ${claim.first && !sent} then null else renew_sent_at end
    where id = ${held.id} and credentials = ${held.credentials} and renew_until = ${claim.until}`
}

/** These credentials are never sent again, by nobody; only others that are stored end that. */
export async function refuseRenewal(db: Db, held: Held, why: RenewalRefusal): Promise<void> {
  await db`
    update connection set renew_refused = ${json(db, why)}, renew_until = null, renew_sent_at = null
    where id = ${held.id} and credentials = ${held.credentials}`
}

/** True when the credentials that are stored are younger than `ms`. */
export async function credentialsYoungerThan(db: Db, id: string, ms: number): Promise<boolean> {
  const [row] = await db<{ young: boolean }[]>`
    select credentials_at >= clock() - ${ms}::float8 * interval '1 ms' as young from connection where id = ${id}`
  return row?.young === true
}
