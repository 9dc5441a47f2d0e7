import { advanceDue, type DueInput, readDue } from './due.ts'
import { dueContext } from './item-fields.ts'
import { endOfList, liveItem } from './item-placement.ts'
import type { Account } from './state.ts'
import type { Item } from './state-objects.ts'
import { restoreSection } from './state-sections.ts'

/**
 * What clients do when a person ticks a task: a recurring one moves on to its next day and stays open,
 * any other is completed with all its sub-tasks. Closing a completed task changes nothing.
 */
export function closeItem(account: Account, id: string): Item {
  const item = liveItem(account, id)
  if (item.checked) return item
  if (item.due?.is_recurring !== true) return completeItem(account, id)
  const { recurringResetsSubtasks, startingHoldsSeries } = account.settings
  const held = startingHoldsSeries && / starting /i.test(item.due.string)
  const next = advance(account, item, held ? item.due : advanceDue(item.due, dueContext(account)))
  if (recurringResetsSubtasks) reopenBelow(account, id)
  return next
}

/** Completes a task with its sub-tasks, a recurring one too (its series ends). */
export function completeItem(account: Account, id: string, completedAt?: string): Item {
  const item = liveItem(account, id)
  if (item.checked) return item
  const family = account.descendantsOf(id).filter((each) => !each.checked)
  const done = check(account, item, completedAt)
  account.tell({ name: 'item:completed', object: done })
  for (const child of family) {
    const finished = check(account, child, completedAt)
    if (account.settings.cascadeEvents) account.tell({ name: 'item:completed', object: finished })
  }
  return done
}

/**
 * Reopens a task; completed ancestors and an archived section come back with it, everything restored goes to
 * the end of its list. Sub-tasks stay as they are (see `reopenTakesChildren`). Limits are not asked.
 */
export function uncompleteItem(account: Account, id: string): Item {
  const item = liveItem(account, id)
  if (item.section_id !== null) restoreSection(account, item.section_id)
  for (let parentId = item.parent_id; parentId !== null; ) {
    const parent = account.items.get(parentId)
    if (parent?.checked === true && !parent.is_deleted) uncheck(account, parent)
    parentId = parent?.parent_id ?? null
  }
  if (!item.checked) return item
  const open = uncheck(account, item)
  if (account.settings.reopenTakesChildren) reopenBelow(account, id)
  account.tell({ name: 'item:uncompleted', object: open })
  return open
}

/** A recurring completion with the next date given; `is_forward` 0 only moves the date. */
export function updateDateComplete(
  account: Account,
  id: string,
  args: { due: DueInput; isForward: boolean; resetSubtasks: boolean },
): Item {
  const item = liveItem(account, id)
  const due = readDue(args.due, dueContext(account))
  const moved = args.isForward
    ? advance(account, item, due)
    : account.putItem({ ...item, due, updated_at: account.stamp() })
  if (args.resetSubtasks) reopenBelow(account, id)
  return moved
}

/** `item_complete_undo`: reopens the task and those of its sub-tasks that are named as having been open. */
export function undoComplete(
  account: Account,
  id: string,
  descendants: readonly { id: string; checked: boolean }[],
): Item {
  const item = uncompleteItem(account, id)
  for (const each of descendants) {
    const child = liveItem(account, each.id)
    if (child.checked && !each.checked) uncheck(account, child)
  }
  return item
}

function reopenBelow(account: Account, id: string): void {
  for (const child of account.descendantsOf(id)) if (child.checked) uncheck(account, child)
}

function advance(account: Account, item: Item, due: Item['due']): Item {
  const next = account.putItem({
    ...item,
    due,
    checked: false,
    completed_at: null,
    completed_count: item.completed_count + 1,
    updated_at: account.stamp(),
  })
  const style = account.settings.recurringEvent
  if (style !== 'completed')
    account.tell({ name: 'item:updated', object: next, intent: 'item_completed', old: item })
  if (style !== 'updated') account.tell({ name: 'item:completed', object: next })
  return next
}

function check(account: Account, item: Item, completedAt: string | undefined): Item {
  const stamp = account.stamp()
  return account.putItem({
    ...item,
    checked: true,
    completed_at: completedAt ?? stamp,
    completed_by_uid: account.userId,
    completed_count: item.completed_count + 1,
    updated_at: stamp,
  })
}

function uncheck(account: Account, item: Item): Item {
  return account.putItem({
    ...item,
    ...endOfList(account, item),
    checked: false,
    completed_at: null,
    completed_by_uid: null,
    updated_at: account.stamp(),
  })
}
