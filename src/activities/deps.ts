import type { Alerting } from '../config/alerting.ts'
import type { Log } from '../config/log.ts'
import type { SecretKey } from '../config/secret-keys.ts'
import type { DbTime } from '../core/db-time.ts'
import type { Provider } from '../providers/contract.ts'
import type { Db } from '../store/database.ts'
import type { DueDeal } from '../store/deal-homes.ts'

/** Waits of the sync rules, in milliseconds. */
export type Timing = {
  readonly staleReadMs: number
  readonly deleteGraceMs: number
  readonly createSettleMs: number
  /** How long a write's HTTP call may take before its outcome is unknown. Lies inside the activity's own limit. */
  readonly writeDeadlineMs: number
  /** Between complete pulls of a connection: without and with webhooks. */
  readonly reconcileMs: { readonly polled: number; readonly webhooks: number }
  /** Between complete listings of deals. */
  readonly dealsMs: number
}

/** Starts or wakes the task workflows of these pairs. */
export type WakeTasks = (pairIds: readonly string[]) => Promise<void>
/** Starts or wakes the workflows of these deals. */
export type WakeDeals = (deals: readonly DueDeal[]) => Promise<void>

/** Those who only write intents down wake nobody by these. */
export type Waking = 'wakeTasks' | 'wakeDeals'

/** What activities work with. One set per process. */
export type Deps = {
  readonly db: Db
  readonly providers: ReadonlyMap<string, Provider>
  /** Seals credentials, and opens them. */
  readonly secretKey: SecretKey
  readonly timing: Timing
  readonly log: Log
  readonly wakeTasks: WakeTasks
  readonly wakeDeals: WakeDeals
  /** A short wait in the midst of an activity; by the machine's own clock where nobody says otherwise. Milliseconds. */
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** When this process began, by the database: what an earlier one has seen is looked at anew before it is written over. */
  readonly startedAt?: DbTime | undefined
  /** PUBLIC_URL: how services reach the receiver; absent where they do not. */
  readonly publicUrl?: string | undefined
  /** How trouble is told; nobody is told where it is absent. */
  readonly alerting?: Alerting
  /** So long the words of removed routes are kept; nothing is forgotten where it is absent. Milliseconds. */
  readonly forgetAfterMs?: number
}

export function providerOf(deps: Pick<Deps, 'providers'>, kind: string): Provider {
  const provider = deps.providers.get(kind)
  if (provider === undefined) throw new Error(`no provider is registered for ${kind}`)
  return provider
}
