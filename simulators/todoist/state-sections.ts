import { forbidden, invalidArgument, requiredArgument } from './errors.ts'
import { freeOrderKey, orderKey } from './order-keys.ts'
import type { Account } from './state.ts'
import { relocate, removeWithContainer } from './state-items.ts'
import { fitLength, requireRoomForItems, requireRoomForSection } from './state-limits.ts'
import type { Item, Section } from './state-objects.ts'

export type SectionFields = {
  name?: string | undefined
  description?: string | null | undefined
  section_order?: number | null | undefined
  order_key?: string | null | undefined
  is_collapsed?: boolean | null | undefined
}

export function addSection(
  account: Account,
  args: SectionFields & { project_id?: string | undefined },
): Section {
  if (args.name === undefined) throw requiredArgument('name')
  if (args.project_id === undefined) throw requiredArgument('project_id')
  const project = account.project(args.project_id)
  if (project.is_archived) throw forbidden('Project is archived')
  requireRoomForSection(account, project.id)
  const stamp = account.stamp()
  const blank: Section = {
    id: account.newId(),
    user_id: account.userId,
    project_id: project.id,
    name: '',
    description: null,
    ...endOfSections(account, project.id),
    is_collapsed: false,
    is_archived: false,
    archived_at: null,
    is_deleted: false,
    added_at: stamp,
    updated_at: stamp,
  }
  const section = account.putSection(withFields(account, blank, args))
  account.tell({ name: 'section:added', object: section })
  return section
}

export function updateSection(account: Account, id: string, fields: SectionFields): Section {
  const changed = withFields(account, account.section(id), fields)
  const section = account.putSection({ ...changed, updated_at: account.stamp() })
  account.tell({ name: 'section:updated', object: section })
  return section
}

/**
 * The whole section with its tasks to another project, to the end of its list. Settings say whether both limits
 * there are asked, and which tasks come along; those that do not stay without a section.
 */
export function moveSection(account: Account, id: string, projectId: string): Section {
  const before = account.section(id)
  const project = account.project(projectId)
  if (project.is_archived) throw forbidden('Project is archived')
  if (project.id === before.project_id) return before
  const { sectionMoveLimits } = account.settings
  const tasks = account.itemsInSection(before).filter((item) => !item.is_deleted)
  const coming = whoComes(account, tasks)
  const comes = (item: Item) => coming.has(item.id)
  if (!before.is_archived && sectionMoveLimits) {
    requireRoomForSection(account, project.id)
    requireRoomForItems(account, project.id, tasks.filter((item) => !item.checked && comes(item)).length)
  }
  const section = account.putSection({
    ...before,
    ...endOfSections(account, project.id),
    project_id: project.id,
    updated_at: account.stamp(),
  })
  for (const task of tasks) {
    const there = { project_id: project.id, section_id: id }
    relocate(account, task, comes(task) ? there : { project_id: before.project_id, section_id: null })
  }
  account.tell({ name: 'section:updated', object: section })
  return section
}

/** Ids of the tasks that a section takes along. Sub-tasks go with the task at the top of theirs. */
function whoComes({ settings: { sectionMoveTakes: takes } }: Account, tasks: readonly Item[]): Set<string> {
  const tops = tasks.filter(({ parent_id }) => !tasks.some(({ id }) => id === parent_id))
  const seconds = new Set(tops.filter((_, place) => place % 2 === 1).map(({ id }) => id))
  const topOf = (item: Item): string => {
    const above = tasks.find(({ id }) => id === item.parent_id)
    return above === undefined ? item.id : topOf(above)
  }
  const comes = (item: Item) =>
    takes === 'all' || (takes === 'open' && !item.checked) || (takes === 'some' && seconds.has(topOf(item)))
  return new Set(tasks.filter(comes).map(({ id }) => id))
}

