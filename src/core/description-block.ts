import {
  isBareMarker,
  isLikeMarkerRow,
  isMarkerWithWords,
  markerIn,
  markerRow,
  typedOnto,
} from './marker-row.ts'

/*
 * A task's description where it also carries what Dealbridge writes: the user's text first, then
 *
 *     ---
 *     (lines)
 *     dealbridge: <marker>
 *
 * The block is known by its last line and replaced whole. Everything else in the description is the user's, also what
 * was typed onto that line.
 */

/** Longest description that Todoist stores, in code points. */
export const DESCRIPTION_LIMIT = 16_383

const FENCE = '---'
const EMPTY_MARKER = /^\s*dealbridge:\s*$/iu

/** `notes` is the user's text, `lines` those of the block's lines that were taken for ours. */
export type SplitDescription = {
  readonly notes: string
  readonly marker: string | null
  readonly lines: readonly string[]
}

/**
 * Takes the description of a project or section apart. `known` are the lines that Dealbridge wrote into the block: any
 * other line found inside or below it was typed by a user, as were words on the marker's line, and follows the text above
 * it in `notes`. Of several blocks (a user pasted a copy) all are taken out and the last one's marker counts. A damaged
 * marker line reads as null.
 */
export function splitDescription(description: string, known: readonly string[] = []): SplitDescription {
  const isOurs = (row: string) => known.includes(row)
  return takeApart(description, {
    isOurs,
    mayPrecede: isOurs,
    // Without a text our line stands alone there, and has no fence.
    mayEnd: (rows, at) => fenceAbove(rows, at) >= 0 || rows.slice(0, at).every((row) => row.trim() === ''),
  })
}

/**
 * Takes the description of a task apart, as `splitDescription`, where nobody can say what we wrote: all that lies inside
 * the block is in `lines`, and last of them the marker's line when a user has typed onto it.
 */
export function readDescription(description: string): SplitDescription {
  return takeApart(description, {
    isOurs: () => true,
    mayPrecede: () => false,
    mayEnd: (rows, at) => fenceAbove(rows, at) >= 0,
  })
}

/** A text without the blocks that were copied into it. A line that speaks of a marker among other words stays. */
export function withoutBlocks(notes: string): string {
  return takeApart(notes, { isOurs: () => false, mayPrecede: () => false, mayEnd: () => false }).notes
}

/**
 * `mayPrecede`: lines that may stand between the fence and an emptied marker. `mayEnd`: whether a marker with words of a
 * user's on its line ends a block, or is one that they speak of.
 */
type Reading = {
  readonly isOurs: (row: string) => boolean
  readonly mayPrecede: (row: string) => boolean
  readonly mayEnd: (rows: readonly string[], at: number) => boolean
}

function takeApart(description: string, { isOurs, mayPrecede, mayEnd }: Reading): SplitDescription {
  let rows = description.replace(/\r\n?/gu, '\n').split('\n')
  let marker: string | null = null
  const lines: string[] = []
  const copies = { mayPrecede, mayEnd: () => false }
  for (let at = lastEnd(rows, { mayPrecede, mayEnd }); at >= 0; at = lastEnd(rows, copies)) {
    const last = rows[at] ?? ''
    marker ??= markerIn(last)
    const fence = fenceAbove(rows, at)
    const inside = fence < 0 ? [] : rows.slice(fence + 1, at)
    if (isMarkerWithWords(last)) inside.push(last)
    lines.unshift(...inside.filter(isOurs))
    const typed = inside
      .filter((row) => !isOurs(row))
      .map((row) => (row === last ? typedOnto(row, null) : row))
    const above = rows.slice(0, fence < 0 ? at : fence)
    const below = rows.slice(at + 1)
    rows = [...withoutEndBlanks(above), ...withoutEndBlanks(typed), ...below]
  }
  return { notes: rows.join('\n').trimEnd(), marker, lines }
}

/**
 * The description to write. `marker` is of a form of `marker.ts`; without one there is no block. What does not fit in
 * `limit` code points costs first the block's lines, from the last, then the block, and never the user's text.
 */
export function joinDescription(
  notes: string,
  lines: readonly string[],
  marker: string | null,
  limit: number = DESCRIPTION_LIMIT,
): string {
  const text = notes.trimEnd()
  if (marker === null) return text
  for (let count = lines.length; count >= 0; count -= 1) {
    const block = [FENCE, ...lines.slice(0, count), markerRow(marker)].join('\n')
    const whole = text === '' ? block : `${text}\n\n${block}`
    if (Array.from(whole).length <= limit) return whole
  }
  return text
}

/** True for a line that makes a block: its fence, or a marker. */
export function isBlockRow(row: string): boolean {
  return isFence(row) || isLikeMarkerRow(row)
}

/** True for the line that a block begins with; users draw such lines too. */
export function isFence(row: string): boolean {
  return row.trim() === FENCE
}

/** Without the blank lines at the end. */
export function withoutEndBlanks(rows: readonly string[]): string[] {
  return rows.slice(0, rows.findLastIndex((row) => row.trim() !== '') + 1)
}

/** Where the last block ends; negative where there is none. */
function lastEnd(rows: readonly string[], { mayPrecede, mayEnd }: Omit<Reading, 'isOurs'>): number {
  return rows.findLastIndex(
    (row, at) =>
      isBareMarker(row) ||
      (isMarkerWithWords(row) && mayEnd(rows, at)) ||
      (EMPTY_MARKER.test(row) && followsFence(rows, at, mayPrecede)),
  )
}

/** An empty marker line is ours only directly below the fence: elsewhere a user may have meant it. */
function followsFence(rows: readonly string[], at: number, mayPrecede: (row: string) => boolean): boolean {
  const above = rows.slice(0, at).findLast((row) => row.trim() !== '' && !mayPrecede(row))
  return above !== undefined && isFence(above)
}

/** The nearest fence above, unless another block lies between. A line that only speaks of a marker ends no block. */
function fenceAbove(rows: readonly string[], at: number): number {
  const isEnd = isBareMarker(rows[at] ?? '')
    ? isBareMarker
    : (row: string) => isBareMarker(row) || isMarkerWithWords(row)
  const found = rows.slice(0, at).findLastIndex((row) => isFence(row) || isEnd(row))
  return isFence(rows[found] ?? '') ? found : -1
}
