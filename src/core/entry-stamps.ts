import { Temporal } from 'temporal-polyfill'
import type { Checklist } from './checklist.ts'
import type { Deal } from './deal.ts'
import { oneLine } from './normalise.ts'

/** What is on record of a checklist and one deal: stamped, or known not to be for this entry. `enteredAt`: see `Deal`. */
export type Stamp = { readonly checklist: string; readonly stage: string; readonly enteredAt: string | null }

type Entered = Pick<Deal, 'status' | 'stage' | 'enteredStageAt'>

/**
 * The checklists that are to be stamped for a deal as it is now: of the stage that it is in, and not for an entry of which
 * something is on record. A stage that it has left again has had its time. Only of active deals.
 */
export function checklistsDue(
  checklists: readonly Checklist[],
  deal: Entered,
  stamps: readonly Stamp[],
): Checklist[] {
  if (deal.status !== 'active') return []
  return checklists.filter(
    (checklist) => checklist.stage === deal.stage && stampOf(checklist, deal, stamps) === undefined,
  )
}

/**
 * What is on record of this checklist for the entry by which a deal is where it is. Where the CRM does not say when that was,
 * or once did not, one stamp counts for the stage: nobody could tell two entries apart.
 */
export function stampOf<S extends Stamp>(
  checklist: Pick<Checklist, 'name' | 'stage'>,
  { enteredStageAt }: Pick<Entered, 'enteredStageAt'>,
  stamps: readonly S[],
): S | undefined {
  const name = oneLine(checklist.name)
  return stamps.find(
    (one) =>
      one.checklist === name &&
      one.stage === checklist.stage &&
      (one.enteredAt === null || enteredStageAt === null || isSame(one.enteredAt, enteredStageAt)),
  )
}

function isSame(a: string, b: string): boolean {
  return Temporal.Instant.from(a).equals(Temporal.Instant.from(b))
}
