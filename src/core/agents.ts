import type { AssigneeScope } from './policy.ts'

/*
 * Whose tasks a route has, where tasks are assigned to users. A team has a route for each of its agents, so that a task's
 * assignee says whose task app it lies in.
 */

/** `userId`: whose key it is; null where nobody has users. */
export type Assignees = { readonly assignees: AssigneeScope; readonly userId: string | null }

/** Whether a task that is assigned to this user (null: to nobody) belongs to a route. */
export function takesAssignee({ assignees, userId }: Assignees, assignedTo: string | null): boolean {
  if (assignees === 'anyone') return true
  if (assignees === 'own') return userId === null || assignedTo === null || assignedTo === userId
  return assignedTo === null ? assignees.unassigned : assignees.only.includes(assignedTo)
}

/** The same of a route that is for certain users, and not for all: such a one takes a task over. */
export function isFor(who: Assignees, assignedTo: string | null): boolean {
  return who.assignees !== 'anyone' && who.userId !== null && takesAssignee(who, assignedTo)
}

/** To whom a task is assigned that a route makes; null: to the key's own user. */
export function assigneeOfNew(assignees: AssigneeScope): string | null {
  return typeof assignees === 'string' ? null : (assignees.only[0] ?? null)
}

/** A user (null: nobody) whose tasks two routes would both have; undefined where there is none. */
export function claimedByBoth(one: Assignees, other: Assignees): string | null | undefined {
  const users = (who: Assignees): (string | null)[] => [
    ...(typeof who.assignees === 'string' ? [who.userId] : who.assignees.only),
    null,
  ]
  return [...users(one), ...users(other)].find((user) => isFor(one, user) && isFor(other, user))
}
