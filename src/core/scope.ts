import type { RemoteTask } from './observation.ts'
import type { AssigneeScope } from './policy.ts'

/**
 * Which tasks of one side belong to a route. `containers`: remote ids of the route's containers on this side, null
 * where tasks do not lie in containers. `userId`: the remote user whose tasks they are, null where tasks have none.
 */
export type SideScope = {
  readonly containers: ReadonlySet<string> | null
  readonly needsPerson: boolean
  readonly assignees: AssigneeScope
  readonly userId: string | null
}

/** True when a task is the route's business at all. Everything else is never stored and never touched (I16). */
export function inScope(seen: RemoteTask, scope: SideScope): boolean {
  if (scope.needsPerson && seen.person === null) return false
  if (scope.containers !== null && !liesIn(seen, scope.containers)) return false
  const owned = scope.userId === null || seen.assignedTo === null || seen.assignedTo === scope.userId
  return scope.assignees === 'anyone' || owned
}

function liesIn({ container, list }: RemoteTask, containers: ReadonlySet<string>): boolean {
  return (container !== null && containers.has(container)) || (list !== null && containers.has(list))
}
