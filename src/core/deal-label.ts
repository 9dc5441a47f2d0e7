import { cut, oneLine } from './normalise.ts'
import { foldLabel } from './type-labels.ts'

/*
 * Where an app has no sections, a task says by a label of ours to which deal it belongs: `Baker: 123 Main St (4412)`.
 */

/** Code points: what task apps take of a label. */
const LONGEST = 60
const FORM = /^\S.* \(([^\s()]+)\)$/u

/**
 * The label of a deal. `name`: as its section would be called. People read the name, and the id keeps two deals of one name
 * apart. Without commas: many apps keep the labels of a task in one line with commas between.
 */
export function dealLabel(name: string, id: string): string {
  const behind = ` (${id})`
  const words = oneLine(name.replaceAll(',', ' ')).replace(/\s+/gu, ' ')
  const room = LONGEST - behind.length
  const short =
    Array.from(words).length <= room ? words : `${cut(words, room - 1).replace(/[\s—:-]+$/u, '')}…`
  return `${short}${behind}`
}

/** The id of the deal that a label of this form is for; null for any other label. Whether it is that deal's is for its name to say. */
export function labelledDeal(label: string): string | null {
  return FORM.exec(oneLine(label))?.[1] ?? null
}

/** True when two labels are one: apps change their letter case. */
export function isLabel(label: string, wanted: string | undefined): boolean {
  return wanted !== undefined && foldLabel(label) === foldLabel(wanted)
}

/** Those of a task's labels that are of this form, as they are compared. */
export function dealLabelsOf(labels: readonly string[]): string[] {
  return labels
    .filter((label) => labelledDeal(label) !== null)
    .map(foldLabel)
    .sort()
}
