import { Temporal } from 'temporal-polyfill'
import type { Side } from './sides.ts'
import type { FubTask, TodoistItem } from './users.ts'

/*
 * What a person sees of a task, in words that both sides can be compared in. Made from the services' own objects and
 * from the rules' text alone: nothing here is the product's.
 */

/** The zone in which the route's user reads floating times. */
export const ZONE = 'America/New_York'

/** Fields that both services hold, and those that Todoist holds alone. */
export const SHARED = ['title', 'due', 'type', 'completed'] as const
export const FIELDS = [...SHARED, 'text', 'labels', 'priority'] as const
export type Field = (typeof FIELDS)[number]
export const isShared = (field: Field): boolean => (SHARED as readonly Field[]).includes(field)
export type Values = Readonly<Partial<Record<Field, unknown>>>

const TYPE_LABELS: Readonly<Record<string, string>> = {
  'follow-up': 'Follow Up',
  call: 'Call',
  text: 'Text',
  email: 'Email',
  appointment: 'Appointment',
  showing: 'Showing',
  closing: 'Closing',
  'open-house': 'Open House',
  'thank-you': 'Thank You',
  paperwork: 'Paperwork',
  research: 'Research',
}
/** Types that Follow Up Boss does not have are shown there as its default. */
const NOT_IN_CRM = ['Paperwork', 'Research']
/** Labels that are the product's own business, or its user's words to it. */
const SIGNS = /^(crm|no-sync|needs-deal-link|needs-person|sync-problem|person-\d+)$/u

export function fubValues(task: FubTask): Values {
  return {
    title: task.name,
    due: task.dueDateTime === null ? task.dueDate : instant(task.dueDateTime),
    type: task.type,
    completed: task.isCompleted === 1,
  }
}

export function todoistValues(item: TodoistItem): Values {
  const type = item.labels.find((label) => label.toLowerCase() in TYPE_LABELS)
  return {
    title: withoutHint(item.content),
    due: item.due === null ? null : dueText(item.due),
    type: TYPE_LABELS[(type ?? 'follow-up').toLowerCase()],
    completed: item.checked,
    text: noteLines(item.description),
    labels: ownLabels(item.labels),
    priority: item.priority,
  }
}

/** What is neither a type nor a sign; a service may fold letter case. */
function ownLabels(labels: readonly string[]): string[] {
  return labels
    .map((label) => label.toLowerCase())
    .filter((label) => !(label in TYPE_LABELS) && !SIGNS.test(label))
    .sort()
}

/** As Follow Up Boss would show it: a day, or an instant; two values that look the same there are the same task. */
export function asInCrm(field: Field, value: unknown): unknown {
  if (field === 'type') return NOT_IN_CRM.includes(String(value)) ? 'Follow Up' : value
  if (field !== 'due' || value === null || value === undefined) return value ?? null
  const [when = '', zone] = String(value).split(' ')
  if (/^\d{4}-\d\d-\d\d$/u.test(when)) return when
  return zone === 'floating'
    ? instant(Temporal.PlainDateTime.from(when).toZonedDateTime(ZONE).toInstant())
    : when
}

/** A value of the record (`before` of an op, a side of a conflict) in these words; undefined where it has no such field. */
export function recorded(field: Field, value: unknown): unknown {
  if (field === 'text') return noteLines(String(value ?? ''))
  if (field === 'title') return withoutHint(String(value ?? ''))
  if (field === 'labels') return ownLabels((value ?? []) as readonly string[])
  if (field === 'priority') return value === null ? 1 : 5 - Number(value)
  if (field !== 'due' || value === null || typeof value !== 'object') return value
  const due = value as { kind: string; day?: string; time?: string; at?: string }
  if (due.kind === 'day') return due.day
  return due.kind === 'floating' ? `${due.day}T${due.time} floating` : instant(due.at ?? '')
}

export function same(field: Field, a: unknown, b: unknown): boolean {
  return JSON.stringify(asInCrm(field, a)) === JSON.stringify(asInCrm(field, b))
}

/**
 * What a user typed, wherever it stands, also onto a line of the product's; what was typed into the block comes last when
 * it is written anew. Users of histories begin and end each of their notes so.
 */
function noteLines(description: string): string {
  return [...description.matchAll(/note T\d+-\d+ .*?(?:☕|$)/gmu)]
    .map(([note]) => note)
    .sort()
    .join('\n')
}

/** Lines that neither a user typed nor the product's block may hold. */
export function strayLines(description: string): string[] {
  const lines = description.split('\n')
  const fence = lines.lastIndexOf('---')
  const above = fence < 0 ? lines : lines.slice(0, fence)
  return above.filter((line) => line !== '' && !line.startsWith('note ') && !/^(---|dealbridge)/u.test(line))
}

/** Without the words that name a person to the product. */
export function withoutHint(title: string): string {
  return title
    .replace(/ \[https:[^\]]*\]\(\S+\)| https:\S+/u, '')
    .replace(/ fub:\d+/u, '')
    .replace(/ \[[^\]]+\]$/u, '')
}

/** Only the words that name a person; a user leaves them in place. */
export function hintOf(title: string): string {
  return title.slice(withoutHint(title).length)
}

function dueText({ date, timezone }: { date: string; timezone: string | null }): string {
  if (/^\d{4}-\d\d-\d\d$/u.test(date)) return date
  if (timezone === null && !date.endsWith('Z')) return `${date.replace(/\.\d+$/u, '')} floating`
  return instant(date)
}

function instant(of: string | Temporal.Instant): string {
  return Temporal.Instant.from(of).toString({ smallestUnit: 'second' })
}

export function valuesOf(side: Side, object: FubTask | TodoistItem): Values {
  return side === 'left' ? fubValues(object as FubTask) : todoistValues(object as TodoistItem)
}
