import { allRoutes, type RouteRow, routeById } from '../../store/routes.ts'
import { fillProgress } from '../../store/status.ts'
import type { Deps } from '../deps.ts'
import { heldBy } from '../held-by.ts'
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
  return { gone, filled: route.filledAt !== null, pairs, pending, held: await needOf(deps, route) }
}

/** In words that a history may hold. */
async function needOf(deps: Deps, route: RouteRow): Promise<SetupNeed | null> {
  const held = await heldBy(deps.db, route)
  if (held === null) return null
  const { connection, state: kind } = held
  return connection === null
    ? { connectionId: null, kind, words: `the route is ${kind}` }
    : { connectionId: connection.id, kind, words: `its connection is ${kind}` }
}
