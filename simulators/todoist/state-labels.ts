import { invalidArgument, notFound, requiredArgument, tooManyLabels } from './errors.ts'
import { orderKey } from './order-keys.ts'
import type { Account } from './state.ts'
import type { Label } from './state-objects.ts'

export type LabelFields = {
  name?: string | undefined
  color?: string | null | undefined
  item_order?: number | null | undefined
  order_key?: string | null | undefined
  is_favorite?: boolean | null | undefined
}

const MAX_PER_TASK = 100

export function addLabel(account: Account, args: LabelFields): Label {
  if (args.name === undefined) throw requiredArgument('name')
  const live = liveLabels(account)
  if (live.length >= account.settings.labels) throw tooManyLabels(account.settings.labels)
  const order = live.reduce((last, each) => Math.max(last, each.item_order), 0) + 1
  const blank: Label = {
    id: account.newLabelId(),
    name: '',
    color: 'charcoal',
    item_order: order,
    order_key: orderKey(order),
    is_favorite: false,
    is_deleted: false,
  }
  const label = account.labels.put(withFields(account, blank, args))
  account.tell({ name: 'label:added', object: label })
  return label
}

/** Changes a personal label; a new name is written to every task that carries the old one. */
export function updateLabel(account: Account, id: string, fields: LabelFields): Label {
  const before = label(account, id)
  const changed = account.labels.put(withFields(account, before, fields))
  if (changed.name !== before.name) replaceOnTasks(account, before.name, changed.name)
  account.tell({ name: 'label:updated', object: changed })
  return changed
}

/** Deletes a personal label; with cascade `all` (the default) every task loses it, with `none` it becomes a shared one. */
export function deleteLabel(account: Account, id: string, cascade: 'all' | 'none' = 'all'): void {
  const before = account.labels.get(id)
  if (before === undefined) throw notFound('Label')
  if (before.is_deleted) return
  const gone = account.labels.put({ ...before, is_deleted: true })
  if (cascade === 'all') replaceOnTasks(account, before.name, null)
  account.tell({ name: 'label:deleted', object: gone })
}

/** What label names are compared by: letter case is ignored unless the setting `labelCase` says otherwise. */
export function labelKey(account: Account, name: string): string {
  return account.settings.labelCase === 'fold' ? name.toLowerCase() : name
}

/** Renames a label on every task, or with `to` null takes it off. */
export function replaceOnTasks(account: Account, from: string, to: string | null): void {
  const old = labelKey(account, from)
  for (const item of [...account.items.values()]) {
    if (item.is_deleted || !item.labels.some((name) => labelKey(account, name) === old)) continue
    const names = item.labels.flatMap((name) =>
      labelKey(account, name) !== old ? [name] : to === null ? [] : [to],
    )
    account.putItem({ ...item, labels: [...new Set(names)], updated_at: account.stamp() })
  }
}

export function reorderLabels(account: Account, orders: Readonly<Record<string, number>>): void {
  for (const id of Object.keys(orders)) label(account, id)
  for (const [id, order] of Object.entries(orders))
    account.labels.put({ ...label(account, id), item_order: order, order_key: orderKey(order) })
}

/** The names a task stores: no doubles, and a personal label's own spelling whatever case was sent. */
export function canonicalLabels(account: Account, names: readonly string[]): string[] {
  if (names.length > MAX_PER_TASK) throw invalidArgument('labels', `at most ${MAX_PER_TASK} labels`)
  if (names.length === 0) return []
  const personal = new Map(liveLabels(account).map((each) => [labelKey(account, each.name), each.name]))
  const kept = new Map<string, string>()
  for (const name of names) {
    checkName(name, 'labels')
    const folded = labelKey(account, name)
    if (!kept.has(folded)) kept.set(folded, personal.get(folded) ?? name)
  }
  return [...kept.values()]
}

export function liveLabels(account: Account): Label[] {
  return [...account.labels.values()].filter((each) => !each.is_deleted)
}

/** A personal label that is there, else 404. */
export function label(account: Account, id: string): Label {
  const found = account.labels.get(id)
  if (found === undefined || found.is_deleted) throw notFound('Label')
  return found
}

function withFields(account: Account, before: Label, fields: LabelFields): Label {
  const next = { ...before }
  if (fields.name !== undefined) {
    checkName(fields.name, 'name')
    const key = labelKey(account, fields.name)
    if (liveLabels(account).some((each) => each.id !== before.id && labelKey(account, each.name) === key))
      throw invalidArgument('name', 'a name that no other label has')
    next.name = fields.name
  }
  if (fields.color !== undefined && fields.color !== null) next.color = fields.color
  if (fields.item_order !== undefined && fields.item_order !== null) {
    next.item_order = fields.item_order
    next.order_key = orderKey(fields.item_order)
  }
  if (fields.order_key !== undefined && fields.order_key !== null) next.order_key = fields.order_key
  if (fields.is_favorite !== undefined && fields.is_favorite !== null) next.is_favorite = fields.is_favorite
  return next
}

function checkName(name: string, argument: string): void {
  const length = [...name].length
  if (length < 1 || length > 128) throw invalidArgument(argument, 'String should have 1 to 128 characters')
}