export function reorderSections(
  account: Account,
  rows: readonly { id: string; section_order: number }[],
): void {
  for (const { id } of rows) account.section(id)
  for (const { id, section_order } of rows)
    account.putSection({ ...account.section(id), section_order, order_key: orderKey(section_order) })
}

/** Archives a section; its open tasks leave the lists with it, with a row of their own in deltas only if `archiveRows`. */
export function archiveSection(account: Account, id: string): Section {
  const before = account.section(id)
  if (before.is_archived) return before
  const stamp = account.stamp()
  const section = account.putSection({ ...before, is_archived: true, archived_at: stamp, updated_at: stamp })
  if (account.settings.archiveRows) touchOpen(account, account.itemsInSection(section))
  account.tell({ name: 'section:archived', object: section })
  return section
}

export function unarchiveSection(account: Account, id: string): Section {
  const before = account.section(id)
  if (!before.is_archived) return before
  requireRoomForSection(account, before.project_id)
  const open = account.itemsInSection(before).filter((item) => !item.checked && !item.is_deleted)
  requireRoomForItems(account, before.project_id, open.length)
  return restoreSection(account, id) ?? before
}

/** Brings an archived section back to the end of its project, whatever the limits say; undefined if it was not archived. */
export function restoreSection(account: Account, id: string): Section | undefined {
  const before = account.sections.get(id)
  if (before === undefined || !before.is_archived || before.is_deleted) return undefined
  const section = account.putSection({
    ...before,
    ...endOfSections(account, before.project_id),
    is_archived: false,
    archived_at: null,
    updated_at: account.stamp(),
  })
  // Its tasks are active again: a reader of deltas that never saw them must get them.
  touchOpen(account, account.itemsInSection(section))
  account.tell({ name: 'section:unarchived', object: section })
  return section
}

/** Gives the open ones a row in deltas. */
export function touchOpen(account: Account, items: readonly Item[]): void {
  for (const item of items) if (!item.checked && !item.is_deleted) account.putItem(item)
}

/** Deletes a section and its tasks. Deleting it again changes nothing. */
export function deleteSection(account: Account, id: string): void {
  const before = account.sections.get(id)
  if (before?.is_deleted === true && account.projects.get(before.project_id)?.is_deleted !== true) return
  const section = account.section(id)
  const tasks = account.itemsInSection(section).filter((item) => !item.is_deleted)
  const gone = account.putSection({ ...section, is_deleted: true, updated_at: account.stamp() })
  for (const task of tasks) removeWithContainer(account, task)
  account.tell({ name: 'section:deleted', object: gone })
}

function withFields(account: Account, section: Section, fields: SectionFields): Section {
  const next = { ...section }
  if (fields.name !== undefined) {
    if (fields.name.trim() === '') throw invalidArgument('name', 'String should have at least 1 character')
    next.name = fitLength(account, 'name', fields.name, 2048)
  }
  if (fields.description !== undefined)
    next.description =
      fields.description === null ? null : fitLength(account, 'description', fields.description, 16_383)
  if (fields.section_order !== undefined && fields.section_order !== null) {
    next.section_order = fields.section_order
    next.order_key = orderKey(fields.section_order)
  }
  if (fields.order_key !== undefined && fields.order_key !== null) {
    const others = account.sectionsIn(section.project_id).filter((each) => each.id !== section.id)
    next.order_key = freeOrderKey(fields.order_key, new Set(others.flatMap((each) => each.order_key ?? [])))
  }
  if (fields.is_collapsed !== undefined && fields.is_collapsed !== null)
    next.is_collapsed = fields.is_collapsed
  return next
}

function endOfSections(account: Account, projectId: string): { section_order: number; order_key: string } {
  const live = account.sectionsIn(projectId).filter((each) => !each.is_deleted && !each.is_archived)
  const order = live.reduce((last, each) => Math.max(last, each.section_order), 0) + 1
  const keys = new Set(live.flatMap((each) => each.order_key ?? []))
  return { section_order: order, order_key: freeOrderKey(orderKey(order), keys) }
}
