import type { DbTime } from '../core/db-time.ts'
import type { MirrorRow } from '../core/observe.ts'
import type { WriteResult } from '../providers/contract.ts'
import type { OpRow } from '../store/ops.ts'
import type { PairRow } from '../store/pairs.ts'
import type { Timing } from './deps.ts'
import type { Counterpart } from './plan/counterpart.ts'
import type { RouteContext } from './route-context.ts'

/**
 * Who says what became of a write: the service's answer to the call itself, or a later look at what came of it, which finds
 * the task or (`tombstone`) that it was deleted since.
 */
export type OutcomeSource = 'reply' | 'look' | 'tombstone'

/** `row`: the mirror's picture of the target, locked; null for a create that no pull has seen. */
export type OutcomeInput = {
  readonly op: OpRow
  readonly pair: PairRow
  readonly result: WriteResult
  readonly by: OutcomeSource
  /** Of a create: the container that it goes to is there already, or the project in which that is to be made. */
  readonly placed: boolean
  readonly route: RouteContext
  readonly row: MirrorRow | null
  /** The other side as it is in the record. */
  readonly counterpart: Counterpart | null
  readonly now: DbTime
  readonly timing: Timing
}
