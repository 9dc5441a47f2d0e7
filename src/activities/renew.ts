import { setTimeout as sleep } from 'node:timers/promises'
import type { Credentials, Provider, QuotaGate, Renewal } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { clockNow } from '../store/clock.ts'
import { type ConnectionRow, connectionById, openCredentials } from '../store/connections.ts'
import {
  claimRenewal,
  type RenewalClaim,
  refuseRenewal,
  releaseRenewal,
  storeRenewed,
} from '../store/renewals.ts'
import type { Deps } from './deps.ts'
import { inProgress, outcomeLost, sentTooLate } from './renewal-errors.ts'

/** Credentials that end within this time are renewed before they are used. */
const RENEW_BEFORE_MS = 5 * 60_000
/** Longest call of a renewal. */
const CALL_MS = 20_000
/** Outlasts the call, so that two are never under way; ends early enough for another one to repeat it. */
const LEASE_MS = CALL_MS + 5_000
/** Between two tries of a renewal that did nothing. */
const PAUSE_MS = 5_000
/** New credentials that the record did not take yet are worth waiting for: the old ones may be worth nothing. */
const STORE_TRIES = 30
const STORE_PAUSE_MS = 500

/** A connection whose credentials may end. `gate`: the budget from which the renewal's request is taken. */
export type Renewable = {
  readonly row: ConnectionRow
  readonly provider: Provider
  readonly gate: QuotaGate
}
type WithRenewal = Renewable & { readonly renewal: Renewal }

/**
 * The connection with credentials that last for a call. Those that are about to end are renewed first, or used to the
 * end where that cannot be done now. Throws ProviderError when they have ended.
 */
export async function lastingCredentials(deps: Deps, one: Renewable): Promise<ConnectionRow> {
  const { renewal } = one.provider
  if (renewal === null) return one.row
  const endsAt = renewal.endsAt(openCredentials(one.row, deps.secretKey))
  if (endsAt === null) return one.row
  const leftMs = endsAt - Date.parse(await clockNow(deps.db))
  if (leftMs > RENEW_BEFORE_MS) return one.row
  return renewed(deps, { ...one, renewal }, leftMs > 0)
}

/**
 * Renews a connection's credentials, as the only one who does; gives back what is then stored. `stillGood`: the old ones
 * serve while they cannot be renewed. Throws ProviderError when they do not serve, or when the answer was lost, which
 * is worth another try at once.
 */
export async function renewed(deps: Deps, one: WithRenewal, stillGood: boolean): Promise<ConnectionRow> {
  const { row, provider, renewal } = one
  const claim = await claimRenewal(deps.db, row, { leaseMs: LEASE_MS, repeatMs: renewal.repeatMs })
  switch (claim.kind) {
    case 'claimed':
      return renewAlone(deps, one, claim, stillGood)
    case 'changed':
      return connectionById(deps.db, row.id)
    case 'busy':
      if (stillGood) return row
      throw inProgress(provider.kind)
    case 'lost':
      if (stillGood) return row
      throw outcomeLost(provider.kind)
    case 'refused':
      if (stillGood) return row
      throw new ProviderError({
        kind: 'auth',
        provider: provider.kind,
        message: claim.why.message,
        hint: claim.why.hint ?? undefined,
      })
  }
}

async function renewAlone(
  deps: Deps,
  one: WithRenewal,
  claim: RenewalClaim,
  stillGood: boolean,
): Promise<ConnectionRow> {
  const { row } = one
  let credentials: Credentials
  try {
    credentials = await send(deps, one, claim)
  } catch (error) {
    const failure = await giveBack(deps, row, claim, error)
    const { message, hint } = failure
    deps.log.warn({ connection: row.name, why: message, hint }, 'the credentials were not renewed')
    if (stillGood && failure.kind !== 'ambiguous-write') return row
    throw failure.kind === 'ambiguous-write' ? inProgress(failure.provider) : failure
  }
  await store(deps, row, credentials)
  return connectionById(deps.db, row.id)
}

/**
 * Not bound to the call that needs it: a renewal that was cut off half-way would cost its user a sign-in. The last look
 * at the time is after the slot, with this process's own clock: it may have been stopped in between.
 */
async function send(deps: Deps, one: WithRenewal, claim: RenewalClaim): Promise<Credentials> {
  const { row, renewal, provider } = one
  const claimedAt = performance.now()
  return renewal.renew({
    id: row.id,
    baseUrl: row.baseUrl,
    credentials: openCredentials(row, deps.secretKey),
    facts: row.facts,
    gate: {
      async take(context) {
        const slot = await one.gate.take(context)
        if (performance.now() - claimedAt >= claim.sendWithinMs) throw sentTooLate(provider.kind)
        return slot
      },
      learn: (news) => one.gate.learn(news),
    },
    signal: AbortSignal.timeout(CALL_MS),
    cursor: null,
  })
}

/** Ends a claim that brought nothing, by what is known of the request. Gives back the error as a ProviderError. */
async function giveBack(
  deps: Deps,
  row: ConnectionRow,
  claim: RenewalClaim,
  error: unknown,
): Promise<ProviderError> {
  if (!(error instanceof ProviderError) || error.kind === 'ambiguous-write') {
    await releaseRenewal(deps.db, row, claim, { sent: true, pauseMs: 0 })
    if (!(error instanceof ProviderError)) throw error
  } else if (error.kind === 'auth') {
    await refuseRenewal(deps.db, row, { message: error.message, hint: error.hint ?? null })
  } else {
    await releaseRenewal(deps.db, row, claim, { sent: false, pauseMs: error.retryAfterMs ?? PAUSE_MS })
  }
  return error
}

async function store(deps: Deps, row: ConnectionRow, credentials: Credentials): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const stored = await storeRenewed(deps.db, row, credentials, deps.secretKey)
      const what = stored ? 'the credentials were renewed' : 'others were entered while they were renewed'
      deps.log.info({ connection: row.name }, what)
      return
    } catch (error) {
      if (tries >= STORE_TRIES) throw error
      await sleep(STORE_PAUSE_MS)
    }
  }
}
