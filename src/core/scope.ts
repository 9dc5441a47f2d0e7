import { takesAssignee } from './agents.ts'
import type { RemoteTask } from './observation.ts'
import type { AssigneeScope } from './policy.ts'
import { isWriteTest } from './write-test.ts'

/**
 * Which tasks of one side belong to a route. `containers`: remote ids of the route's containers on this side, null
 * where tasks do not lie in containers. `userId`: the remote user whose tasks they are, null where tasks have none.
 */
export type SideScope = {
  readonly containers: ReadonlySet<string> | null
  /** Those of the containers that are deleted or archived. */
  readonly lostContainers: ReadonlySet<string>
  /** Tasks that lay in a project of their user's before the route took it (by remote id, the project); left alone while they lie there. */
  readonly setAside: ReadonlyMap<string, string>
  /** True where a label of its user brings a task in, wherever it lies. */
  readonly byLabel: boolean
  readonly needsPerson: boolean
  readonly assignees: AssigneeScope
  readonly userId: string | null
}

/**
 * The rule that keeps a task outside a route, for people. `elsewhere`: it lies in none of the route's containers, and its
 * user does not ask for it by a label. `set-aside`: nor for what lay in a project of his when the route took that. `write-test`: an
 * operator tries out the account by it.
 */
export type OutsideRule =
  | 'write-test'
  | 'no-sync'
  | 'no-person'
  | 'elsewhere'
  | 'set-aside'
  | 'somebody-elses'

export type PlacedTask = { readonly remoteId: string; readonly seen: RemoteTask }

/** `underPair`: its parent is a task of the route, so that it is in scope wherever it lies. Null where no rule does (§8). */
export function outsideRule(task: PlacedTask, scope: SideScope, underPair: boolean): OutsideRule | null {
  const { seen } = task
  if (isWriteTest(seen.task.title)) return 'write-test'
  if (seen.flags.includes('no-sync')) return 'no-sync'
  if (scope.needsPerson && seen.person === null) return 'no-person'
  const wanted = scope.byLabel && isWanted(seen)
  if (scope.containers !== null && !underPair && !wanted) {
    if (!liesIn(seen, scope.containers)) return 'elsewhere'
    if (isSetAside(task, scope.containers, scope)) return 'set-aside'
  }
  return takesAssignee(scope, seen.assignedTo) ? null : 'somebody-elses'
}

/**
 * Why a task is none of the route's business; null when it is. Everything else is never stored and never touched (I16).
 */
export function outsideScope(
  task: PlacedTask,
  scope: SideScope,
  underPair: boolean,
): 'out-of-scope' | 'no-sync' | null {
  const rule = outsideRule(task, scope, underPair)
  return rule === null || rule === 'no-sync' ? rule : 'out-of-scope'
}

/** The tasks under which everything is in scope: those known already, and those of `tasks` that are in scope themselves. */
export function parentsInScope(
  tasks: readonly PlacedTask[],
  scope: SideScope,
  known: ReadonlySet<string>,
): ReadonlySet<string> {
  const parents = new Set(known)
  for (let before = -1; before < parents.size; ) {
    before = parents.size
    for (const task of tasks)
      if (outsideScope(task, scope, isUnder(task.seen, parents)) === null) parents.add(task.remoteId)
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

/** Moved into a section of ours, or into another project, it was brought in by its user. */
function isSetAside(
  { remoteId, seen: { container, task } }: PlacedTask,
  containers: ReadonlySet<string>,
  { setAside }: SideScope,
): boolean {
  const project = setAside.get(remoteId)
  if (project === undefined || task.list !== project) return false
  return container === null || container === project || !containers.has(container)
}
