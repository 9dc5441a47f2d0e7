import { type Edited, withEdits } from './edits.ts'
import { isCompleted, repeats } from './entry-values.ts'
import { type Entry, type Ics, overridesOf, ownEntries } from './ics.ts'
import { movedOn } from './move-on.ts'
import { asInSeries } from './moved-occurrence.ts'
import { anchorOf, clocksNamed } from './occurrences.ts'
import { clockOf } from './times.ts'

/**
 * What a resource stands for: its task or, where the task repeats, the first occurrence that is not over. `ahead`: what is
 * to be written with any change of its times, for the task itself may still stand for one that is over. `over`: dates of
 * such occurrences, by the clock that they are told by. `ended`: the component by which the last one of all is over, null
 * while one is left.
 */
export type Current = {
  readonly entries: readonly Entry[]
  readonly ahead: Edited
  readonly over: ReadonlySet<string>
  readonly ended: Ics | null
}

/**
 * Some apps complete or cancel an occurrence by a component of its own (RECURRENCE-ID), and leave the task as it is. Other
 * changes of a single occurrence are not read: the task shows what all of them have.
 */
export function currentOccurrence(ics: Ics): Current {
  const entries = ownEntries(ics)
  const closed = repeats(entries) ? closedOnes(ics) : []
  let now: Current = { entries, ahead: new Map(), over: new Set(), ended: null }
  // Each step uses up one of them.
  for (let left = closed.length; left > 0; left -= 1) {
    const own = anchorOf(asInSeries(now.entries))
    const shown = anchorOf(now.entries)
    if (own === null || shown === null) return now
    const dates = closed.map((one) => clocksNamed('recurrence-id', one.entries, own)[0] ?? '')
    now = { ...now, over: new Set(dates) }
    // An app that knows nothing of a move names the occurrence by the date that it shows.
    const at = dates.findIndex((clock) => clock === clockOf(own) || clock === clockOf(shown))
    if (at < 0) return now
    const next = movedOn(now.entries, new Set())
    if (next === null) return { ...now, ended: closed[at]?.ics ?? null }
    const ahead = new Map([...now.ahead, ...next])
    now = { ...now, ahead, entries: withEdits(entries, ahead) }
  }
  return now
}

function closedOnes(ics: Ics) {
  return overridesOf(ics)
    .map((one) => ({ ics: one, entries: ownEntries(one) }))
    .filter(({ entries }) => isCompleted(entries) && !entries.some(isForAllThatFollow))
}

function isForAllThatFollow({ property }: Entry): boolean {
  return property.name === 'recurrence-id' && property.getFirstParameter('range') !== undefined
}
