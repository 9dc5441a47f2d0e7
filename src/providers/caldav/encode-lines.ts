import ICAL from 'ical.js'
import { sameValue } from '../../core/equal.ts'
import { readLabels } from '../../core/type-labels.ts'
import { valued } from './edits.ts'
import { type Entry, isNamed } from './ics.ts'
import { isParent } from './mapping.ts'

/*
 * Values of which a task may have several lines. A line that says what it said stays as it is.
 */

/** CATEGORIES with these names: each stays in its line, with what else that line says; new ones go into the last. */
export function categoryLines(
  entries: readonly Entry[],
  wanted: readonly string[],
): readonly ICAL.Property[] {
  const there = propertiesNamed(entries, 'categories')
  const left = [...wanted]
  const lines = there.map((property) => ({
    property,
    names: namesIn(property).filter((name) => taken(left, name)),
  }))
  const kept = lines.filter(({ names }) => names.length > 0)
  const [last, ...more] = inLines(left, kept.at(-1)?.names ?? [])
  const before = kept.slice(0, -1).map(({ property, names }) => holding(property, names))
  const behind = last === undefined ? [] : [holding(kept.at(-1)?.property ?? there[0], last)]
  const written = [...before, ...behind, ...more.map((names) => holding(undefined, names))]
  // The first of several type labels is the type: where the lines would make it another one, all is put together anew.
  const type = readLabels(written.flatMap(namesIn)).type
  return type === readLabels(wanted).type
    ? written
    : inLines(wanted, []).map((names) => holding(there[0], names))
}

/** RELATED-TO below this task, null: below none. Other relations stay, and so do further parents of one that has some. */
export function below(entries: readonly Entry[], parent: string | null): readonly ICAL.Property[] {
  const there = propertiesNamed(entries, 'related-to')
  if (parent === null) return there.filter((property) => !isParent(property))
  const above = valued('related-to', parent)
  above.setParameter('reltype', 'PARENT')
  const first = there.find(isParent)
  if (first === undefined) return [...there, above]
  return there.map((property) => (property === first ? above : property))
}

function propertiesNamed(entries: readonly Entry[], name: string): ICAL.Property[] {
  return entries.filter(isNamed(name)).map(({ property }) => property)
}

function namesIn(property: ICAL.Property): string[] {
  return property
    .getValues()
    .map(String)
    .filter((name) => name !== '')
}

function taken(names: string[], name: string): boolean {
  const at = names.indexOf(name)
  if (at >= 0) names.splice(at, 1)
  return at >= 0
}

function holding(like: ICAL.Property | undefined, names: readonly string[]): ICAL.Property {
  if (like !== undefined && sameValue(namesIn(like), names)) return like
  const property = new ICAL.Property(like === undefined ? 'categories' : structuredClone(like.jCal))
  property.setValues([...names])
  return property
}

/** In one line where possible: many readers, ical.js too, take a comma behind a backslash for one of the name. */
function inLines(names: readonly string[], first: readonly string[]): string[][] {
  const lines: string[][] = first.length === 0 ? [] : [[...first]]
  for (const name of names) {
    const last = lines.at(-1)
    if (last === undefined || last.at(-1)?.endsWith('\\')) lines.push([name])
    else last.push(name)
  }
  return lines
}
