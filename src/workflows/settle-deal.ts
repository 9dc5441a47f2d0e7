import type { DealPlan } from '../activities/deals/deal-plan.ts'
import type { TendHomeOutput } from '../activities/deals/tend-home.ts'
import { type Steps, settle, Trouble } from './settle.ts'

/** The steps of settling a deal, however they are run: as activities of a workflow, or one by one under a test's scheduler. */
export type DealSteps = Steps & {
  planDeal(input: { readonly connectionId: string; readonly dealId: string }): Promise<DealPlan>
  tendHome(call: DealPlan['writes'][number]): Promise<TendHomeOutput>
  pause(ms: number): Promise<void>
}

export type SettledDeal = { readonly state: DealPlan['state']; readonly trouble: string | null }

/** After so many rounds the rest is left to the next dispatch: somebody keeps changing things. */
const MAX_ROUNDS = 40
/** Another deal makes the project that this one waits for. */
const BUSY_MS = 500
/** A person may want something else meanwhile. */
const LONGEST_BUSY_MS = 5_000

/** Settles the homes of a deal: plan, write, look after its tasks, again until nothing is left to do now. */
export async function settleDeal(
  steps: DealSteps,
  input: { readonly connectionId: string; readonly dealId: string },
): Promise<SettledDeal> {
  let lookedSince: string | undefined
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const planned = await steps.planDeal(input)
    const { writes, pairIds, state } = planned
    if (writes.length + pairIds.length === 0) return { state, trouble: null }
    const results = await Promise.allSettled(writes.map((call) => steps.tendHome(call)))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined && !(failed.reason instanceof Trouble)) throw failed.reason
    if (failed !== undefined) return { state, trouble: (failed.reason as Trouble).kind }
    const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const waits = done.flatMap(({ busy, waitMs = BUSY_MS }) => (busy ? [waitMs] : []))
    if (waits.length > 0) await steps.pause(Math.min(Math.max(BUSY_MS, ...waits), LONGEST_BUSY_MS))
    lookedSince = done.flatMap(({ since }) => since ?? []).sort()[0] ?? lookedSince
    if (pairIds.length > 0) {
      // Whoever moved a section has looked at its tasks just now; once they were written, that look is used up.
      const settled = await settle(steps, pairIds, { lookedSince })
      lookedSince = undefined
      if (settled.trouble !== null) return { state, trouble: settled.trouble }
    }
  }
  return { state: 'ok', trouble: null }
}
