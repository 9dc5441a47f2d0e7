import ICAL from 'ical.js'
import { type Edited, plain, valued } from './edits.ts'
import { firstText, isCompleted, repeats } from './entry-values.ts'
import type { Entry } from './ics.ts'
import { countOf } from './mapping.ts'
import { movedOn } from './move-on.ts'
import { CLOSED, COMPLETIONS } from './own-properties.ts'

/**
 * What becomes of a task that is completed or opened again. One that repeats is moved on to its next occurrence and stays
 * open, and what is left of its COUNT becomes less: so do Tasks.org (RepeatTaskHelper) and python-caldav (`complete` of a
 * recurring task); Nextcloud Tasks leaves repetitions alone, and todoman goes on with a copy. `key`: the step's; one
 * that has done its work already does nothing. `over`: see `movedOn`. `now`: `YYYY-MM-DDTHH:MM:SSZ`.
 */
export function completionEdits(
  entries: readonly Entry[],
  completed: boolean,
  { key, now, over }: { readonly key: string; readonly now: string; readonly over: ReadonlySet<string> },
): Edited {
  if (completed === isCompleted(entries)) return new Map()
  if (!completed) return openEdits()
  if (!repeats(entries)) return doneEdits(now)
  if (firstText(entries, CLOSED) === key) return new Map()
  return new Map([
    ...closedEdits(entries, over, now),
    [COMPLETIONS, [plain(COMPLETIONS, String(countOf(entries) + 1))]],
    [CLOSED, [plain(CLOSED, key)]],
  ])
}

/** True when this very step has closed an occurrence before. */
export function hasClosed(entries: readonly Entry[], key: string): boolean {
  return firstText(entries, CLOSED) === key
}

export function doneEdits(now: string): Edited {
  return new Map([
    ['status', [valued('status', 'COMPLETED')]],
    ['completed', [valued('completed', ICAL.Time.fromDateTimeString(now))]],
    ['percent-complete', [valued('percent-complete', 100)]],
  ])
}

/** Where there is no further occurrence, the task is completed for good. */
function closedEdits(entries: readonly Entry[], over: ReadonlySet<string>, now: string): Edited {
  const next = movedOn(entries, over)
  return next === null ? doneEdits(now) : new Map([...openEdits(), ...next])
}

export function openEdits(): Edited {
  return new Map([
    ['status', [valued('status', 'NEEDS-ACTION')]],
    ['completed', []],
    ['percent-complete', []],
  ])
}
