import { Temporal } from 'temporal-polyfill'
import type { Deal } from './deal.ts'
import { type DueRule, type Origins, resolveDue, type WeekendRule } from './due-rule.ts'
import { labelSet, manyLines, oneLine } from './normalise.ts'
import { labelName } from './table-labels.ts'
import type { FieldValues, Priority, TaskType } from './task.ts'

/**
 * One task of a checklist. `key`: what it is known by, whatever becomes of its title; null: by its title. `weekend` null: as
 * the checklist has it.
 */
export type ChecklistItem = {
  readonly key: string | null
  readonly title: string
  readonly notes: string
  readonly type: TaskType | null
  readonly priority: Priority | null
  readonly labels: readonly string[]
  readonly due: DueRule | null
  readonly weekend: WeekendRule | null
}

/** What is stamped into a deal's section when the deal comes into `stage` (its id). `name`: unique in a route. */
export type Checklist = {
  readonly name: string
  readonly stage: string
  readonly weekend: WeekendRule
  readonly items: readonly ChecklistItem[]
}

/** A task to be made. `key`: that of its item. A due is left out where the CRM does not know the day that it hangs on. */
export type StampedTask = { readonly key: string; readonly fields: FieldValues }

/**
 * The tasks of a checklist for a deal as it is now. `zone`: in which the route's user reads wall clocks; the instant of entry is
 * a day only there. An item without a title is none.
 */
export function stamp(
  checklist: Checklist,
  deal: Pick<Deal, 'enteredStageAt' | 'closesOn'>,
  zone: string,
): StampedTask[] {
  const origins: Origins = { entry: entryDay(deal.enteredStageAt, zone), close: deal.closesOn }
  const items = checklist.items.filter(({ title }) => oneLine(title) !== '')
  return keysOf(items).map(({ key, item }) => {
    const due = item.due === null ? null : resolveDue(item.due, origins, item.weekend ?? checklist.weekend)
    return {
      key,
      fields: {
        title: oneLine(item.title),
        notes: manyLines(item.notes),
        labels: labelSet(item.labels),
        type: item.type,
        priority: item.priority,
        due,
        completed: false,
      },
    }
  })
}

/**
 * What a stamp is remembered by, so that it is done once for each entry of a deal into a stage and never twice: a deal that
 * comes back gets the checklist again. Where the CRM does not say when it entered, once for each stage. Items that are added to a
 * checklist later are for later entries.
 */
export function stampKey(checklist: Checklist, deal: Pick<Deal, 'id' | 'enteredStageAt'>): string {
  const entered = deal.enteredStageAt === null ? null : Temporal.Instant.from(deal.enteredStageAt).toString()
  return JSON.stringify([oneLine(checklist.name), deal.id, checklist.stage, entered])
}

/** A key for each item, no two alike. One of the same title as another gets a number, in their order. */
function keysOf(items: readonly ChecklistItem[]): { readonly key: string; readonly item: ChecklistItem }[] {
  const taken = new Set(items.flatMap(({ key }) => key ?? []))
  const given = new Set<string>()
  return items.map((item) => {
    const name = item.key ?? (labelName(item.title) || 'item')
    let key = name
    for (let count = 2; given.has(key) || (item.key === null && taken.has(key)); count += 1)
      key = `${name}-${count}`
    given.add(key)
    return { key, item }
  })
}

function entryDay(enteredAt: string | null, zone: string): string | null {
  if (enteredAt === null) return null
  return Temporal.Instant.from(enteredAt).toZonedDateTimeISO(zone).toPlainDate().toString()
}
