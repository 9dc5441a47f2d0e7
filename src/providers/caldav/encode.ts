import ICAL from 'ical.js'
import { type Beside, NOTHING_BESIDE } from '../../core/beside.ts'
import { joinDescription, readDescription } from '../../core/description-block.ts'
import { sameValue } from '../../core/equal.ts'
import { manyLines } from '../../core/normalise.ts'
import type { FieldValues, Priority } from '../../core/task.ts'
import { writeLabels } from '../../core/type-labels.ts'
import { RULE_LANGUAGE } from './closed-between.ts'
import { type Current, currentOccurrence } from './current-occurrence.ts'
import { type Edited, plain, valued, withEdits } from './edits.ts'
import { completionEdits, doneEdits, openEdits } from './encode-completion.ts'
import { below, categoryLines } from './encode-lines.ts'
import { timeEdits } from './encode-times.ts'
import { firstText } from './entry-values.ts'
import { type Entry, edited, type Ics, isNamed, newIcs, readIcs, timezonesOf } from './ics.ts'
import { inXml, keep } from './keep.ts'
import { categoriesOf, markerOf, parentOf, priorityOf } from './mapping.ts'
import { moveNote } from './moved-occurrence.ts'
import { MARKER, OWN_PROPERTIES } from './own-properties.ts'
import { vtimezone } from './zones.ts'

/**
 * What a write makes of a task: fields, what goes beside them, the task above it (undefined: it stays below the same one).
 * `closing`: the key of the step that completes. `now`: `YYYY-MM-DDTHH:MM:SSZ`.
 */
export type Change = {
  readonly fields: FieldValues
  readonly marker: string | null
  readonly beside: Beside | null
  readonly zone: string
  readonly parent?: string | null | undefined
  readonly closing: string
  readonly now: string
}

/** The resource after a change; null when it is so already. What the change does not speak of stays to the letter. */
export function changedIcs(ics: Ics, change: Change): string | null {
  const current = currentOccurrence(ics)
  if (change.fields.completed === false && current.ended !== null) {
    const text = edited(current.ended, new Map([...openEdits(), ...stamps(change.now)]))
    return changedIcs(readAgain(text), change) ?? text
  }
  const timezones = timezonesOf(ics)
  const edits = editsOf(current, timezones, change)
  if (edits.size === 0) return null
  for (const [name, stamp] of stamps(change.now)) edits.set(name, stamp)
  const known = new Set(timezones.map((one) => String(one.getFirstPropertyValue('tzid'))))
  return edited(ics, edits, zonesOf(edits, change.now, known))
}

/** A new resource. */
export function createdIcs(uid: string, change: Change): string {
  const { fields, now } = change
  const blank: Current = { entries: [], ahead: new Map(), over: new Set(), ended: null }
  const edits = editsOf(blank, [], { ...change, fields: { title: '', ...fields, completed: false } })
  const made = [...stamps(now), ['created', [stamped('created', now)]] as const].flatMap(([, stamp]) => stamp)
  const done =
    fields.completed === true ? doneEdits(now) : new Map([['status', [valued('status', 'NEEDS-ACTION')]]])
  const rule = ruleOf(fields)
  const properties = [...edits, ...done].flatMap(([, written]) => written)
  return newIcs(
    [valued('uid', uid), ...made, ...properties, ...(rule === null ? [] : [rule])],
    zonesOf(edits, now, new Set()),
  )
}

