import ICAL from 'ical.js'
import { type Entry, isNamed } from './ics.ts'
import { CLOSED, COMPLETIONS, countOf, firstText, isCompleted } from './mapping.ts'
import { anchorOf, nextOccurrence, shifted } from './occurrences.ts'
import { clockOf, movedTo } from './times.ts'

export type Edited = Map<string, readonly ICAL.Property[]>

/**
 * What becomes of a task that is completed or opened again. One that repeats is moved on to its next occurrence and stays
 * open, and what is left of its COUNT becomes less: so do Tasks.org (RepeatTaskHelper) and python-caldav (`complete` of a
 * recurring task); Nextcloud Tasks leaves repetitions alone, and todoman goes on with a copy. `key`: the step's; one
 * that has done its work already does nothing. `now`: `YYYY-MM-DDTHH:MM:SSZ`.
 */
export function completionEdits(
  entries: readonly Entry[],
  completed: boolean,
  { key, now }: { readonly key: string; readonly now: string },
): Edited {
  if (completed === isCompleted(entries)) return new Map()
  if (!completed) return openEdits()
  if (!repeats(entries)) return doneEdits(now)
  if (firstText(entries, CLOSED) === key) return new Map()
  return new Map([
    ...(movedOn(entries) ?? doneEdits(now)),
    [COMPLETIONS, [plain(COMPLETIONS, String(countOf(entries) + 1))]],
    [CLOSED, [plain(CLOSED, key)]],
  ])
}

/** True when this very step has closed an occurrence before. */
export function hasClosed(entries: readonly Entry[], key: string): boolean {
  return firstText(entries, CLOSED) === key
}

export function repeats(entries: readonly Entry[]): boolean {
  return entries.some(isNamed('rrule')) || entries.some(isNamed('rdate'))
}

export function doneEdits(now: string): Edited {
  return new Map([
    ['status', [valued('status', 'COMPLETED')]],
    ['completed', [valued('completed', ICAL.Time.fromDateTimeString(now))]],
    ['percent-complete', [valued('percent-complete', 100)]],
  ])
}

function openEdits(): Edited {
  return new Map([
    ['status', [valued('status', 'NEEDS-ACTION')]],
    ['completed', []],
    ['percent-complete', []],
  ])
}

/** Null when there is no further occurrence: then the task is completed for good. */
function movedOn(entries: readonly Entry[]): Edited | null {
  const anchor = anchorOf(entries)
  const next = nextOccurrence(entries)
  if (anchor === null || next === null) return null
  const edits: Edited = openEdits()
  const from = clockOf(anchor)
  for (const name of ['dtstart', 'due']) {
    const property = entries.find(isNamed(name))?.property
    if (property === undefined) continue
    const clock = property === anchor ? next.clock : shifted(clockOf(property), from, next.clock)
    edits.set(name, [movedTo(property, clock)])
  }
  const rule = entries.find(isNamed('rrule'))?.property
  const counted = rule?.getFirstValue()
  if (rule !== undefined && counted instanceof ICAL.Recur && counted.count !== null) {
    const less = counted.clone()
    less.count = counted.count - next.counted
    const jCal = structuredClone(rule.jCal)
    const lessRule = new ICAL.Property(jCal)
    lessRule.setValue(less)
    edits.set('rrule', [lessRule])
  }
  return edits
}

export function valued(name: string, value: string | number | ICAL.Time): ICAL.Property {
  const property = new ICAL.Property(name)
  property.setValue(value)
  return property
}

/** A property of ours, whose value holds nothing that must be escaped. */
export function plain(name: string, value: string): ICAL.Property {
  return new ICAL.Property([name, {}, 'unknown', value])
}
