import type { DealHomeRow } from '../../store/deal-homes.ts'
import type { HomeOp } from '../../store/home-ops.ts'
import type { RouteSide } from '../route-context.ts'

/**
 * What to do next about a deal, in ids: writes to its homes, and pairs to settle after them. `state`: of its homes, where
 * nothing is left to do.
 */
export type DealPlan = {
  readonly writes: readonly {
    readonly connectionId: string
    readonly provider: string
    readonly opId: string
  }[]
  readonly pairIds: readonly string[]
  readonly state: DealHomeRow['state']
}

/** The next plan; `told`: the change of the deal of which its tasks are to be told first. */
export type NextPlan = DealPlan | { readonly told: string }

export const REST: DealPlan = { writes: [], pairIds: [], state: 'ok' }
export const TRIED = { state: 'ok', reason: null, lastError: null } as const

export function writing({ connection }: RouteSide, op: HomeOp): DealPlan {
  return {
    ...REST,
    writes: [{ connectionId: connection.id, provider: connection.provider, opId: op.id }],
  }
}