function editsOf(
  { entries, ahead, over, ended }: Current,
  timezones: readonly ICAL.Component[],
  { fields, marker, beside, zone, parent, closing, now }: Change,
): Edited {
  const times = timeEdits(entries, timezones, fields, zone)
  const edits: Edited = new Map([...times, ...moveNote(entries, times)])
  const title = fields.title === undefined ? null : keep('title', fields.title, { zone })
  if (
    title !== null &&
    (entries.length === 0 || title !== keep('title', firstText(entries, 'summary'), { zone }))
  )
    edits.set('summary', [valued('summary', title)])
  const description = descriptionOf(entries, { fields, marker, beside, zone })
  if (description !== null)
    edits.set('description', description === '' ? [] : [valued('description', description)])
  if (marker !== null && marker !== markerOf(entries)) edits.set(MARKER, [plain(MARKER, marker)])
  if (beside?.bare !== undefined)
    for (const name of OWN_PROPERTIES) if (entries.some(isNamed(name))) edits.set(name, [])
  if (fields.priority !== undefined && fields.priority !== priorityOf(entries))
    edits.set('priority', fields.priority === null ? [] : [valued('priority', PRIORITIES[fields.priority])])
  const categories = categoryEdit(entries, fields, beside)
  if (categories !== null) edits.set('categories', categories)
  if (parent !== undefined && parent !== parentOf(entries)) edits.set('related-to', below(entries, parent))
  const completion =
    fields.completed === undefined || ended !== null
      ? new Map()
      : completionEdits(withEdits(entries, edits), fields.completed, { key: closing, now, over })
  // The task goes on to the occurrence that is meant: the dates that were written are those of that one.
  const before = times.size > 0 || completion.size > 0 ? ahead : []
  return new Map([...before, ...edits, ...completion])
}

const PRIORITIES: Readonly<Record<Priority, number>> = { 1: 1, 2: 3, 3: 5, 4: 9 }

/** Null where the description stays as it is. The marker stands in it only below lines of ours, else in a property. */
function descriptionOf(
  entries: readonly Entry[],
  { fields, beside, zone, ...change }: Pick<Change, 'fields' | 'marker' | 'beside' | 'zone'>,
): string | null {
  const there = firstText(entries, 'description')
  const before = readDescription(there)
  const marker = change.marker ?? before.marker ?? markerOf(entries)
  const lines = beside?.block ?? before.lines
  const kept = (notes: string) => keep('notes', notes, { zone })
  const changes = fields.notes !== undefined && kept(fields.notes) !== kept(before.notes)
  if (beside?.bare !== undefined) {
    if (!changes && before.marker === null) return null
    return changes ? kept(fields.notes ?? '') : manyLines(before.notes)
  }
  const remarked = before.marker !== null && before.marker !== marker
  if (!changes && !remarked && (beside?.block ?? null) === null) return null
  const notes = changes ? kept(fields.notes ?? '') : manyLines(before.notes)
  const wanted = lines.length === 0 ? notes : joinDescription(notes, lines, marker, Number.POSITIVE_INFINITY)
  return wanted === there.trimEnd() ? null : wanted
}

function categoryEdit(
  entries: readonly Entry[],
  { labels, type }: FieldValues,
  beside: Beside | null,
): readonly ICAL.Property[] | null {
  const raw = categoriesOf(entries)
  const { flags, tables } = beside ?? NOTHING_BESIDE
  const wanted = writeLabels(raw, { labels: labels?.map(inXml), type, flags, tables })
  if (sameValue(raw, wanted)) return null
  return categoryLines(entries, wanted)
}

function ruleOf({ recurrence }: FieldValues): ICAL.Property | null {
  if (recurrence?.language !== RULE_LANGUAGE) return null
  try {
    const property = new ICAL.Property('rrule')
    property.setValue(ICAL.Recur.fromString(recurrence.text))
    return property
  } catch {
    return null
  }
}

function zonesOf(edits: Edited, now: string, known: ReadonlySet<string>): string[] {
  const wanted = new Map<string, string>()
  for (const property of [...edits.values()].flat()) {
    const zone = property.getFirstParameter('tzid')
    if (zone === undefined || known.has(zone)) continue
    const clock = String(property.jCal[3])
    wanted.set(zone, clock.includes('T') ? `${clock.slice(0, 19)}Z` : now)
  }
  return [...wanted].map(([zone, at]) => vtimezone(zone, at))
}

function stamps(now: string): Edited {
  return new Map(['last-modified', 'dtstamp'].map((name) => [name, [stamped(name, now)]]))
}

function readAgain(text: string): Ics {
  const ics = readIcs(text)
  if (typeof ics === 'string') throw new RangeError('A task that was changed cannot be read.')
  return ics
}

function stamped(name: string, now: string): ICAL.Property {
  return valued(name, ICAL.Time.fromDateTimeString(now))
}
