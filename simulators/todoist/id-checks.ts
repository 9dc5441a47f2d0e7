import { invalidArgument, notFound } from './errors.ts'
import type { Account } from './state.ts'
import type { Item, Project } from './state-objects.ts'
import type { View } from './state-view.ts'

const OPAQUE = /^[0-9A-Za-z]{16}$/

/** Refuses an id that cannot be one (old numeric ids too) with 400. Labels are not checked: they answer 404. */
export function wellFormed(id: string, argument: string): string {
  if (!OPAQUE.test(id)) throw invalidArgument(argument, 'a valid id')
  return id
}

/** A task as `GET /tasks/{id}` knows it: finished and deleted ones too, but none of a deleted project. */
export function readableItem(view: View, id: string): Item {
  const item = view.item(wellFormed(id, 'task_id'))
  if (item === undefined || view.project(item.project_id)?.is_deleted !== false) throw notFound('Task')
  const lostSection = item.section_id !== null && view.section(item.section_id)?.is_deleted === true
  if (lostSection && view.account.settings.sectionDeletedTasks === '404') throw notFound('Task')
  return item
}

/** A task that can be written: deleted ones are 404. */
export function writableItem(account: Account, id: string): Item {
  const item = account.items.get(wellFormed(id, 'task_id'))
  if (item === undefined || item.is_deleted) throw notFound('Task')
  return item
}

/** Project ids carry a checksum: one that never was is 400, a deleted project is 404. */
export function knownProject(view: View, id: string, argument = 'project_id'): Project {
  const project = view.project(wellFormed(id, argument))
  if (project === undefined) throw invalidArgument(argument, 'a valid project id')
  if (project.is_deleted) throw notFound('Project')
  return project
}
