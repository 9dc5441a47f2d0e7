import { UserError } from '../config/errors.ts'
import type { Tx } from '../store/database.ts'
import { lockRoute } from '../store/endings.ts'
import { pauseRoute, type RouteRow, type RouteState, resumeRoute, routeById } from '../store/routes.ts'
import type { Deps } from './deps.ts'
import { resumeStopped, type Stop } from './mass-change.ts'

/** `changed`: false when it was so before. */
export type RouteChange = { readonly route: RouteRow; readonly changed: boolean }

/**
 * Lets a route rest: both sides are still looked at, and nothing is written. Throws UserError (exit code 2) for one that
 * does not work yet or was stopped.
 */
export async function pause(tx: Tx, routeId: string): Promise<RouteChange> {
  const changed = await pauseRoute(tx, routeId)
  const route = await routeById(tx, routeId)
  if (!changed && route.state !== 'paused') throw cannotPause(route)
  return { route, changed }
}

/** `stop`: of a route that was stopped, what it would end, or what of it was let through. */
export type Resumed = RouteChange & {
  readonly stop: Stop | null
}

/**
 * Lets a paused route go on where it was. One that was stopped goes on when what stopped it is over, or, `once`, with
 * what it would end now, and nothing beside that; else it stays stopped.
 */
export async function resume(
  tx: Tx,
  deps: Pick<Deps, 'providers' | 'timing'>,
  given: { readonly routeId: string; readonly once: boolean },
): Promise<Resumed> {
  const { routeId } = given
  await lockRoute(tx, routeId)
  if ((await routeById(tx, routeId)).state !== 'stopped') {
    const changed = await resumeRoute(tx, routeId)
    return { route: await routeById(tx, routeId), changed, stop: null }
  }
  const stop = await resumeStopped(tx, deps, given)
  return { route: await routeById(tx, routeId), changed: stop.goesOn, stop }
}

function cannotPause({ name, state }: RouteRow): UserError {
  const why: Readonly<Partial<Record<RouteState, string>>> = {
    draft: 'its first sync is not confirmed, so nothing is written',
    stopped: 'it is stopped, so nothing is written',
  }
  return new UserError({
    code: 'CANNOT_PAUSE',
    message: `Route ${name} cannot be paused: ${why[state] ?? `it is ${state}`}.`,
    hints: ['"dealbridge status" shows how it stands.'],
    exitCode: 2,
  })
}
