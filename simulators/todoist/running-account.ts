import type { SimClock } from '../kit/clock.ts'
import type { SimReply } from '../kit/http-types.ts'
import { SlidingWindow } from '../kit/sliding-window.ts'
import { ActivityLog } from './activity.ts'
import { OAuthGrants } from './oauth-grants.ts'
import { Seals } from './seals.ts'
import type { Account } from './state.ts'
import { UuidMemory } from './uuid-memory.ts'

const QUARTER_HOUR_MS = 15 * 60_000

/** An account being served, with what the service remembers about its clients. A reset makes a new one. */
export class RunningAccount {
  readonly account: Account
  readonly seals: Seals
  readonly uuids: UuidMemory
  readonly oauth: OAuthGrants
  readonly activity = new ActivityLog()
  /** Answers by `X-Request-Id`, where the setting `requestIdDedupes` wants them. */
  readonly answered = new Map<string, SimReply>()
  readonly partialSyncs: SlidingWindow
  readonly fullSyncs: SlidingWindow
  readonly restRequests: SlidingWindow

  /** `sealKey` of the account before a restart, to read its tokens. */
  constructor(account: Account, clock: SimClock, sealKey?: string) {
    this.account = account
    this.seals = new Seals(sealKey)
    this.uuids = new UuidMemory(
      () => clock.elapsed(),
      () => account.settings.uuidTtlMs,
    )
    this.oauth = new OAuthGrants(() => clock.elapsed())
    this.partialSyncs = new SlidingWindow(clock, QUARTER_HOUR_MS)
    this.fullSyncs = new SlidingWindow(clock, QUARTER_HOUR_MS)
    this.restRequests = new SlidingWindow(clock, QUARTER_HOUR_MS)
  }
}

/** Gives the account that is served now. */
export type Running = () => RunningAccount
