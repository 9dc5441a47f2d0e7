import { shardName } from '../../core/homes.ts'
import { stageMarker } from '../../core/marker.ts'
import { GENERAL_NAME, type Home } from '../../core/stage-homes.ts'
import { addContainer, type ContainerRow } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import type { RouteContext, RouteSide } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { projectOf, usedProject } from './project-key.ts'

/*
 * The projects of stages, or their lists where an app has no sections. Whatever is not there yet is only written down here.
 */

export type Ground = {
  readonly tx: Tx
  readonly route: RouteContext
  readonly deals: RouteDeals
  readonly side: RouteSide
}

/** Those of a home among a route's containers, in the order of their numbers. */
export function projectsOf(rows: readonly ContainerRow[], key: string): ContainerRow[] {
  return rows
    .filter(({ role, subject }) => role === 'stage' && subject === key)
    .sort((a, b) => a.shard - b.shard)
}

/** `projects`: those that the home has already. The first one of a home that its user had before is there. */
export async function addProject(
  { tx, route, deals, side }: Ground,
  home: Home,
  number: number,
  projects: readonly ContainerRow[],
): Promise<ContainerRow> {
  const { connection } = route.sides[deals.side]
  const [first] = projects
  return addContainer(tx, {
    routeId: route.route.id,
    connectionId: side.connection.id,
    role: 'stage',
    subject: home.key,
    shard: number,
    // A project that its user has already is called as he calls it.
    name: shardName(home.name ?? first?.shownName ?? first?.name ?? '', number),
    marker: stageMarker(connection.provider, connection.facts?.accountId ?? connection.id, {
      ...projectOf(home.key),
      shard: number,
    }),
    ...(number === 1 ? { remoteId: usedProject(home.key) } : {}),
  })
}

/** What the project for tasks without a deal is called. */
export function generalName({ policy }: Pick<RouteContext, 'policy'>): string {
  return policy.deals?.general ?? GENERAL_NAME
}

/** Those that are not called so, where it is known how; those that their user has named keep that. */
export function misnamedIn(
  projects: readonly ContainerRow[],
  name: string | null,
): { readonly project: ContainerRow; readonly name: string }[] {
  if (name === null) return []
  return projects.flatMap((project) => {
    const wanted = shardName(name, project.shard)
    const ours = project.shownName === null || project.shownName === project.name
    const stands = project.remoteId !== null && (project.state === 'active' || project.state === 'full')
    return ours && stands && project.name !== wanted ? [{ project, name: wanted }] : []
  })
}
