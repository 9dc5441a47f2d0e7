import { type DueInput, dueDay, readDeadline, readDue } from './due.ts'
import { forbidden, invalidArgument, itemNotFound, requiredArgument } from './errors.ts'
import { freeOrderKey, orderKey } from './order-keys.ts'
import type { Account } from './state.ts'
import { canonicalLabels } from './state-labels.ts'
import { fitLength, requireRoomForItems } from './state-limits.ts'
import type { Duration, Item, Project, Section } from './state-objects.ts'

/** Who acts: webhooks carry `event_data_extra`, and date changes count as postponed, for people only. */
export type Who = 'client' | 'user'

/** The changeable part of a task as commands and REST bodies give it; a missing key leaves the value. */
export type ItemFields = {
  content?: string | undefined
  description?: string | null | undefined
  labels?: readonly string[] | null | undefined
  priority?: number | null | undefined
  due?: DueInput | null | undefined
  deadline?: { date: string; lang?: string | null | undefined } | null | undefined
  duration?: Duration | null | undefined
  child_order?: number | null | undefined
  day_order?: number | null | undefined
  order_key?: string | null | undefined
  is_collapsed?: boolean | null | undefined
  assigned_by_uid?: string | null | undefined
  responsible_uid?: string | null | undefined
}

export type Placement = {
  project_id?: string | null | undefined
  section_id?: string | null | undefined
  parent_id?: string | null | undefined
}

/** Sub-tasks nest four levels below a task. */
const MAX_DEPTH = 4

export function dueContext(account: Account) {
  return {
    now: account.options.now(),
    zone: account.settings.timezone,
    microseconds: account.settings.dueMicroseconds,
  }
}

/** A task that is there: neither deleted itself nor with its project. */
export function liveItem(account: Account, id: string): Item {
  const item = account.items.get(id)
  if (item === undefined || item.is_deleted) throw itemNotFound()
  return item
}

export function addItem(account: Account, args: Placement & ItemFields): Item {
  if (args.content === undefined) throw requiredArgument('content')
  const place = resolvePlacement(account, args)
  requireOpen(account, place.project, place.section)
  requireRoomForItems(account, place.project.id, 1)
  const stamp = account.stamp()
  const siblings = siblingsAt(account, place.project.id, place.section?.id ?? null, place.parent?.id ?? null)
  const last = lastOrder(siblings)
  const blank: Item = {
    id: account.newId(),
    user_id: account.userId,
    project_id: place.project.id,
    section_id: place.section?.id ?? null,
    parent_id: place.parent?.id ?? null,
    content: '',
    description: '',
    labels: [],
    priority: 1,
    due: null,
    deadline: null,
    duration: null,
    checked: false,
    is_deleted: false,
    is_collapsed: false,
    added_at: stamp,
    updated_at: stamp,
    completed_at: null,
    completed_by_uid: null,
    added_by_uid: account.userId,
    assigned_by_uid: null,
    responsible_uid: null,
    child_order: last + 1,
    order_key: freeOrderKey(
      orderKey(last + 1),
      siblings.map((each) => each.order_key),
    ),
    day_order: -1,
    note_count: 0,
    completed_count: 0,
    postponed_count: 0,
  }
  const item = account.putItem(withFields(account, blank, args, siblings))
  account.tell({ name: 'item:added', object: item })
  return item
}

export function updateItem(account: Account, id: string, fields: ItemFields, who: Who): Item {
  const before = liveItem(account, id)
  const changed = withFields(account, before, fields, [])
  const zone = account.settings.timezone
  const moved =
    before.due !== null && changed.due !== null && dueDay(before.due, zone) !== dueDay(changed.due, zone)
  const item = account.putItem({
    ...changed,
    postponed_count: before.postponed_count + (who === 'user' && moved ? 1 : 0),
    updated_at: account.stamp(),
  })
  const given = fields.responsible_uid !== undefined && fields.responsible_uid !== before.responsible_uid
  const intent = given ? 'responsible_uid_changed' : 'item_updated'
  account.tell({ name: 'item:updated', object: item, intent, old: before })
  return item
}

