import type ICAL from 'ical.js'
import { readDescription } from '../../core/description-block.ts'
import { MARKER_FORM } from '../../core/marker.ts'
import { manyLines, oneLine } from '../../core/normalise.ts'
import type { Priority } from '../../core/task.ts'
import { flagsOf, readLabels } from '../../core/type-labels.ts'
import type { Observation, RemoteTask } from '../contract.ts'
import { RULE_LANGUAGE } from './closed-between.ts'
import { type Current, currentOccurrence } from './current-occurrence.ts'
import { dueOf, firstText, isCompleted, repeats } from './entry-values.ts'
import { conventionalUid, listId } from './hrefs.ts'
import { type Entry, type Ics, isNamed, ownEntries, readIcs, timezonesOf } from './ics.ts'
import { occurrenceMark } from './occurrence-mark.ts'
import { COMPLETIONS, MARKER, OWN_PROPERTIES } from './own-properties.ts'
import { wantedStart } from './start-note.ts'
import { readStart } from './times.ts'

/** A resource as the server showed it. `path`: see `pathOf`; `etag`: verbatim, null where it did not tell. */
export type Resource = { readonly path: string; readonly etag: string | null; readonly text: string }

/** What a resource holds: a task, something else, or what cannot be read. `uid`: its own, else by its name. */
export type Decoded =
  | { readonly kind: 'task'; readonly uid: string; readonly ics: Ics; readonly seen: RemoteTask }
  | { readonly kind: 'unreadable'; readonly uid: string }
  | { readonly kind: 'other' }

/** `home`: the path of the collection in which the lists lie. */
export function decode(resource: Resource, home: string): Decoded {
  const ics = readIcs(resource.text)
  if (ics === 'no-task') return { kind: 'other' }
  if (ics === 'unreadable') return { kind: 'unreadable', uid: conventionalUid(resource.path) }
  const entries = ownEntries(ics)
  const uid = firstText(entries, 'uid') || conventionalUid(resource.path)
  try {
    const seen = taskOf(currentOccurrence(ics), timezonesOf(ics), resource, home)
    return { kind: 'task', uid, ics, seen }
  } catch {
    // A date that no calendar has, a rule that is none: whatever it is, it is this task's alone.
    return { kind: 'unreadable', uid }
  }
}

/** Null for a resource that is no task. */
export function observe(decoded: Decoded): Observation | null {
  switch (decoded.kind) {
    case 'task':
      return { kind: 'present', remoteId: decoded.uid, seen: decoded.seen }
    case 'unreadable':
      return { kind: 'unknown', remoteId: decoded.uid, why: 'unreadable' }
    case 'other':
      return null
  }
}

function taskOf(
  { entries, over, ended }: Current,
  timezones: readonly ICAL.Component[],
  { path, etag }: Resource,
  home: string,
): RemoteTask {
  const raw = categoriesOf(entries)
  const description = readDescription(firstText(entries, 'description'))
  const rule = entries.find(isNamed('rrule'))?.property
  const list = listId(home, path.slice(0, path.lastIndexOf('/') + 1))
  const start = wantedStart(entries)
  const closings = countOf(entries)
  return {
    task: {
      title: oneLine(firstText(entries, 'summary')),
      notes: manyLines(description.notes),
      due: dueOf(entries, timezones),
      start: start === undefined ? null : readStart(start, timezones),
      recurrence: rule === undefined ? null : { text: String(rule.getFirstValue()), language: RULE_LANGUAGE },
      priority: priorityOf(entries),
      ...readLabels(raw),
      completed: isCompleted(entries) || ended !== null,
      assignee: null,
      list,
      parent: parentOf(entries),
    },
    // Times of change are the clients' own (LAST-MODIFIED), and an etag has no order.
    version: null,
    container: list,
    person: null,
    assignedTo: null,
    marker: description.marker ?? markerOf(entries),
    madeBy: null,
    // CREATED is by its client's clock.
    madeAt: null,
    recurs: repeats(entries),
    // Nobody counts: see `closedBetween`.
    completions: 0,
    flags: flagsOf(raw),
    block: description.lines,
    extra: {
      href: path,
      ...(etag === null ? {} : { etag }),
      ...(closings > 0 ? { closings } : {}),
      ...(OWN_PROPERTIES.some((name) => entries.some(isNamed(name))) ? { ours: true } : {}),
      ...(repeats(entries) ? occurrenceMark(entries, over, timezones) : {}),
    },
  }
}

/**
 * 1 to 9, from the highest, in steps of RFC 5545 (3.8.1.9): 1 to 4 is high, 5 medium, 6 to 9 low. Ours are 1, 3, 5 and 9, so
 * that an app of three steps shows the two higher ones as high.
 */
export function priorityOf(entries: readonly Entry[]): Priority | null {
  const number = Number(firstText(entries, 'priority') || 0)
  if (!Number.isInteger(number) || number < 1 || number > 9) return null
  if (number <= 2) return 1
  if (number <= 4) return 2
  return number === 5 ? 3 : 4
}

/** Names in their own order, of all the lines that hold some. */
export function categoriesOf(entries: readonly Entry[]): string[] {
  return entries
    .filter(isNamed('categories'))
    .flatMap(({ property }) => property.getValues().map(String))
    .filter((name) => name !== '')
}

/** The UID of the task above; RELATED-TO means the parent unless it says another relation (RFC 5545, 3.2.15). */
export function parentOf(entries: readonly Entry[]): string | null {
  const above = entries.filter(isNamed('related-to')).find(({ property }) => isParent(property))
  return above === undefined ? null : String(above.property.getFirstValue()) || null
}

export function isParent(property: ICAL.Property): boolean {
  return (property.getFirstParameter('reltype') ?? 'PARENT').toUpperCase() === 'PARENT'
}

export function countOf(entries: readonly Entry[]): number {
  const count = Number(firstText(entries, COMPLETIONS) || 0)
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}

/** Anything else there was put there by somebody else. */
export function markerOf(entries: readonly Entry[]): string | null {
  const marker = firstText(entries, MARKER)
  return new RegExp(`^${MARKER_FORM}$`, 'i').test(marker) ? marker : null
}
