import ICAL from 'ical.js'
import type { Entry } from './ics.ts'

/** What becomes of properties, by their names in lower case: these and no others of the name. */
export type Edited = Map<string, readonly ICAL.Property[]>

/** The properties as they will be, for what is decided by them. */
export function withEdits(entries: readonly Entry[], edits: Edited): readonly Entry[] {
  const stays = entries.filter(({ property }) => !edits.has(property.name))
  return [...stays, ...[...edits].flatMap(([, written]) => written.map((property) => ({ at: 0, property })))]
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