/** To a project (last at its root), a section (last root task in it) or a parent (last child); sub-tasks follow. */
export function moveItem(account: Account, id: string, to: Placement): Item {
  const before = liveItem(account, id)
  const targets = [to.project_id, to.section_id, to.parent_id].filter(
    (each) => each !== undefined && each !== null,
  )
  if (targets.length !== 1)
    throw invalidArgument('parent_id', 'exactly one of project_id, section_id, parent_id')
  const family = account.descendantsOf(id)
  const parentId = to.parent_id ?? null
  if (parentId === id || family.some((each) => each.id === parentId))
    throw invalidArgument('parent_id', 'not the task itself or one of its sub-tasks')
  const place = resolvePlacement(account, to, heightOf(account, id))
  requireOpen(account, place.project, place.section)
  if (place.project.id !== before.project_id) {
    const open = [before, ...family].filter((each) => !each.checked).length
    requireRoomForItems(account, place.project.id, open)
  }
  const where = { project_id: place.project.id, section_id: place.section?.id ?? null }
  const siblings = siblingsAt(account, where.project_id, where.section_id, place.parent?.id ?? null)
  const order = lastOrder(siblings.filter((each) => each.id !== id)) + 1
  const keys = siblings.map((each) => each.order_key)
  const item = account.putItem({
    ...before,
    ...where,
    parent_id: place.parent?.id ?? null,
    child_order: order,
    order_key: freeOrderKey(orderKey(order), keys),
    updated_at: account.stamp(),
  })
  for (const child of family) relocate(account, child, where)
  account.tell({ name: 'item:updated', object: item, intent: 'item_updated', old: before })
  return item
}

/** Deletes a task with its sub-tasks; it stays readable with `is_deleted`. Deleting it again changes nothing. */
export function deleteItem(account: Account, id: string): void {
  const item = account.items.get(id)
  if (item === undefined || account.projects.get(item.project_id)?.is_deleted === true) throw itemNotFound()
  if (item.is_deleted) return
  const family = account.descendantsOf(id)
  const gone = account.putItem({ ...item, is_deleted: true, updated_at: account.stamp() })
  account.tell({ name: 'item:deleted', object: gone })
  for (const child of family) removeWithContainer(account, child)
}

/** Marks a task deleted because its parent, section or project was. */
export function removeWithContainer(account: Account, item: Item): void {
  const { cascadeRows, cascadeEvents } = account.settings
  const gone = account.putItem({ ...item, is_deleted: true, updated_at: account.stamp() }, !cascadeRows)
  if (cascadeEvents) account.tell({ name: 'item:deleted', object: gone })
}

/** Follows its parent or section to another place. */
export function relocate(
  account: Account,
  item: Item,
  where: { project_id: string; section_id: string | null },
): void {
  const { cascadeRows, cascadeEvents } = account.settings
  const moved = account.putItem({ ...item, ...where, updated_at: account.stamp() }, !cascadeRows)
  if (cascadeEvents) account.tell({ name: 'item:updated', object: moved })
}

/** The deprecated reorder: sets `child_order` of each named task. */
export function reorderItems(account: Account, items: readonly { id: string; child_order: number }[]): void {
  for (const { id } of items) liveItem(account, id)
  for (const { id, child_order } of items)
    account.putItem({ ...liveItem(account, id), child_order, order_key: orderKey(child_order) })
}

/** The end of the list at one place, for tasks that come (back) to it. */
export function endOfList(account: Account, item: Item): { child_order: number; order_key: string } {
  const siblings = siblingsAt(account, item.project_id, item.section_id, item.parent_id)
  const order = lastOrder(siblings) + 1
  const keys = siblings.map((each) => each.order_key)
  return { child_order: order, order_key: freeOrderKey(orderKey(order), keys) }
}

