import { Temporal } from 'temporal-polyfill'
import { dueDay, dueTime } from './due.ts'
import { readPhrase } from './due-phrases.ts'
import { invalidQuery } from './errors.ts'
import type { Filter } from './filter-query.ts'
import { labelKey } from './state-labels.ts'
import type { Item } from './state-objects.ts'
import type { View } from './state-view.ts'

/** Whether a task is one the filter asks for. */
export type Test = (item: Item) => boolean

/** The test that a filter stands for; a term that is not in FIDELITY.md's list is `INVALID_SEARCH_QUERY`. */
export function testOf(view: View, filter: Filter): Test {
  switch (filter.kind) {
    case 'term':
      return term(view, filter.text)
    case 'not': {
      const inner = testOf(view, filter.of)
      return (item) => !inner(item)
    }
    default: {
      const left = testOf(view, filter.left)
      const right = testOf(view, filter.right)
      return filter.kind === 'and' ? (item) => left(item) && right(item) : (item) => left(item) || right(item)
    }
  }
}

function term(view: View, text: string): Test {
  const folded = text.toLowerCase().replace(/\s+/g, ' ')
  const test =
    plain(view, folded) ?? named(view, text) ?? searched(text) ?? dated(view, folded) ?? spanned(view, folded)
  if (test === undefined) throw invalidQuery(`not understood: ${text}`)
  return test
}

function plain(view: View, text: string): Test | undefined {
  const zone = view.account.settings.timezone
  const today = localNow(view).toPlainDate().toString()
  const time = localNow(view).toPlainTime()
  switch (text) {
    case 'all':
    case 'view all':
      return () => true
    case 'no date':
    case 'no due date':
      return (item) => item.due === null
    case 'no time':
      return (item) => item.due !== null && item.due.date.length === 10
    case 'overdue':
    case 'over due':
    case 'od':
      return (item) => {
        if (item.due === null) return false
        const day = dueDay(item.due, zone)
        const at = dueTime(item.due, zone)
        return day < today || (day === today && at !== undefined && Temporal.PlainTime.compare(at, time) < 0)
      }
    case 'recurring':
      return (item) => item.due?.is_recurring === true
    case 'subtask':
      return (item) => item.parent_id !== null
    case 'no labels':
      return (item) => item.labels.length === 0
    case 'no deadline':
      return (item) => item.deadline === null
    case 'no priority':
    case 'p4':
      return (item) => item.priority === 1
    case 'p1':
    case 'p2':
    case 'p3':
      return (item) => item.priority === 5 - Number(text[1])
    default:
      return undefined
  }
}

/** `#Project`, `##Project` with those beneath it, `/Section`, `@label`; `*` stands for any run of characters. */
function named(view: View, text: string): Test | undefined {
  const match = /^(##|#|\/|@)(.+)$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', name = ''] = match
  if (sign === '@') {
    const fits = wildcard(labelKey(view.account, name))
    return (item) => item.labels.some((label) => fits(labelKey(view.account, label)))
  }
  const fits = wildcard(name.toLowerCase())
  const named = (object: { name: string } | undefined) =>
    object !== undefined && fits(object.name.toLowerCase())
  if (sign === '/') return (item) => item.section_id !== null && named(view.section(item.section_id))
  return (item) => {
    for (let id: string | null = item.project_id; id !== null; ) {
      const project = view.project(id)
      if (named(project)) return true
      id = sign === '##' ? (project?.parent_id ?? null) : null
    }
    return false
  }
}

function searched(text: string): Test | undefined {
  const match = /^search:\s*(.+)$/i.exec(text)
  if (match === null) return undefined
  const fits = wildcard(`*${(match[1] ?? '').toLowerCase()}*`)
  return (item) => fits(item.content.toLowerCase())
}

/** `due before: X`, `due after: X`, `date: X`, `deadline: X`, `created before: X`, or a day alone, which means due. */
function dated(view: View, text: string): Test | undefined {
  const match = /^(?:(due|date|deadline|created)(?: (before|after))?: )?(.+)$/.exec(text)
  const phrase = readPhrase(match?.[3] ?? '', localNow(view))
  if (match === null || phrase === undefined || phrase.kind === 'none') return undefined
  if (phrase.recurrence !== undefined || phrase.time !== undefined) return undefined
  const day = phrase.date.toString()
  const zone = view.account.settings.timezone
  const of = (item: Item): string | undefined => {
    if (match[1] === 'deadline') return item.deadline?.date
    if (match[1] === 'created')
      return Temporal.Instant.from(item.added_at).toZonedDateTimeISO(zone).toPlainDate().toString()
    return item.due === null ? undefined : dueDay(item.due, zone)
  }
  return (item) => {
    const own = of(item)
    if (own === undefined) return false
    if (match[2] === 'before') return own < day
    return match[2] === 'after' ? own > day : own === day
  }
}

/** `7 days`, `next 7 days`: due from today on, so many days. */
function spanned(view: View, text: string): Test | undefined {
  const match = /^(?:next )?(\d{1,3}) days?$/.exec(text)
  if (match === null) return undefined
  const today = localNow(view).toPlainDate()
  const last = today.add({ days: Number(match[1]) }).toString()
  return (item) => {
    const day = item.due === null ? '' : dueDay(item.due, view.account.settings.timezone)
    return day >= today.toString() && day < last
  }
}

function wildcard(name: string): (text: string) => boolean {
  const source = name.replace(/[.+?^$()|[\]{}\\]/g, '\\$&').replaceAll('*', '.*')
  const pattern = new RegExp(`^${source}$`, 's')
  return (text) => pattern.test(text)
}

function localNow(view: View): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(view.account.options.now()))
    .toZonedDateTimeISO(view.account.settings.timezone)
    .toPlainDateTime()
}
