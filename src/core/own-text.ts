import { isFence, type SplitDescription, withoutEndBlanks } from './description-block.ts'
import {
  isLikeMarkerRow,
  isTypedInto,
  markerIn,
  markerRow,
  typedOnto,
  typedOntoBroken,
} from './marker-row.ts'

/** What the record knows of the block in a description: the lines that we may have written, and the marker, if any. */
export type WrittenBlock = { readonly lines: readonly string[]; readonly marker: string | null }

/**
 * The user's own text of a description that `readDescription` took apart: what was typed inside the block, and then what
 * was typed onto its marker's line, follows what stands outside. Where the marker is lost, what is left of the block goes
 * too.
 */
export function ownText(read: SplitDescription, written: WrittenBlock): string {
  const outside = read.marker === null ? withoutRemains(read.notes, written) : read.notes
  const typed = typedInside(read, written)
  return typed.length === 0 ? outside : [...(outside === '' ? [] : [outside]), ...typed].join('\n')
}

function typedInside({ marker, lines }: SplitDescription, written: WrittenBlock): string[] {
  if (marker === null) return typedBetween(lines, written)
  const last = lines.at(-1)
  const isTypedOn = last !== undefined && markerIn(last) === marker
  const onRow = typedOnto(isTypedOn ? last : markerRow(marker), written.marker)
  return [...typedBetween(isTypedOn ? lines.slice(0, -1) : lines, written), ...(onRow === '' ? [] : [onRow])]
}

function typedBetween(lines: readonly string[], written: WrittenBlock): string[] {
  const typed = withoutEndBlanks(lines.filter((row) => !isOurs(row, written)))
  return typed.slice(typed.findIndex((row) => row.trim() !== ''))
}

/**
 * A block whose marker line a user broke or took out: a fence, and below it lines of ours. Where there is more than
 * those, the fence may be the user's own, and stays with what they typed.
 */
function withoutRemains(notes: string, written: WrittenBlock): string {
  const rows = notes.split('\n')
  const found = remainsIn(rows, written)
  if (found === null) return notes
  const { fence, markerAt, end } = found
  const typed = rows
    .slice(fence + 1, end)
    .filter((row, at) => fence + 1 + at !== markerAt && !isOurs(row, written))
  const isMixed = typed.some((row) => row.trim() !== '')
  if (isMixed && markerAt === null) return notes
  const onRow = markerAt === null ? '' : ownOnRow(rows[markerAt] ?? '', written)
  return [
    ...(isMixed && !found.isWhole ? rows.slice(0, fence + 1) : withoutEndBlanks(rows.slice(0, fence))),
    ...(isMixed ? withoutEndBlanks(typed) : []),
    ...(onRow === '' ? [] : [onRow]),
    ...rows.slice(end),
  ]
    .join('\n')
    .trimEnd()
}

/** Where a block lies: `markerAt` null where it has no marker's line left; `isWhole`: that is all there, typed into. */
type Remains = {
  readonly fence: number
  readonly markerAt: number | null
  readonly isWhole: boolean
  readonly end: number
}

function remainsIn(rows: readonly string[], written: WrittenBlock): Remains | null {
  const isWhole = (at: number) => isTypedInto(rows[at] ?? '', written.marker)
  const isBroken = (at: number) => typedOntoBroken(rows[at] ?? '', written.marker) !== null
  const last = rows.findLastIndex((row, at) => isOurs(row, written) || isWhole(at))
  if (last >= 0) {
    const fence = rows.slice(0, last).findLastIndex(isFence)
    const markerAt = isWhole(last) ? last : isLikeMarkerRow(rows[last + 1] ?? '') ? last + 1 : null
    return fence < 0 ? null : { fence, markerAt, isWhole: isWhole(last), end: (markerAt ?? last) + 1 }
  }
  // A block of nothing but a broken marker. Our name alone may be a user's word there.
  const fence = rows.findLastIndex(
    (row, at) => isFence(row) && isBroken(at + 1) && !isNameAlone(rows[at + 1]),
  )
  return fence < 0 ? null : { fence, markerAt: fence + 1, isWhole: false, end: fence + 2 }
}

/** What is the user's on a line that was our marker's, once. Broken in many places it cannot be told apart, and stays. */
function ownOnRow(row: string, { marker }: WrittenBlock): string {
  return typedOntoBroken(row, marker) ?? row
}

function isNameAlone(row = ''): boolean {
  return /^\s*dealbridge:?\s*$/iu.test(row)
}

function isOurs(row: string, { lines }: WrittenBlock): boolean {
  return lines.includes(row.trimEnd())
}