function withFields(account: Account, item: Item, fields: ItemFields, siblings: readonly Item[]): Item {
  const next: Item = { ...item }
  if (fields.content !== undefined) {
    if (fields.content === '') throw invalidArgument('content', 'String should have at least 1 character')
    next.content = fitLength(account, 'content', fields.content, 500)
  }
  if (fields.description !== undefined)
    next.description = fitLength(account, 'description', fields.description ?? '', 16_383)
  if (fields.labels !== undefined) next.labels = canonicalLabels(account, fields.labels ?? [])
  if (fields.priority !== undefined && fields.priority !== null) next.priority = fields.priority
  if (fields.due !== undefined)
    next.due = fields.due === null ? null : readDue(fields.due, dueContext(account))
  if (fields.deadline !== undefined)
    next.deadline = fields.deadline === null ? null : readDeadline(fields.deadline)
  if (fields.duration !== undefined) next.duration = fields.duration
  if (fields.child_order !== undefined && fields.child_order !== null) {
    next.child_order = fields.child_order
    next.order_key = orderKey(fields.child_order)
  }
  if (fields.day_order !== undefined && fields.day_order !== null) next.day_order = fields.day_order
  if (fields.order_key !== undefined && fields.order_key !== null)
    next.order_key = freeOrderKey(
      fields.order_key,
      siblings.map((each) => each.order_key),
    )
  if (fields.is_collapsed !== undefined && fields.is_collapsed !== null)
    next.is_collapsed = fields.is_collapsed
  if (fields.assigned_by_uid !== undefined) next.assigned_by_uid = fields.assigned_by_uid
  if (fields.responsible_uid !== undefined) next.responsible_uid = fields.responsible_uid
  return next
}

function resolvePlacement(
  account: Account,
  to: Placement,
  height = 0,
): { project: Project; section: Section | undefined; parent: Item | undefined } {
  if (to.parent_id !== undefined && to.parent_id !== null) {
    const parent = liveItem(account, to.parent_id)
    if (depthOf(account, parent) + 1 + height > MAX_DEPTH)
      throw invalidArgument('parent_id', `at most ${MAX_DEPTH} levels below a task`)
    const section = parent.section_id === null ? undefined : account.section(parent.section_id)
    return { project: account.project(parent.project_id), section, parent }
  }
  if (to.section_id !== undefined && to.section_id !== null) {
    const section = account.section(to.section_id)
    if (to.project_id !== undefined && to.project_id !== null && to.project_id !== section.project_id)
      throw invalidArgument('section_id', 'a section of the project')
    return { project: account.project(section.project_id), section, parent: undefined }
  }
  return { project: account.project(to.project_id ?? account.inboxId), section: undefined, parent: undefined }
}

function requireOpen(account: Account, project: Project, section: Section | undefined): void {
  if (account.project(project.id).is_archived) throw forbidden('Project is archived')
  if (section?.is_archived === true) throw forbidden('Section is archived')
}

function siblingsAt(
  account: Account,
  projectId: string,
  sectionId: string | null,
  parentId: string | null,
): Item[] {
  const pool = parentId === null ? account.itemsIn(projectId) : account.childrenOf(parentId)
  return pool.filter(
    (each) =>
      !each.is_deleted && !each.checked && each.section_id === sectionId && each.parent_id === parentId,
  )
}

function lastOrder(siblings: readonly Item[]): number {
  return siblings.reduce((last, each) => Math.max(last, each.child_order), 0)
}

function depthOf(account: Account, item: Item): number {
  let depth = 0
  for (let parentId = item.parent_id; parentId !== null && depth < 100; depth += 1)
    parentId = account.items.get(parentId)?.parent_id ?? null
  return depth
}

function heightOf(account: Account, id: string): number {
  const children = account.childrenOf(id).filter((each) => !each.is_deleted)
  return children.reduce((height, child) => Math.max(height, 1 + heightOf(account, child.id)), 0)
}
