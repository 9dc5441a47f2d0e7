import { forbidden, invalidArgument, itemNotFound } from './errors.ts'
import { freeOrderKey, orderKey } from './order-keys.ts'
import type { Account } from './state.ts'
import type { Item, Project, Section } from './state-objects.ts'

export type Placement = {
  project_id?: string | null | undefined
  section_id?: string | null | undefined
  parent_id?: string | null | undefined
}

/** Sub-tasks nest four levels below a task. */
const MAX_DEPTH = 4

/** A task that is there: neither deleted itself nor with its project. */
export function liveItem(account: Account, id: string): Item {
  const item = account.items.get(id)
  if (item === undefined || item.is_deleted) throw itemNotFound()
  return item
}

/** A place in the account and, if a task is there already, its id. */
type Place = Pick<Item, 'project_id' | 'section_id' | 'parent_id'> & { id?: string }

/** The end of the list at one place, for tasks that come (back) to it. */
export function endOfList(account: Account, place: Place): { child_order: number; order_key: string } {
  const siblings = siblingsAt(account, place)
  const order = siblings.reduce((last, each) => Math.max(last, each.child_order), 0) + 1
  return { child_order: order, order_key: freeOrderKey(orderKey(order), keysOf(siblings)) }
}

/** The order keys that the siblings of a task have. */
export function keysAt(account: Account, item: Item): string[] {
  return keysOf(siblingsAt(account, item))
}

/** Where a task is to go; `height`: levels of sub-tasks that come with it. Without any id: the Inbox. */
export function resolvePlacement(
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

/** Refuses an archived project or section. */
export function requireOpen(account: Account, project: Project, section: Section | undefined): void {
  if (account.project(project.id).is_archived) throw forbidden('Project is archived')
  if (section?.is_archived === true) throw forbidden('Section is archived')
}

/** The other open tasks at one place. */
function siblingsAt(account: Account, place: Place): Item[] {
  const { project_id, section_id, parent_id } = place
  const pool = parent_id === null ? account.itemsIn(project_id) : account.childrenOf(parent_id)
  return pool.filter(
    (each) =>
      each.id !== place.id &&
      !each.is_deleted &&
      !each.checked &&
      each.section_id === section_id &&
      each.parent_id === parent_id,
  )
}

function keysOf(items: readonly Item[]): string[] {
  return items.flatMap((each) => each.order_key ?? [])
}

function depthOf(account: Account, item: Item): number {
  let depth = 0
  for (let parentId = item.parent_id; parentId !== null && depth < 100; depth += 1)
    parentId = account.items.get(parentId)?.parent_id ?? null
  return depth
}

/** Levels of sub-tasks below a task. */
export function heightOf(account: Account, id: string): number {
  const children = account.childrenOf(id).filter((each) => !each.is_deleted)
  return children.reduce((height, child) => Math.max(height, 1 + heightOf(account, child.id)), 0)
}
