import { cut, labelSet, oneLine } from './normalise.ts'
import type { TaskType } from './task.ts'

/** The label by which a task app that knows no types shows each of them. */
export const TYPE_LABELS: Readonly<Record<TaskType, string>> = {
  'Follow Up': 'follow-up',
  Call: 'call',
  Text: 'text',
  Email: 'email',
  Appointment: 'appointment',
  Showing: 'showing',
  Closing: 'closing',
  'Open House': 'open-house',
  'Thank You': 'thank-you',
  Paperwork: 'paperwork',
  Research: 'research',
}

/** What a task without a type label is; it is written without one. */
export const DEFAULT_TYPE: TaskType = 'Follow Up'

/** Labels that Dealbridge sets and takes away by itself; they are never a user's. */
export const OWNED_LABELS: readonly string[] = [
  'crm',
  'no-sync',
  'needs-deal-link',
  'needs-person',
  'sync-problem',
]

const TYPE_BY_LABEL = new Map<string, TaskType>(
  Object.entries(TYPE_LABELS).map(([type, label]) => [label, type as TaskType]),
)
const OWNED = new Set(OWNED_LABELS)
const LONGEST_NAME = 60

/** A label's name as names are compared: without regard to case. */
export function foldLabel(name: string): string {
  return oneLine(oneLine(name).toLowerCase())
}

/** Those of a task's labels that are ours, as a sorted set. */
export function flagsOf(raw: readonly string[]): string[] {
  return labelSet(raw.map(foldLabel).filter((name) => OWNED.has(name)))
}

/** The type that a label stands for, or null. */
export function typeOfLabel(name: string): TaskType | null {
  return TYPE_BY_LABEL.get(foldLabel(name)) ?? null
}

/**
 * A task's labels in the task's own order, taken apart: the first type label is the type (none: `Follow Up`); every
 * other one that Dealbridge does not own is the user's, also a second type label.
 */
export function readLabels(raw: readonly string[]): { type: TaskType; labels: string[] } {
  const at = raw.findIndex((name) => typeOfLabel(name) !== null)
  const typed = raw[at]
  const type = (typed === undefined ? null : typeOfLabel(typed)) ?? DEFAULT_TYPE
  return { type, labels: labelSet(raw.filter((name, index) => index !== at && !OWNED.has(foldLabel(name)))) }
}

/**
 * The labels that can be compared and written where labels also carry the type: in lower case, at most 60 code
 * points each, without the names of types (a set of labels alone cannot say which of them is the type) and without
 * those that Dealbridge owns.
 */
export function keepLabels(labels: readonly string[]): string[] {
  const folded = labels.map((name) => foldLabel(cut(foldLabel(name), LONGEST_NAME)))
  return labelSet(folded.filter((name) => !OWNED.has(name) && !TYPE_BY_LABEL.has(name)))
}

/**
 * The whole list to write over `raw`, the list that the task has now. A field that is left out stays as it is; so
 * do labels that Dealbridge owns, unless `flags` says otherwise of them, further type labels, and the spelling and
 * order of all that remain.
 */
export function writeLabels(
  raw: readonly string[],
  change: {
    readonly labels?: readonly string[] | undefined
    readonly type?: TaskType | null | undefined
    readonly flags?: { readonly add: readonly string[]; readonly remove: readonly string[] } | undefined
    readonly tables?: { readonly add: readonly string[]; readonly remove: readonly string[] } | undefined
  },
): string[] {
  const written = writeFlags(writeFields(raw, change), change.flags ?? { add: [], remove: [] })
  return change.tables === undefined ? written : writeOthers(written, change.tables)
}

/** Names of types and flags have a way of their own. */
function writeOthers(
  raw: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string[] {
  const isOther = (name: string) => !OWNED.has(foldLabel(name)) && typeOfLabel(name) === null
  const gone = new Set(remove.filter(isOther).map(foldLabel))
  const stays = raw.filter((name) => !gone.has(foldLabel(name)))
  const there = new Set(stays.map(foldLabel))
  return [...stays, ...add.filter((name) => isOther(name) && !there.has(foldLabel(name)))]
}

/** Names that Dealbridge does not own are no flags. */
function writeFlags(
  raw: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string[] {
  const stays = raw.filter((name) => !(OWNED.has(foldLabel(name)) && remove.includes(foldLabel(name))))
  const there = new Set(stays.map(foldLabel))
  return [...stays, ...add.filter((name) => OWNED.has(name) && !there.has(name))]
}

function writeFields(
  raw: readonly string[],
  change: { readonly labels?: readonly string[] | undefined; readonly type?: TaskType | null | undefined },
): string[] {
  const at = raw.findIndex((name) => typeOfLabel(name) !== null)
  const before = at < 0 ? [] : raw.slice(0, at)
  const after = raw.slice(at + 1)
  const typed = raw.slice(at < 0 ? raw.length : at, at + 1)
  const others =
    change.labels === undefined ? [before, after] : replaceUserLabels(before, after, change.labels)
  const type =
    change.type === undefined ? typed : typeLabels(change.type ?? DEFAULT_TYPE, typed, others.flat())
  const taken = new Set(type.map(foldLabel))
  const rest = (part: readonly string[] | undefined) =>
    (part ?? []).filter((name) => !taken.has(foldLabel(name)))
  return [...rest(others[0]), ...type, ...rest(others[1])]
}

function replaceUserLabels(
  before: readonly string[],
  after: readonly string[],
  given: readonly string[],
): [string[], string[]] {
  const wanted = keepLabels(given)
  const stays = (name: string) => {
    const folded = foldLabel(name)
    return (
      OWNED.has(folded) || TYPE_BY_LABEL.has(folded) || wanted.includes(foldLabel(cut(folded, LONGEST_NAME)))
    )
  }
  const kept: [string[], string[]] = [before.filter(stays), after.filter(stays)]
  const there = new Set(kept.flat().map((name) => foldLabel(cut(foldLabel(name), LONGEST_NAME))))
  kept[1].push(...wanted.filter((name) => !there.has(name)).map((name) => asSpelled(name, given)))
  return kept
}

/** A label in the spelling in which it is given, where that can be written as it is. */
function asSpelled(wanted: string, given: readonly string[]): string {
  const spelled = given.map(oneLine).find((name) => foldLabel(name) === wanted)
  return spelled !== undefined && cut(spelled, LONGEST_NAME) === spelled ? spelled : wanted
}

/** The one label that makes `type` the first type of the list, or none. */
function typeLabels(type: TaskType, typed: readonly string[], others: readonly string[]): readonly string[] {
  if (typed[0] !== undefined && typeOfLabel(typed[0]) === type) return typed
  if (type === DEFAULT_TYPE && !others.some((name) => typeOfLabel(name) !== null)) return []
  return [TYPE_LABELS[type]]
}
