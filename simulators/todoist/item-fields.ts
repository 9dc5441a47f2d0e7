import { type DueContext, type DueInput, readDeadline, readDue } from './due.ts'
import { invalidArgument } from './errors.ts'
import { keysAt } from './item-placement.ts'
import { freeOrderKey, orderKey } from './order-keys.ts'
import type { Account } from './state.ts'
import { canonicalLabels } from './state-labels.ts'
import { fitLength, requirePlan } from './state-limits.ts'
import type { Duration, Item } from './state-objects.ts'

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

/** What the account's due values depend on now. */
export function dueContext(account: Account): DueContext {
  return {
    now: account.options.now(),
    zone: account.settings.timezone,
    microseconds: account.settings.dueMicroseconds,
  }
}

/** A bare date ends a series, unless the setting `bareDateEndsSeries` says that the stored string goes on. */
function dueOf(account: Account, item: Item, input: DueInput | null): Item['due'] {
  if (input === null) return null
  const bare = typeof input.date === 'string' && (input.string ?? '') === ''
  const goesOn = bare && item.due?.is_recurring === true && !account.settings.bareDateEndsSeries
  return readDue(goesOn ? { ...input, string: item.due?.string } : input, dueContext(account))
}

/** The task with the given fields changed; an order key that a sibling has is stored adjusted. */
export function withItemFields(account: Account, item: Item, fields: ItemFields): Item {
  const next: Item = { ...item }
  if (fields.content !== undefined) {
    if (fields.content === '') throw invalidArgument('content', 'String should have at least 1 character')
    next.content = fitLength(account, 'content', fields.content, 500)
  }
  if (fields.description !== undefined)
    next.description = fitLength(account, 'description', fields.description ?? '', 16_383)
  if (fields.labels !== undefined) next.labels = canonicalLabels(account, fields.labels ?? [])
  if (fields.priority !== undefined && fields.priority !== null) next.priority = fields.priority
  if (fields.due !== undefined) next.due = dueOf(account, item, fields.due)
  if (fields.deadline !== undefined) {
    if (fields.deadline !== null) requirePlan(account, 'deadlines')
    next.deadline = fields.deadline === null ? null : readDeadline(fields.deadline)
  }
  if (fields.duration !== undefined) {
    if (fields.duration !== null) requirePlan(account, 'durations')
    next.duration = fields.duration
  }
  if (fields.child_order !== undefined && fields.child_order !== null) {
    next.child_order = fields.child_order
    next.order_key = orderKey(fields.child_order)
  }
  if (fields.day_order !== undefined && fields.day_order !== null) next.day_order = fields.day_order
  if (fields.order_key !== undefined && fields.order_key !== null)
    next.order_key = freeOrderKey(fields.order_key, keysAt(account, item))
  if (fields.is_collapsed !== undefined && fields.is_collapsed !== null)
    next.is_collapsed = fields.is_collapsed
  if (fields.assigned_by_uid !== undefined) next.assigned_by_uid = fields.assigned_by_uid
  if (fields.responsible_uid !== undefined) next.responsible_uid = fields.responsible_uid
  return next
}
