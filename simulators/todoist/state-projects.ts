import { forbidden, invalidArgument, notFound, requiredArgument } from './errors.ts'
import { orderKey } from './order-keys.ts'
import type { Account } from './state.ts'
import { removeWithContainer } from './state-items.ts'
import { fitLength, requireRoomForProject } from './state-limits.ts'
import type { Project } from './state-objects.ts'
import { touchOpen } from './state-sections.ts'

export type ProjectFields = {
  name?: string | undefined
  description?: string | null | undefined
  color?: string | null | undefined
  child_order?: number | null | undefined
  order_key?: string | null | undefined
  is_collapsed?: boolean | null | undefined
  is_favorite?: boolean | null | undefined
  view_style?: string | null | undefined
}

const VIEWS = ['list', 'board', 'calendar']

/** Makes the Inbox, once, when the account is opened. */
export function addInbox(account: Account): Project {
  const inbox = account.projects.put({
    ...blankProject(account, null),
    name: 'Inbox',
    color: 'grey',
    inbox_project: true,
  })
  account.inboxId = inbox.id
  return inbox
}

export function addProject(
  account: Account,
  args: ProjectFields & { parent_id?: string | null | undefined },
): Project {
  if (args.name === undefined) throw requiredArgument('name')
  const parent =
    args.parent_id === undefined || args.parent_id === null ? null : account.project(args.parent_id)
  requireRoomForProject(account)
  const blank = blankProject(account, parent?.id ?? null)
  const project = account.projects.put(withFields(account, blank, args))
  account.tell({ name: 'project:added', object: project })
  return project
}

export function updateProject(account: Account, id: string, fields: ProjectFields): Project {
  const changed = withFields(account, account.project(id), fields)
  const project = account.projects.put({ ...changed, updated_at: account.stamp() })
  account.tell({ name: 'project:updated', object: project })
  return project
}

export function moveProject(account: Account, id: string, parentId: string | null): Project {
  const before = changeable(account, id)
  if (parentId !== null) {
    account.project(parentId)
    if ([before, ...descendants(account, id)].some((each) => each.id === parentId))
      throw invalidArgument('parent_id', 'not the project itself or one beneath it')
  }
  const project = account.projects.put({
    ...before,
    ...endOfProjects(account, parentId),
    parent_id: parentId,
    updated_at: account.stamp(),
  })
  account.tell({ name: 'project:updated', object: project })
  return project
}

export function reorderProjects(
  account: Account,
  rows: readonly { id: string; child_order: number }[],
): void {
  for (const { id } of rows) account.project(id)
  for (const { id, child_order } of rows)
    account.projects.put({ ...account.project(id), child_order, order_key: orderKey(child_order) })
}

/** Archives a project and those beneath it; what they hold is hidden with them, with rows for tasks only if `archiveRows`. */
export function archiveProject(account: Account, id: string): Project {
  const before = changeable(account, id)
  if (before.is_archived) return before
  for (const each of descendants(account, id))
    if (!each.is_archived) account.projects.put({ ...each, is_archived: true, updated_at: account.stamp() })
  const project = account.projects.put({ ...before, is_archived: true, updated_at: account.stamp() })
  if (account.settings.archiveRows)
    for (const each of [project, ...descendants(account, id)]) touchOpen(account, account.itemsIn(each.id))
  account.tell({ name: 'project:archived', object: project })
  return project
}

/** Brings a project back at the root of the list; those beneath it stay archived. */
export function unarchiveProject(account: Account, id: string): Project {
  const before = account.project(id)
  if (!before.is_archived) return before
  requireRoomForProject(account)
  const stamp = account.stamp()
  const place = { ...endOfProjects(account, null), parent_id: null }
  const project = account.projects.put({ ...before, ...place, is_archived: false, updated_at: stamp })
  // What it holds is active again: a reader of deltas that never saw it must get it.
  for (const section of account.sectionsIn(id)) if (!section.is_deleted) account.putSection(section)
  touchOpen(account, account.itemsIn(id))
  account.tell({ name: 'project:unarchived', object: project })
  return project
}

