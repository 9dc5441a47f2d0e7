import type { RemoteTask } from './observation.ts'
import type { SideScope } from './scope.ts'

/**
 * The rule that keeps a task outside a route, for people; null where none does. `elsewhere`: it lies in none of the
 * route's containers and its user does not ask for it by label `crm`.
 */
export type OutsideRule = 'no-sync' | 'no-person' | 'elsewhere' | 'somebody-elses'

/** Says which part of `scope.ts` keeps a task outside. `underPair`: its parent is a task of the route. */
export function outsideRule(seen: RemoteTask, scope: SideScope, underPair: boolean): OutsideRule | null {
  if (seen.flags.includes('no-sync')) return 'no-sync'
  if (scope.needsPerson && seen.person === null) return 'no-person'
  const { containers } = scope
  const places = [seen.container, seen.list].filter((place) => place !== null)
  const placed =
    containers === null ||
    underPair ||
    seen.flags.includes('crm') ||
    places.some((place) => containers.has(place))
  if (!placed) return 'elsewhere'
  const owned = scope.userId === null || seen.assignedTo === null || seen.assignedTo === scope.userId
  return scope.assignees === 'anyone' || owned ? null : 'somebody-elses'
}
