import { connectionById } from '../../store/connections.ts'
import { allRoutes, type RouteRow, routeById } from '../../store/routes.ts'
import { fillProgress } from '../../store/status.ts'
import type { Deps } from '../deps.ts'
import type { SetupNeed } from './open.ts'
import type { SetupInput } from './propose.ts'

/** How far a first sync is. `held`: what keeps it from going on; null when nothing does. */
export type SetupProgress = {
  /** The route was removed meanwhile. */
  readonly gone: boolean
  readonly filled: boolean
  readonly pairs: number
  readonly pending: number
  readonly held: SetupNeed | null
}

export async function lookAtSetup(deps: Deps, { routeId }: SetupInput): Promise<SetupProgress> {
  const route = await routeById(deps.db, routeId)
  const { pairs, pending } = await fillProgress(deps.db, routeId)
  const gone = (await allRoutes(deps.db)).every(({ id }) => id !== routeId)
  return { gone, filled: route.filledAt !== null, pairs, pending, held: await heldBy(deps, route) }
}

async function heldBy(deps: Deps, route: RouteRow): Promise<SetupNeed | null> {
  if (route.state === 'paused' || route.state === 'stopped')
    return { connectionId: null, kind: route.state, words: `the route is ${route.state}` }
  for (const connectionId of [route.leftId, route.rightId]) {
    const { state } = await connectionById(deps.db, connectionId)
    if (state !== 'ok') return { connectionId, kind: state, words: `its connection is ${state}` }
  }
  return null
}