/** Deletes a project for good, with those beneath it, their sections and tasks. Deleting it again changes nothing. */
export function deleteProject(account: Account, id: string): void {
  const known = account.projects.get(id)
  if (known === undefined) throw notFound('Project')
  if (known.is_deleted) return
  const below = descendants(account, id)
  const project = changeable(account, id)
  for (const each of [...below, project]) {
    for (const section of account.sectionsIn(each.id))
      if (!section.is_deleted)
        account.putSection({ ...section, is_deleted: true, updated_at: account.stamp() })
    for (const item of account.itemsIn(each.id)) if (!item.is_deleted) removeWithContainer(account, item)
    account.projects.put({ ...each, is_deleted: true, updated_at: account.stamp() })
  }
  account.tell({ name: 'project:deleted', object: { ...project, is_deleted: true } })
}

function changeable(account: Account, id: string): Project {
  const project = account.project(id)
  if (project.inbox_project) throw forbidden('The Inbox cannot be moved, archived or deleted')
  return project
}

function descendants(account: Account, id: string): Project[] {
  const all = [...account.projects.values()].filter((each) => !each.is_deleted)
  const found: Project[] = []
  for (let level = all.filter((each) => each.parent_id === id); level.length > 0; ) {
    found.push(...level)
    const ids = new Set(level.map((each) => each.id))
    level = all.filter((each) => each.parent_id !== null && ids.has(each.parent_id))
  }
  return found
}

function blankProject(account: Account, parentId: string | null): Project {
  const stamp = account.stamp()
  return {
    id: account.newId(),
    name: '',
    description: '',
    color: 'charcoal',
    parent_id: parentId,
    ...endOfProjects(account, parentId),
    default_order: 0,
    is_collapsed: false,
    is_shared: false,
    is_favorite: false,
    is_archived: false,
    is_deleted: false,
    is_frozen: false,
    inbox_project: false,
    view_style: 'list',
    can_assign_tasks: false,
    can_comment: true,
    creator_uid: account.userId,
    public_key: '',
    access: null,
    role: null,
    created_at: stamp,
    updated_at: stamp,
  }
}

function endOfProjects(
  account: Account,
  parentId: string | null,
): { child_order: number; order_key: string } {
  let last = -1
  for (const each of account.projects.values())
    if (!each.is_deleted && each.parent_id === parentId) last = Math.max(last, each.child_order)
  return { child_order: last + 1, order_key: orderKey(last + 1) }
}

function withFields(account: Account, project: Project, fields: ProjectFields): Project {
  const next = { ...project }
  if (fields.name !== undefined) {
    if (fields.name.trim() === '') throw invalidArgument('name', 'String should have at least 1 character')
    // Observed: 255 is what is kept, whatever the help centre says (reference §14.2).
    next.name = fitLength(account, 'name', fields.name, 255)
  }
  if (fields.description !== undefined)
    next.description = fitLength(account, 'description', fields.description ?? '', 16_383)
  if (fields.color !== undefined && fields.color !== null) next.color = fields.color
  if (fields.child_order !== undefined && fields.child_order !== null) {
    next.child_order = fields.child_order
    next.order_key = orderKey(fields.child_order)
  }
  if (fields.order_key !== undefined && fields.order_key !== null) next.order_key = fields.order_key
  if (fields.is_collapsed !== undefined && fields.is_collapsed !== null)
    next.is_collapsed = fields.is_collapsed
  if (fields.is_favorite !== undefined && fields.is_favorite !== null) next.is_favorite = fields.is_favorite
  if (fields.view_style !== undefined && fields.view_style !== null) {
    if (!VIEWS.includes(fields.view_style)) throw invalidArgument('view_style', VIEWS.join(', '))
    next.view_style = fields.view_style
  }
  return next
}
