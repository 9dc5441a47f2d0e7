import type { FubTask, FubUser } from './records.ts'
import type { FubSettings } from './settings.ts'
import type { TaskPatch } from './task-input.ts'

/** A task as a POST makes it: by the key's user, for the key's user when nobody is named. */
export function newTask(id: number, patch: TaskPatch, user: FubUser, now: string): FubTask {
  const type = patch.type ?? 'Follow Up'
  return withoutIdleReminder({
    id,
    created: now,
    updated: now,
    completed: patch.isCompleted === 1 ? now : null,
    createdById: user.id,
    updatedById: user.id,
    createdBy: user.name,
    updatedBy: user.name,
    personId: patch.personId ?? 0,
    AssignedTo: patch.AssignedTo ?? user.name,
    assignedUserId: patch.assignedUserId ?? user.id,
    // Only `personId` is documented as required; the vendor's sample is named as its type.
    name: patch.name ?? type,
    type,
    isCompleted: patch.isCompleted ?? 0,
    dueDate: patch.dueDate ?? null,
    dueDateTime: patch.dueDateTime ?? null,
    remindSecondsBefore: patch.remindSecondsBefore ?? null,
    externalTaskLink: null,
    externalCalendarId: null,
  })
}

/** The task after a PUT; the same object when nothing changes. */
export function afterPatch(
  task: FubTask,
  patch: TaskPatch,
  user: FubUser,
  now: string,
  settings: FubSettings,
): FubTask {
  const patched = withoutIdleReminder({ ...task, ...patch })
  const names = Object.keys(patched) as (keyof FubTask)[]
  const changed = names.filter((name) => patched[name] !== task[name])
  if (changed.length === 0) return task
  const quiet = quietFields(settings)
  const clear = settings.get('clearCompletedOnReopen')
  return {
    ...patched,
    updated: changed.every((name) => quiet.includes(name)) ? task.updated : now,
    updatedById: user.id,
    updatedBy: user.name,
    completed: completedAfter(task, patched.isCompleted, now, clear),
  }
}

/** Fields whose change leaves `updated` as it is (U3). */
function quietFields(settings: FubSettings): (keyof FubTask)[] {
  return [
    ...(settings.get('bumpUpdatedOnComplete') ? [] : (['isCompleted'] as const)),
    ...(settings.get('bumpUpdatedOnReassign') ? [] : (['assignedUserId', 'AssignedTo'] as const)),
    ...(settings.get('bumpUpdatedOnDue') ? [] : (['dueDate', 'dueDateTime', 'remindSecondsBefore'] as const)),
  ]
}

/** Only tasks with a due time have a reminder (reference §6.3). */
function withoutIdleReminder(task: FubTask): FubTask {
  return task.dueDateTime === null ? { ...task, remindSecondsBefore: null } : task
}

function completedAfter(task: FubTask, wanted: 0 | 1, now: string, clear: boolean): string | null {
  if (wanted === task.isCompleted) return task.completed
  if (wanted === 1) return now
  return clear ? null : task.completed
}
