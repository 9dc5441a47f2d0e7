import type { Checklist } from '../../core/checklist.ts'
import { oneLine } from '../../core/normalise.ts'
import type { Db, Tx } from '../../store/database.ts'
import { begunChecklists, stampCounts } from '../../store/stamps.ts'
import type { RouteContext } from '../route-context.ts'
import { checklistsOf } from './begin-checklists.ts'
import { stageName } from './list-deals.ts'

/**
 * A checklist as it stands. `stage`: null for one that the CRM does not have (any more). `counts`: entries of deals are looked for
 * by now. `stamped`: for how many entries it was; `lastAt`: when last.
 */
export type ChecklistStanding = {
  readonly checklist: Checklist
  readonly stage: string | null
  readonly counts: boolean
  readonly stamped: number
  readonly lastAt: string | null
}

/** The checklists of a route, in the order of its file. `idle`: the route writes nothing into the task app. */
export async function listChecklists(
  sql: Db | Tx,
  route: RouteContext,
): Promise<{ readonly checklists: readonly ChecklistStanding[]; readonly idle: boolean }> {
  const { deals, policy } = route
  const all = policy.deals?.checklists ?? []
  const begun = await begunChecklists(sql, route.route.id)
  const counts = await stampCounts(sql, route.route.id)
  const isOf = (one: Pick<Checklist, 'stage'> & { readonly name: string }, { name, stage }: Checklist) =>
    one.name === oneLine(name) && one.stage === stage
  const checklists = all.map((checklist) => {
    const known = counts.find((one) => isOf(one, checklist))
    const isStage = deals?.book.stages.has(checklist.stage) === true
    return {
      checklist,
      stage: deals !== null && isStage ? stageName(deals, checklist.stage) : null,
      counts: begun.some((one) => isOf(one, checklist)),
      stamped: known?.stamped ?? 0,
      lastAt: known?.lastAt ?? null,
    }
  })
  return { checklists, idle: all.length > 0 && checklistsOf(route).length === 0 }
}
