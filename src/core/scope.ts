import { takesAssignee } from './agents.ts'
import type { RemoteTask } from './observation.ts'
import type { AssigneeScope } from './policy.ts'

/**
 * Which tasks of one side belong to a route. `containers`: remote ids of the route's containers on this side, null
 * where tasks do not lie in containers. `userId`: the remote user whose tasks they are, null where tasks have none.
 */
export type SideScope = {
  readonly containers: ReadonlySet<string> | null
  /** Those of the containers that are deleted or archived. */
  readonly lostContainers: ReadonlySet<string>
  /** True where a label of its user brings a task in, wherever it lies. */
  readonly byLabel: boolean
  readonly needsPerson: boolean
  readonly assignees: AssigneeScope
  readonly userId: string | null
}

/**
 * The rule that keeps a task outside a route, for people. `elsewhere`: it lies in none of the route's containers, and its
 * user does not ask for it by a label.
 */
export type OutsideRule = 'no-sync' | 'no-person' | 'elsewhere' | 'somebody-elses'

/** `underPair`: its parent is a task of the route, so that it is in scope wherever it lies. Null where no rule does (§8). */
export function outsideRule(seen: RemoteTask, scope: SideScope, underPair: boolean): OutsideRule | null {
  if (seen.flags.includes('no-sync')) return 'no-sync'
  if (scope.needsPerson && seen.person === null) return 'no-person'
  const wanted = scope.byLabel && isWanted(seen)
  const placed = scope.containers === null || underPair || wanted || liesIn(seen, scope.containers)
  if (!placed) return 'elsewhere'
  return takesAssignee(scope, seen.assignedTo) ? null : 'somebody-elses'
}

/**
 * Why a task is none of the route's business; null when it is. Everything else is never stored and never touched (I16).
 */
export function outsideScope(
  seen: RemoteTask,
  scope: SideScope,
  underPair: boolean,
): 'out-of-scope' | 'no-sync' | null {
  const rule = outsideRule(seen, scope, underPair)
  return rule === null || rule === 'no-sync' ? rule : 'out-of-scope'
}

export type PlacedTask = { readonly remoteId: string; readonly seen: RemoteTask }

/** The tasks under which everything is in scope: those known already, and those of `tasks` that are in scope themselves. */
export function parentsInScope(
  tasks: readonly PlacedTask[],
  scope: SideScope,
  known: ReadonlySet<string>,
): ReadonlySet<string> {
  const parents = new Set(known)
  for (let before = -1; before < parents.size; ) {
    before = parents.size
    for (const { remoteId, seen } of tasks)
      if (outsideScope(seen, scope, isUnder(seen, parents)) === null) parents.add(remoteId)
  }
  return parents
}

export function isUnder(seen: RemoteTask, parents: ReadonlySet<string>): boolean {
  const { parent } = seen.task
  return parent !== null && parents.has(parent)
}

/** True of a task that lay in a container which is deleted or archived by now. */
export function lostItsHome({ container, task }: RemoteTask, { lostContainers }: SideScope): boolean {
  return [container, task.list].some((one) => one !== null && lostContainers.has(one))
}

/** A user asks for it by a label, and it stays in its own project. */
function isWanted(seen: RemoteTask): boolean {
  return seen.flags.includes('crm')
}

function liesIn({ container, task: { list } }: RemoteTask, containers: ReadonlySet<string>): boolean {
  return (container !== null && containers.has(container)) || (list !== null && containers.has(list))
}
