import type { NamedProject } from '../../../activities/deals/deal-choices.ts'
import { dealChoices } from '../../../activities/deals/route-choices.ts'
import { proposalFor } from '../../../activities/setup/proposal.ts'
import type { Stage } from '../../../core/deal.ts'
import type { StageHome } from '../../../core/stage-homes.ts'
import { setupOf } from '../../../store/setup.ts'
import type { SetupContext } from '../context.ts'

/** Where the deals of a stage lie by now; `home` null: as the route says of stages that it does not name. */
export type StageRow = {
  readonly stage: Stage
  readonly home: StageHome | null
  /** Names of projects that are nearly called so. */
  readonly near: readonly string[]
}

/** The stages of a route that files by deals, and the task app's projects; empty where it does not. */
export async function routeStages(
  context: SetupContext,
): Promise<{ readonly rows: readonly StageRow[]; readonly projects: readonly NamedProject[] }> {
  const route = await context.route()
  const { deals } = route.policy
  if (deals === undefined) return { rows: [], projects: [] }
  const { stages, projects } = await dealChoices(context.session.db, context.deciding.deps, route, null)
  const own = projects.filter(({ ours }) => !ours)
  const { found } = await setupOf(context.session.db, route.id)
  const { homes } = await proposalFor(context.session.db, context.deciding.deps, route, found)
  const nearOf = (id: string) => homes?.stages.find((one) => one.stage === id)?.near ?? []
  const rows = stages.map((stage) => ({
    stage,
    home: deals.stages[stage.id] ?? null,
    near: own.flatMap(({ id, name }) => (nearOf(stage.id).includes(id) ? name : [])),
  }))
  return { rows, projects: own }
}
