import { Temporal } from 'temporal-polyfill'
import type { Pair, Place } from './pairs.ts'

/*
 * What a person sees of a task, in words in which all services can be compared. Made from the services' own objects and
 * from the rules' text alone: nothing here is the product's.
 */

/** Labels of users' own; each is a field by itself, for labels merge as sets. */
export const LABELS = ['vip', 'home', 'later', 'café'] as const
export type Label = (typeof LABELS)[number]
export type LabelField = `label ${Label}`

export const FIELDS = [
  ...(['title', 'notes', 'due', 'priority', 'completed', 'list', 'parent'] as const),
  ...LABELS.map((label): LabelField => `label ${label}`),
] as const
export type Field = (typeof FIELDS)[number]

/**
 * `due`: `2026-12-01`, `2026-12-01T10:15:00 floating` or an instant, `2026-12-01T10:15:00Z`. `priority`: 1 is the highest,
 * null none. `parent`: the token of the task above, null where there is none, or none any more.
 */
export type Values = {
  readonly title: string
  readonly notes: string
  readonly due: string | null
  readonly priority: number | null
  readonly completed: boolean
  readonly list: Place
  readonly parent: string | null
} & Readonly<Record<LabelField, boolean>>

export function labelValues(labels: readonly string[]): Record<LabelField, boolean> {
  const has = new Set(labels.map((label) => label.normalize('NFC').toLowerCase()))
  return Object.fromEntries(LABELS.map((label) => [`label ${label}`, has.has(label)])) as Record<
    LabelField,
    boolean
  >
}

/** What a user typed. Users of histories begin and end each of their notes so. */
export function noteLines(description: string): string {
  return [...description.matchAll(/note T\d+-\d+ [^☕]*☕/gu)].map(([note]) => note).join('\n')
}

/** Lines that neither a user typed nor the product's block may hold. */
export function strayLines(description: string): string[] {
  const lines = description.split('\n')
  const fence = lines.lastIndexOf('---')
  const above = fence < 0 ? lines : lines.slice(0, fence)
  return above.filter(
    (line) => line !== '' && !/^note T\d+-\d+ |☕$/u.test(line) && !/^dealbridge:/u.test(line),
  )
}

/** The description with another text above the product's block. */
export function withNotes(description: string, notes: string): string {
  const fence = description.lastIndexOf('\n---\n')
  const block =
    fence >= 0 ? description.slice(fence) : description.startsWith('---\n') ? `\n${description}` : ''
  return `${notes}${block}`
}

/** The zone in which the route's user reads wall clocks; it is not the server's. */
export const ZONE = 'America/New_York'

/**
 * Whether two values look the same to whoever has both services: Todoist's lowest priority is none, and a wall clock that
 * is set to an instant elsewhere stays one.
 */
export function same(pair: Pair, field: Field, a: unknown, b: unknown): boolean {
  return JSON.stringify(folded(pair, field, a)) === JSON.stringify(folded(pair, field, b))
}

function folded(pair: Pair, field: Field, value: unknown): unknown {
  if (field === 'priority' && pair === 'caldav-todoist' && value === 4) return null
  if (field === 'due' && typeof value === 'string' && value.endsWith(' floating')) {
    const clock = Temporal.PlainDateTime.from(value.slice(0, -' floating'.length))
    return instant(clock.toZonedDateTime(ZONE).toInstant())
  }
  return value ?? null
}

/** How the record's values of places and tasks are read: remote ids of one side. */
export type Reading = { place(listId: unknown): unknown; token(remoteId: unknown): string | null }

/** A value of the record (`before` of an op, a side of a conflict) in these words. `field`: as the product names it. */
export function recorded(field: Field, value: unknown, reading: Reading): unknown {
  switch (field) {
    case 'notes':
      return noteLines(String(value ?? ''))
    case 'due':
      return recordedDue(value as RecordedDue | null)
    case 'list':
      return reading.place(value)
    case 'parent':
      return value === null || value === undefined ? null : reading.token(value)
    default:
      if (!field.startsWith('label ')) return value ?? null
      return (Array.isArray(value) ? value : []).map(String).includes(field.slice('label '.length))
  }
}

/** The name of a field in the record. */
export const recordField = (field: Field): string => (field.startsWith('label ') ? 'labels' : field)

type RecordedDue = {
  readonly kind: string
  readonly day?: string
  readonly time?: string
  readonly at?: string
}

function recordedDue(due: RecordedDue | null | undefined): string | null {
  if (due === null || due === undefined) return null
  if (due.kind === 'day') return due.day ?? null
  return due.kind === 'floating' ? `${due.day}T${due.time} floating` : instant(due.at ?? '')
}

export function instant(of: string | Temporal.Instant): string {
  return Temporal.Instant.from(of).toString({ smallestUnit: 'second' })
}

const TOKEN = /\bT\d+\b/u

/** Every task carries a word of its own in its title, from its first day and on both sides. */
export function tokenIn(title: string): string {
  return TOKEN.exec(title)?.[0] ?? ''
}
