import ICAL from 'ical.js'
import { dayOf } from '../../core/due.ts'
import type { Edited } from './edits.ts'
import { dueOf, firstNamed } from './entry-values.ts'
import { type Entry, isNamed } from './ics.ts'
import { asInSeries, isMoved, noNote } from './moved-occurrence.ts'
import { anchorOf, nextOccurrence, ownClock, shifted } from './occurrences.ts'
import { START } from './own-properties.ts'
import { clockOf, movedTo, wallClockOf } from './times.ts'

/**
 * A task that repeats as it stands for its next occurrence; what is left of its COUNT becomes less. Null when there is none.
 * `over`: dates whose occurrences are over already, by the clock that they are told by. Those that the task was put off
 * beyond are passed over, too.
 */
export function movedOn(entries: readonly Entry[], over: ReadonlySet<string>): Edited | null {
  const own = asInSeries(entries)
  const anchor = anchorOf(own)
  if (anchor === null) return null
  const next = nextOccurrence(own, over, putOffTo(entries, own, clockOf(anchor)))
  if (next === null) return null
  const edits: Edited = noNote(entries)
  if (entries.some(isNamed(START))) edits.set(START, [])
  const from = clockOf(anchor)
  for (const name of ['dtstart', 'due']) {
    const property = firstNamed(own, name)
    if (property === undefined) {
      if (entries.some(isNamed(name))) edits.set(name, [])
      continue
    }
    const clock = property === anchor ? next.clock : shifted(clockOf(property), from, next.clock)
    edits.set(name, [movedTo(property, clock)])
  }
  const lasts = firstNamed(own, 'duration')
  if (lasts !== firstNamed(entries, 'duration')) edits.set('duration', lasts === undefined ? [] : [lasts])
  const rule = firstNamed(entries, 'rrule')
  const counted = rule?.getFirstValue()
  if (rule !== undefined && counted instanceof ICAL.Recur && counted.count !== null) {
    const less = counted.clone()
    less.count = counted.count - next.counted
    const lessRule = new ICAL.Property(structuredClone(rule.jCal))
    lessRule.setValue(less)
    edits.set('rrule', [lessRule])
  }
  return edits
}

/** The anchor's clock were it put off as far as the due was; null where the occurrence was not moved. */
function putOffTo(entries: readonly Entry[], own: readonly Entry[], anchor: string): string | null {
  if (!isMoved(entries)) return null
  const [from, to] = [dueOf(own, []), dueOf(entries, [])]
  if (from === null || to === null) return null
  if (from.kind === 'day' || to.kind === 'day')
    return shifted(anchor, ownClock(from).slice(0, 10), ownClock(to).slice(0, 10))
  if (from.kind === 'fixed' && to.kind === 'fixed')
    return shifted(anchor, wallClockOf(from.at, 'UTC'), wallClockOf(to.at, 'UTC'))
  return shifted(anchor, `${dayOf(from, 'UTC')}T00:00:00`, `${dayOf(to, 'UTC')}T00:00:00`)
}
