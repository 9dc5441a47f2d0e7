import { standardLabels } from '../../core/standard-labels.ts'
import { foldLabel } from '../../core/type-labels.ts'
import { noteListNames } from '../../store/list-names.ts'
import { type RouteRow, routeById } from '../../store/routes.ts'
import { noteFound, type SetupFound } from '../../store/setup.ts'
import { findDealFields } from '../deals/route-choices.ts'
import type { Deps } from '../deps.ts'
import { type OpenConnection, openConnection } from '../open-connection.ts'

export type SurveyInput = { readonly connectionId: string; readonly routeId: string }

/** Asks an account for what its route can be set up with, and keeps ids and names of ours. Safe to run again. */
export async function survey(
  deps: Deps,
  { connectionId, routeId }: SurveyInput,
  signal: AbortSignal,
): Promise<void> {
  const route = await routeById(deps.db, routeId)
  const open = await openConnection(deps, connectionId, 'change', signal)
  await noteFound(deps.db, routeId, {
    ...(await fieldsAt(deps, open, route, signal)),
    ...(await projectsAt(deps, open, route)),
    ...(await labelsAt(open, route)),
  })
}

/** No sample value is kept: these are people's addresses. */
async function fieldsAt(
  deps: Deps,
  { provider }: OpenConnection,
  route: RouteRow,
  signal: AbortSignal,
): Promise<SetupFound> {
  if (provider.deals === undefined || route.policy.deals === undefined) return {}
  const { fields, proposed } = await findDealFields(deps, route, signal)
  return { fields: proposed, fieldNames: fields.map(({ name }) => name) }
}

async function projectsAt(deps: Deps, { row, provider, direct }: OpenConnection, route: RouteRow) {
  if (provider.containers === null || row.id !== route.rightId) return {}
  const { containers } = await provider.containers.list(direct)
  await noteListNames(deps.db, row.id, containers)
  const projects = containers.filter(({ kind, state }) => kind !== 'section' && state === 'active')
  return { projects: projects.map(({ remoteId }) => remoteId) }
}

/** Labels of the user's own are nobody's business here. */
async function labelsAt({ provider, direct }: OpenConnection, { policy }: RouteRow): Promise<SetupFound> {
  if (provider.labels === undefined) return {}
  const there = new Set((await provider.labels.list(direct)).map(foldLabel))
  return { labels: standardLabels(policy).flatMap(({ name }) => (there.has(foldLabel(name)) ? name : [])) }
}
