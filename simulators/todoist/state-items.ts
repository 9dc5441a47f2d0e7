import { dueDay } from './due.ts'
import { invalidArgument, itemNotFound, requiredArgument } from './errors.ts'
import { type ItemFields, withItemFields } from './item-fields.ts'
import {
  endOfList,
  heightOf,
  liveItem,
  type Placement,
  requireOpen,
  resolvePlacement,
} from './item-placement.ts'
import { orderKey } from './order-keys.ts'
import type { Account } from './state.ts'
import { requireRoomForItems } from './state-limits.ts'
import type { Item } from './state-objects.ts'

/** Who acts: a date change counts as postponed when a person makes it. */
export type Who = 'client' | 'user'

export function addItem(account: Account, args: Placement & ItemFields): Item {
  if (args.content === undefined) throw requiredArgument('content')
  const place = resolvePlacement(account, args)
  requireOpen(account, place.project, place.section)
  requireRoomForItems(account, place.project.id, 1)
  const stamp = account.stamp()
  const where = {
    project_id: place.project.id,
    section_id: place.section?.id ?? null,
    parent_id: place.parent?.id ?? null,
  }
  const blank: Item = {
    id: account.newId(),
    user_id: account.userId,
    ...where,
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
    ...endOfList(account, where),
    day_order: -1,
    note_count: 0,
    completed_count: 0,
    postponed_count: 0,
  }
  const item = account.putItem(withItemFields(account, blank, args))
  account.tell({ name: 'item:added', object: item })
  return item
}

export function updateItem(account: Account, id: string, fields: ItemFields, who: Who): Item {
  const before = liveItem(account, id)
  const changed = withItemFields(account, before, fields)
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
  const there = { ...before, ...where, parent_id: place.parent?.id ?? null }
  const item = account.putItem({ ...there, ...endOfList(account, there), updated_at: account.stamp() })
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

/** Sets the place of tasks in the day's list. */
export function setDayOrders(account: Account, orders: Readonly<Record<string, number>>): void {
  for (const id of Object.keys(orders)) liveItem(account, id)
  for (const [id, day_order] of Object.entries(orders))
    account.putItem({ ...liveItem(account, id), day_order })
}

/** The deprecated reorder: sets `child_order` of each named task. */
export function reorderItems(account: Account, items: readonly { id: string; child_order: number }[]): void {
  for (const { id } of items) liveItem(account, id)
  for (const { id, child_order } of items)
    account.putItem({ ...liveItem(account, id), child_order, order_key: orderKey(child_order) })
}
